import './require-node.mjs'
import { spawn } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './workspace.mjs'

// Nothing but Node's own modules here and in what this imports: there may be no others yet.

/**
 * Installs the workspace where that is needed. pnpm could do it before each script (`verifyDepsBeforeRun`), but then a
 * script has no chance to say what is wrong before anything is installed.
 *
 * @param {AbortSignal} [signal]
 * @returns {Promise<boolean>} whether everything is there; what pnpm had to say has been shown
 */
export async function ensureInstalled(signal) {
  if (await isInstalled()) return true
  console.log('Installing what the workspace depends on ...')
  const own = process.env.npm_execpath
  const [program, ...args] =
    own && /pnpm[^/\\]*\.c?js$/.test(own) ? [process.execPath, own] : ['npx', '-y', 'pnpm@10']
  const child = spawn(/** @type {string} */ (program), [...args, 'install', '--prefer-offline'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32' && program === 'npx',
    ...(signal && { signal }),
  })
  return new Promise((resolve) => {
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
  })
}

/** Whether the last install, which pnpm leaves a note of, is younger than everything that decides what is installed. */
async function isInstalled() {
  try {
    const note = JSON.parse(await readFile(join(root, 'node_modules/.pnpm-workspace-state-v1.json'), 'utf8'))
    if (note.filteredInstall) return false
    const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml'].map((name) => join(root, name))
    const manifests = Object.keys(note.projects).map((folder) => join(folder, 'package.json'))
    const changes = await Promise.all(
      [...files, ...manifests].map(async (file) => (await stat(file)).mtimeMs),
    )
    return Object.keys(note.projects).length > 0 && Math.max(...changes) <= note.lastValidatedTimestamp
  } catch {
    return false
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = (await ensureInstalled()) ? 0 : 1
}
