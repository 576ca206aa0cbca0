import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { refuse } from '../lib/report.mjs'
import { readManifest } from '../lib/workspace.mjs'
import { remove } from '../packed/consumers.mjs'

/** @typedef {import('../packed/consumers.mjs').Manager} Manager */

const OF_OURS = /^(@portal-sso\/|chargebee$|zod$)/

/**
 * Uninstalls our packages from a project that has used them, and looks for what is left.
 * @param {{ home: string, names: readonly string[], manager: Manager, before: readonly string[] }} project
 *   `before`: its files when nothing had run yet
 */
export async function checkUninstalled({ home, names, manager, before }) {
  await remove(home, names, manager)
  const { dependencies = {}, devDependencies = {} } = await readManifest(home)
  const named = Object.keys({ ...dependencies, ...devDependencies })
  const modules = await readdir(join(home, 'node_modules'), { recursive: true })
  // pnpm keeps unused packages in a folder of its own for a while, where nothing resolves to them.
  const found = modules.filter((path) => !path.startsWith('.') && OF_OURS.test(path))
  refuse([
    ...named.filter((name) => OF_OURS.test(name)).map((name) => `${name} is still in package.json`),
    ...found.slice(0, 10).map((path) => `node_modules still has ${path}`),
    ...(await ownFiles(home)).filter((path) => !before.includes(path)).map((path) => `${path} is left`),
  ])
}

/** The files of a project, but for what its package manager keeps. @param {string} home @returns {Promise<string[]>} */
export async function ownFiles(home) {
  const paths = await readdir(home, { recursive: true })
  return paths.filter((path) => !/^node_modules(\/|$)|^pnpm-lock\.yaml$|^\.cache/.test(path))
}
