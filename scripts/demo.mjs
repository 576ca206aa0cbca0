import './lib/require-node.mjs'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pathWith, pnpm } from './lib/run.mjs'
import { readManifest, root } from './lib/workspace.mjs'

const startable = readdirSync(join(root, 'examples')).filter((name) =>
  existsSync(join(root, 'examples', name, 'src/server.ts')),
)

const usage = `npx -y pnpm@10 demo [${startable.join('|')}] [--no-build]

Builds the packages, then starts an example with a local Chargebee beside it.

  --no-build                          the packages are built already
  PORT, EMULATOR_PORT                 other ports than 8080 and 8480
  CHARGEBEE_SITE, CHARGEBEE_API_KEY   this Chargebee site instead of the local one`

// A terminal's Ctrl-C reaches every process of the command, and pnpm and npx pass it on too: once is enough.
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort(signal))

process.exitCode = await main(process.argv.slice(2))

async function main(args) {
  const { name, build, help, problem } = readArguments(args)
  if (problem || help) {
    console.error(problem ? `${problem}\n\n${usage}` : usage)
    return problem ? 1 : 0
  }
  const folder = join(root, 'examples', name)
  const manifest = await readManifest(folder)
  try {
    if (build) await buildFor(manifest.name)
  } catch (error) {
    if (stop.signal.aborted) return 0
    console.error(`The packages could not be built.\n\n${error.message}`)
    return 1
  }
  if (stop.signal.aborted) return 0
  console.log(`Starting the example in examples/${name} ...`)
  return start(manifest.scripts.start, folder)
}

function readArguments(args) {
  const options = { build: { type: 'boolean', default: true }, help: { type: 'boolean', short: 'h' } }
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, allowNegative: true })
    const [name = 'express', ...more] = positionals
    if (!startable.includes(name)) return { problem: `There is no example called ${name}.` }
    return more.length > 0 ? { problem: 'One example at a time, please.' } : { name, ...values }
  } catch (error) {
    return { problem: error.message }
  }
}

/** Always the whole build of what the example depends on: a stale package would be a confusing demo. */
async function buildFor(example) {
  console.log('Building the packages ...')
  await pnpm(['--filter', `${example}^...`, 'run', 'build'], { signal: stop.signal })
}

/**
 * Runs a start script as pnpm would, less pnpm: without a process between us and the example signals arrive as
 * they were sent, and nothing is printed but what the example prints.
 */
function start(script, folder) {
  const [program, ...args] = script.split(' ')
  const env = { ...process.env, ...pathWith(join(folder, 'node_modules/.bin')) }
  const child = spawn(program, args, {
    cwd: folder,
    env,
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
