import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { refuse } from '../lib/report.mjs'
import { foreignEnvironment, onWindows, run, tool } from '../lib/run.mjs'

const sources = fileURLToPath(new URL('consumers', import.meta.url))

/**
 * Makes a project as a user would: a folder of its own, with the tarballs and what else it needs from npm.
 *
 * @param {string} source folder below `consumers` that holds the project's files
 * @param {string} folder where to make it
 * @param {string[]} wanted what to install: tarballs, and ranges such as `express@5`
 */
export async function createConsumer(source, folder, wanted) {
  await cp(join(sources, source), folder, { recursive: true })
  await cp(join(sources, 'shared'), join(folder, 'shared'), { recursive: true })
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', ...wanted], {
    cwd: folder,
    env: foreignEnvironment(),
  })
  return folder
}

/** Runs a script of a consumer. It has to end by itself: what is left open would keep a user's tests from ending. */
export function runScript(folder, script, flags = [], args = []) {
  const options = { cwd: folder, env: foreignEnvironment(), timeoutMs: 60_000 }
  return run(process.execPath, [...flags, script, ...args], options)
}

/** Starts the emulator's command as it is installed, and stops it as a person does. */
export async function runEmulatorCommand(folder) {
  const command = join(folder, 'node_modules/.bin/portal-sso-emulator')
  const env = foreignEnvironment()
  const stdio = ['ignore', 'pipe', 'inherit']
  const child = spawn(command, ['--port', '0'], {
    cwd: folder,
    env,
    stdio,
    timeout: 30_000,
    shell: onWindows,
  })
  let output = ''
  const isReady = () => /^CHARGEBEE_API_URL=http/m.test(output)
  child.stdout.on('data', (chunk) => {
    output += chunk
    if (isReady()) child.kill('SIGINT')
  })
  const [code, signal] = await once(child, 'close')
  const ended = `portal-sso-emulator: ended with ${signal ?? `code ${code}`}`
  refuse(code === 0 && isReady() ? [] : [`${ended}, having said:\n${output}`])
}

export function runJest(folder) {
  const jest = join(folder, 'node_modules/jest/bin/jest.js')
  const env = { ...foreignEnvironment(), NODE_OPTIONS: withoutRequireOfEsm }
  return run(process.execPath, [jest, '--ci'], { cwd: folder, env, timeoutMs: 120_000 })
}

/** The workspace's TypeScript, on the project's own node_modules. */
export function runTypeScript(folder) {
  return tool('tsc', ['-p', '.', '--pretty', 'false'], { cwd: folder, env: foreignEnvironment() })
}

/** Node 20.19 and later can require() some ES modules; Jest and older Nodes can't. */
export const withoutRequireOfEsm = '--no-experimental-require-module'
