import '../lib/require-node.mjs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createReport } from '../lib/report.mjs'
import { pnpm } from '../lib/run.mjs'
import { createTempFolder } from '../lib/temp-folder.mjs'
import { root } from '../lib/workspace.mjs'
import { createConsumer, runJest } from '../packed/consumers.mjs'
import { packAll } from '../packed/tarballs.mjs'
import { install } from '../stacks/program.mjs'
import { stacks } from '../stacks/table.mjs'
import { visit } from '../stacks/visit.mjs'

/** @typedef {import('../lib/report.mjs').Report} Report */

/** So many at once: an install waits for the registry most of the time. */
const LANES = 2

/**
 * Runs the program of each sign-in stack with the packed packages, and signs in and out of it.
 * @param {Report} report
 * @param {string[]} [only] names of stacks
 */
export async function checkStacks(report, only = []) {
  const folder = await createTempFolder('stacks')
  /** @type {Map<string, string>} by package */
  const tarballs = new Map()
  const packed = await report.check('stacks: tarballs', async () => {
    for (const { name, tarball } of await packAll(folder)) tarballs.set(name, tarball)
  })
  if (!packed) return
  const { startEmulator } = await import(pathToFileURL(join(root, 'packages/emulator/dist/index.js')).href)
  const waiting = stacks.filter(({ name }) => only.length === 0 || only.includes(name))
  const lane = async () => {
    for (let stack = waiting.shift(); stack; stack = waiting.shift()) {
      const home = join(folder, stack.name)
      const wanted = ['core', ...stack.packages].map((name) => tarballs.get(`@portal-sso/${name}`) ?? '')
      const installed = await report.check(`stacks: ${stack.name}: npm install`, () =>
        install(/** @type {string} */ (stack?.name), home, wanted),
      )
      if (installed) await visit(report, stack, home, startEmulator)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  if (only.length === 0) await checkBrowserLike(report, join(folder, 'jsdom'), tarballs)
}

/**
 * Front ends run all of their tests in jsdom, those of the server by mistake as well.
 * @param {Report} report
 * @param {string} home
 * @param {Map<string, string>} tarballs by package
 */
async function checkBrowserLike(report, home, tarballs) {
  const ours = ['core', 'express', 'emulator'].map((name) => tarballs.get(`@portal-sso/${name}`) ?? '')
  const installed = await report.check('stacks: Jest in jsdom: npm install', () =>
    createConsumer(home, ['jsdom'], [...ours, 'express@5', 'jest@30', 'jest-environment-jsdom@30']),
  )
  if (installed) await report.check('stacks: Jest in jsdom', () => runJest(home))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const report = createReport()
  if (await report.check('build', () => pnpm(['run', 'build'])))
    await checkStacks(report, process.argv.slice(2))
  process.exitCode = report.finish()
}
