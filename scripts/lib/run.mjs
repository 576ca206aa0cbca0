import { spawn } from 'node:child_process'
import { basename, delimiter } from 'node:path'
import { root } from './workspace.mjs'

export const onWindows = process.platform === 'win32'

/**
 * Runs a program to its end.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, timeoutMs?: number, signal?: AbortSignal }} [options]
 *   `show`: the program writes to our terminal as it goes, and `output` is empty.
 * @returns {Promise<string>} what it wrote, both streams in one
 * @throws {CommandError} when it can't be started, ends with another code than 0, or takes longer than `timeoutMs`
 */
export function run(program, args, options = {}) {
  const { cwd = root, env = process.env, show = false, timeoutMs = 5 * 60_000, signal } = options
  const line = [basename(program), ...args].join(' ')
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      signal,
      // npm and the programs in node_modules/.bin are scripts there, which only a shell can start.
      shell: onWindows && program !== process.execPath,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    })
    const chunks = []
    child.stdout?.on('data', (chunk) => chunks.push(chunk))
    child.stderr?.on('data', (chunk) => chunks.push(chunk))
    let late = false
    const deadline = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, timeoutMs)
    child.on('error', (error) => {
      clearTimeout(deadline)
      reject(new CommandError(`${line}: ${error.message}`, ''))
    })
    child.on('close', (code, killedBy) => {
      clearTimeout(deadline)
      const output = Buffer.concat(chunks).toString()
      if (code === 0) resolve(output)
      else if (late) reject(new CommandError(`${line}: no end after ${timeoutMs / 1000} s`, output))
      else reject(new CommandError(`${line}: ended with ${killedBy ?? `code ${code}`}`, output))
    })
  })
}

export class CommandError extends Error {
  /**
   * @param {string} message
   * @param {string} output what the program wrote before it failed
   */
  constructor(message, output) {
    super(output.trim() ? `${message}\n${output.trimEnd()}` : message)
    this.name = 'CommandError'
  }
}

/** Runs a program of the workspace's own node_modules: `tool('biome', ['check', '.'])`. Options as `run`. */
export function tool(name, args, options) {
  return run(`${root}node_modules/.bin/${name}${onWindows ? '.cmd' : ''}`, args, options)
}

/** The variable PATH with a folder put in front, under the name that this system gives it. */
export function pathWith(folder, env = process.env) {
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  return { [name]: [folder, env[name]].filter(Boolean).join(delimiter) }
}

/** The program of the pnpm that started us, for Node to run; undefined where none did (`node scripts/…`). */
export const ownPnpm = [process.env.npm_execpath].find((path) => path && /pnpm[^/\\]*\.c?js$/.test(path))

/** Runs the pnpm that started us; where none did, the one that the README names. */
export function pnpm(args, options) {
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
 */
export function testEnvironment(env = process.env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ourOwn.test(name)))
}

/**
 * The environment for a project of somebody else's, outside the workspace: nothing of the workspace's package
 * manager (its settings mean something else to npm; NODE_PATH would lend it our node_modules), only what npm
 * needs to reach the registry.
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
