import './lib/require-node.mjs'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureInstalled } from './lib/install.mjs'
import { explainPorts, readPort } from './lib/ports.mjs'
import { readManifest, root } from './lib/workspace.mjs'

// Nothing but Node's own modules is imported here: this runs before anything is installed.

const startable = readdirSync(join(root, 'examples')).filter((name) =>
  existsSync(join(root, 'examples', name, 'src/server.ts')),
)

const command = 'npx -y pnpm@10 demo'
const usage = `${command} [${startable.join('|')}]

Starts an example with a local Chargebee beside it.

  PORT, EMULATOR_PORT                 other ports than 8080 and 8480
  CHARGEBEE_SITE, CHARGEBEE_API_KEY   this Chargebee site instead of the local one`

// A terminal's Ctrl-C reaches every process of the command, and pnpm and npx pass it on too: once is enough.
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort(signal))

process.exitCode = await main(process.argv.slice(2))

/** @param {string[]} args */
async function main(args) {
  const { name = '', help, problem } = readArguments(args)
  if (problem || help) {
    console.error(problem ? `${problem}\n\n${usage}` : usage)
    return problem ? 1 : 0
  }
  const problems = await explainPorts(wantedPorts(), [command, ...args].join(' '))
  if (problems.length > 0) {
    console.error(`\n${problems.join('\n')}\n`)
    return 1
  }
  const installed = await ensureInstalled(stop.signal)
  if (stop.signal.aborted) return 0
  if (!installed) {
    console.error(
      `\nThe installation did not succeed, see above. Then run the same command again: ${command}\n`,
    )
    return 1
  }
  console.log(`Starting the example in examples/${name} ...`)
  return start(join(root, 'examples', name))
}

/**
 * @param {string[]} args
 * @returns {{ name?: string, help?: boolean, problem?: string }}
 */
function readArguments(args) {
  try {
    const options = /** @type {const} */ ({ help: { type: 'boolean', short: 'h' } })
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const [name = 'express', ...more] = positionals
    if (!startable.includes(name)) {
      return { problem: `There is no example called ${name}, only ${startable.join(', ')}.` }
    }
    return more.length > 0 ? { problem: 'One example at a time, please.' } : { name, ...values }
  } catch {
    const wrong = args.filter((arg) => arg.startsWith('-'))
    return { problem: `The demo has no option ${wrong.join(' or ')}: it runs from the sources, as they are.` }
  }
}

/** The emulator takes a free port by itself where 8480 is taken, so only one that was chosen has to be free. */
function wantedPorts() {
  const { CHARGEBEE_SITE: site, CHARGEBEE_API_KEY: apiKey, EMULATOR_PORT: chosen } = process.env
  const host = {
    variable: 'PORT',
    port: readPort('PORT', 8080),
    hosts: ['127.0.0.1', '::1'],
    // Where Chargebee sends customers back to, which takes no rights to listen on.
    others: [8080, 8443],
  }
  const emulator = {
    variable: 'EMULATOR_PORT',
    port: readPort('EMULATOR_PORT', 8480),
    hosts: ['127.0.0.1'],
    others: [8480, 8481, 8482, 8483],
  }
  return (site && apiKey) || !chosen ? [host] : [host, emulator]
}

/**
 * Runs the example's start script as pnpm would, less pnpm: without a process between us and the example signals
 * arrive as they were sent, and nothing is printed but what the example prints.
 *
 * @param {string} folder
 * @returns {Promise<number>} the exit code
 */
async function start(folder) {
  const [program = '', ...args] = (await readManifest(folder)).scripts.start.split(' ')
  const path = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  const binaries = [join(folder, 'node_modules/.bin'), process.env[path]].filter(Boolean).join(delimiter)
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, [path]: binaries },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  stop.signal.addEventListener('abort', () => {
    child.kill(stop.signal.reason)
    setTimeout(() => child.kill('SIGKILL'), 15_000).unref()
  })
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`The example could not be started: ${error.message}`)
      resolve(1)
    })
    child.on('exit', (code) => {
      // Stopped before the example was ready to stop by itself: that is still what was asked for.
      const stopped = stop.signal.aborted && (code === null || code > 128)
      resolve(stopped ? 0 : (code ?? 1))
    })
  })
}
