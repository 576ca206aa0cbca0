import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { refuse } from '../lib/report.mjs'
import { foreignEnvironment, run, tool } from '../lib/run.mjs'

const sources = fileURLToPath(new URL('consumers', import.meta.url))

/**
 * Makes a project as a user would: a folder of its own, with the tarballs and what else it needs from npm.
 *
 * @param {string} folder where to make it
 * @param {readonly string[]} parts its files, as names of what is in `consumers`
 * @param {readonly string[]} wanted what to install: tarballs, and ranges such as `express@5`
 */
export async function createConsumer(folder, parts, wanted) {
  for (const part of ['package.json', 'tsconfig.json', 'shared', ...parts])
    await cp(join(sources, part), join(folder, part), { recursive: true })
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', ...wanted], {
    cwd: folder,
    env: foreignEnvironment(),
  })
}

/**
 * Runs a script of a consumer. It has to end by itself: what is left open would keep a user's tests from ending.
 * @param {string} folder
 * @param {string} script
 * @param {string[]} [flags]
 * @param {string[]} [args]
 */
export function runScript(folder, script, flags = [], args = []) {
  return run(process.execPath, [...flags, script, ...args], { cwd: folder, env: foreignEnvironment() })
}

/**
 * Starts the emulator's command as it is installed, and stops it as a person does.
 * @param {string} folder
 */
export async function runEmulatorCommand(folder) {
  const command = execa('portal-sso-emulator', ['--port', '0'], {
    cwd: folder,
    preferLocal: true,
    localDir: folder,
    env: foreignEnvironment(),
    extendEnv: false,
    all: true,
    reject: false,
    timeout: 10 * 60_000,
  })
  let isReady = false
  for await (const line of command) {
    if (!line.startsWith('CHARGEBEE_API_URL=http')) continue
    isReady = true
    command.kill('SIGINT')
  }
  const { exitCode, signal, all } = await command
  const ended = `portal-sso-emulator: ended with ${signal ?? `code ${exitCode}`}`
  refuse(exitCode === 0 && isReady ? [] : [`${ended}, having said:\n${all}`])
}

/** @param {string} folder */
export function runJest(folder) {
  const jest = join(folder, 'node_modules/jest/bin/jest.js')
  const env = { ...foreignEnvironment(), NODE_OPTIONS: withoutRequireOfEsm }
  return run(process.execPath, [jest, '--ci', '--testTimeout=300000'], { cwd: folder, env })
}

/**
 * The workspace's TypeScript, on the project's own node_modules.
 * @param {string} folder
 */
export function runTypeScript(folder) {
  return tool('tsc', ['-p', '.', '--pretty', 'false'], { cwd: folder, env: foreignEnvironment() })
}

/** Node 20.19 and later can require() some ES modules; Jest and older Nodes can't. */
export const withoutRequireOfEsm = '--no-experimental-require-module'
