import { execa } from 'execa'
import { root } from './workspace.mjs'

/**
 * Runs a program in the workspace to its end: `await run('npm', ['install'])`.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('execa').Options} [options] execa's; `env` is the whole environment
 * @returns {Promise<string>} what it wrote, both streams in one
 * @throws {import('execa').ExecaError} when it ends with another code than 0, can't be started or takes longer than
 *   `timeout` milliseconds; what it wrote is in `all`
 */
export async function run(program, args, options = {}) {
  const { all } = await execa(program, args, {
    cwd: root,
    env: process.env,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    timeout: 20 * 60_000,
    ...options,
  })
  return typeof all === 'string' ? all : ''
}

/**
 * The same for a program of the workspace's own node_modules: `tool('biome', ['check', '.'])`.
 * @param {string} name
 * @param {readonly string[]} args
 * @param {import('execa').Options} [options]
 */
export function tool(name, args, options = {}) {
  return run(name, args, { ...options, preferLocal: true, localDir: root })
}

/** What lets a program write to our terminal as it goes. */
export const shown = /** @type {const} */ ({
  all: false,
  stdin: 'ignore',
  stdout: 'inherit',
  stderr: 'inherit',
})

/** The program of the pnpm that started us, for Node to run; undefined where none did (`node scripts/…`). */
export const ownPnpm = [process.env.npm_execpath].find((path) => path && /pnpm[^/\\]*\.c?js$/.test(path))

/**
 * Runs the pnpm that started us; where none did, the one that the README names.
 * @param {string[]} args
 * @param {import('execa').Options} [options]
 */
export function pnpm(args, options = {}) {
  return ownPnpm
    ? run(process.execPath, [ownPnpm, ...args], options)
    : run('npx', ['-y', 'pnpm@10', ...args], options)
}

const ourOwn = /^(CHARGEBEE|PORTAL_SSO)_/
const ofThePackageManager = /^p?npm_/i
const ofTheNetwork =
  /^npm_config_(registry|cafile|ca|cache|userconfig|proxy|https_proxy|noproxy|\/\/.*|@.*)$/i

/**
 * The environment for tests: no Chargebee account of the developer's, which a test could reach by mistake.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function testEnvironment(env = process.env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ourOwn.test(name)))
}

/**
 * The environment for a project outside the workspace: nothing of the workspace's package manager (its settings mean
 * something else to npm; NODE_PATH would lend it our node_modules), only what npm needs to reach the registry.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function foreignEnvironment(env = process.env) {
  return Object.fromEntries(
    Object.entries(testEnvironment(env)).filter(
      ([name]) =>
        name !== 'NODE_PATH' &&
        name !== 'NODE_OPTIONS' &&
        name !== 'INIT_CWD' &&
        (!ofThePackageManager.test(name) || ofTheNetwork.test(name)),
    ),
  )
}
