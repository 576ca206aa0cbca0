import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { refuse } from '../lib/report.mjs'
import { foreignEnvironment, pnpm, run, tool } from '../lib/run.mjs'

const sources = fileURLToPath(new URL('consumers', import.meta.url))

/** @typedef {'npm' | 'pnpm'} Manager */

/**
 * Makes a project as a user would: a folder of its own, with our packages and what else it needs from npm.
 *
 * @param {string} folder where to make it
 * @param {readonly string[]} parts its files, as names of what is in `consumers`
 * @param {readonly string[]} wanted what to install: tarballs, and ranges such as `express@5`
 * @param {{ manager?: Manager, npmrc?: string | undefined }} [options] `npmrc`: what the project's own says
 */
export async function createConsumer(folder, parts, wanted, { manager = 'npm', npmrc } = {}) {
  for (const part of ['package.json', 'tsconfig.json', 'tsconfig.bundler.json', 'shared', ...parts])
    await cp(join(sources, part), join(folder, part), { recursive: true })
  if (npmrc !== undefined) await writeFile(join(folder, '.npmrc'), npmrc)
  await add(folder, wanted, manager)
}

/** @param {string} folder @param {readonly string[]} wanted @param {Manager} manager */
export async function add(folder, wanted, manager) {
  const place = { cwd: folder, env: foreignEnvironment() }
  if (manager === 'pnpm') await pnpm(['add', ...wanted], place)
  else await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', ...wanted], place)
}

/** @param {string} folder @param {readonly string[]} names @param {Manager} manager */
export async function remove(folder, names, manager) {
  const place = { cwd: folder, env: foreignEnvironment() }
  if (manager === 'pnpm') await pnpm(['remove', ...names], place)
  else await run('npm', ['uninstall', '--no-audit', '--no-fund', '--no-package-lock', ...names], place)
}

/**
 * Runs a script of a consumer. It has to end by itself, since what is left open would keep a user's tests from ending;
 * and it reaches no other machine.
 * @param {string} folder
 * @param {string} script
 * @param {string[]} [flags]
 * @param {string[]} [args]
 * @param {NodeJS.ProcessEnv} [env] beside the usual environment
 */
export function runScript(folder, script, flags = [], args = [], env = {}) {
  return run(process.execPath, ['--require', loopbackOnly, ...flags, script, ...args], {
    cwd: folder,
    env: { ...foreignEnvironment(), ...env },
  })
}

export const loopbackOnly = join(sources, 'shared/loopback-only.cjs')

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
 * @param {'nodenext' | 'bundler'} [resolution]
 */
export function runTypeScript(folder, resolution = 'nodenext') {
  const project = resolution === 'nodenext' ? '.' : `tsconfig.${resolution}.json`
  return tool('tsc', ['-p', project, '--pretty', 'false'], { cwd: folder, env: foreignEnvironment() })
}

/** Node 20.19 and later can require() some ES modules; Jest and older Nodes can't. */
export const withoutRequireOfEsm = '--no-experimental-require-module'
