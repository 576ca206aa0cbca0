import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CheckError } from '../lib/report.mjs'
import { foreignEnvironment, run } from '../lib/run.mjs'
import { readManifest, root } from '../lib/workspace.mjs'

/** Many times what anything here takes. */
const LIMIT_MS = 3 * 60_000

/**
 * Makes the folder of a stack as its reader would: what its lockfile says, and our packages.
 * @param {string} name
 * @param {string} folder where to
 * @param {readonly string[]} tarballs
 */
export async function install(name, folder, tarballs) {
  const source = join(root, 'examples/stacks', name)
  await cp(source, folder, {
    recursive: true,
    filter: (path) => !/[/\\](node_modules|\.next|dist)$/.test(path),
  })
  const { dependencies, devDependencies } = await readManifest(folder)
  const text = await readFile(join(folder, 'package-lock.json'), 'utf8')
  const lock = JSON.parse(text)
  const locked = lock.packages['']
  if (
    JSON.stringify([dependencies, devDependencies]) !==
    JSON.stringify([locked.dependencies, locked.devDependencies])
  )
    throw new CheckError(`examples/stacks/${name}: package-lock.json is older than package.json`)
  if (text.includes('"resolved"'))
    throw new CheckError(
      `examples/stacks/${name}: package-lock.json names a registry: npm install --omit-lockfile-registry-resolved`,
    )
  await run('npm', ['install', '--no-save', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs], {
    cwd: folder,
    env: foreignEnvironment(),
  })
}

/**
 * Runs the script `build` of its package.json, where there is one.
 * @param {string} folder
 */
export async function build(folder) {
  const { scripts } = await readManifest(folder)
  if (!scripts.build) return
  await run('npm', ['run', 'build'], {
    cwd: folder,
    env: { ...foreignEnvironment(), NEXT_TELEMETRY_DISABLED: '1' },
  })
}

/**
 * @typedef {object} Program
 * @property {(end: number | string) => Promise<void>} stop by SIGTERM; refuses any other exit code or signal
 * @property {() => void} kill
 * @property {() => string} output
 */

/**
 * Starts a script of the stack's package.json, and waits until it answers.
 * @param {string} folder
 * @param {string} script
 * @param {string} address where it answers
 * @param {Record<string, string>} env
 * @returns {Promise<Program>}
 */
export async function start(folder, script, address, env) {
  const { scripts } = await readManifest(folder)
  const [program, ...args] = scripts[script].split(' ')
  const child = spawn(
    program === 'node' ? process.execPath : join(folder, 'node_modules/.bin', program),
    args,
    {
      cwd: folder,
      env: { ...foreignEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const ended = once(child, 'close').then(([code, signal]) => {
    process.off('exit', kill)
    return signal ?? code
  })
  const late = () => {
    kill()
    throw new CheckError(`It took longer than ${LIMIT_MS / 1000} s.\n${output}`)
  }
  await within(Promise.race([answers(address), ended]), late)
  if (child.exitCode !== null) throw new CheckError(`It ended with ${child.exitCode}.\n${output}`)
  return {
    output: () => output,
    kill,
    async stop(wanted) {
      child.kill('SIGTERM')
      const end = await within(ended, late)
      if (end !== wanted) throw new CheckError(`SIGTERM ended it with ${end}.\n${output}`)
    },
  }
}

/** @template T @param {Promise<T>} promise @param {() => never} late @returns {Promise<T>} */
async function within(promise, late) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, LIMIT_MS, 'late')
  })
  const first = await Promise.race([promise, limit])
  clearTimeout(timer)
  return first === 'late' ? late() : /** @type {T} */ (first)
}

/** @param {string} address */
async function answers(address) {
  for (;;) {
    try {
      await (await fetch(address, { redirect: 'manual' })).arrayBuffer()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
