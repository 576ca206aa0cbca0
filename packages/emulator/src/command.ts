import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { EmulatorEvent } from './control/events.js'
import { type Emulator, start } from './emulator.js'
import { DEFAULT_API_KEY, DEFAULT_SITE, type EmulatorOptions } from './options.js'
import { isLoopbackName } from './util/host-names.js'

const DEFAULT_PORT = 8480

const HELP = `A local Chargebee for development: the portal-session API, the customer portal and its login.

Usage: portal-sso-emulator [options]

  --port <number>      port to listen on (default ${DEFAULT_PORT}; 0 for any free one)
  --host <address>     address to listen on (default 127.0.0.1); one that other machines
                       reach takes an --api-key of your own
  --allow-host <name>  a further name that requests may have in Host; may be repeated
  --site <name>        name of the emulated site (default ${DEFAULT_SITE})
  --api-key <key>      the API key that it accepts (default ${DEFAULT_API_KEY})
  --seed <file>        JSON with { customers, login, api } as startEmulator() takes them,
                       or only the array of customers
  --json               one JSON object a line, for programs
  --version            the version
  --help               this text
`

/** A mistake on the command line, as opposed to a start that failed. */
const WRONG_USAGE = 2

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      'allow-host': { type: 'string', multiple: true },
      site: { type: 'string' },
      'api-key': { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
      version: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return console.log(HELP)
  if (values.version) return console.log(version())
  const { emulator, events } = await start({
    ...(values.seed !== undefined && readSeed(values.seed)),
    port: readPort(values.port),
    ...(values.host !== undefined && { host: values.host }),
    ...(values['allow-host'] !== undefined && { allowedHosts: values['allow-host'] }),
    ...(values.site !== undefined && { site: values.site }),
    ...(values['api-key'] !== undefined && { apiKey: values['api-key'] }),
  })
  stopOnSignal(emulator)
  if (values.host !== undefined && !isLoopbackName(values.host)) {
    console.error(
      `portal-sso-emulator: other machines reach it at ${values.host}. It has no TLS, and whoever has the key reads everything.`,
    )
  }
  const env = { ...emulator.env, PORTAL_SSO_BASE_URL: 'http://localhost:8080' }
  console.log(values.json ? JSON.stringify({ type: 'started', env }) : greeting(emulator, env))
  events.listen((event) => {
    const line = values.json ? jsonLine(event) : textLine(event)
    if (line !== undefined) console.log(line)
  })
}

function readPort(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT
  if (!/^\d{1,5}$/.test(text)) throw new TypeError(`--port: a whole number from 0 to 65535; got '${text}'`)
  return Number(text)
}

const SEED_FIELDS: ReadonlySet<string> = new Set(['customers', 'login', 'api'])

/** @throws {TypeError} the file can't be read, or is no seed */
function readSeed(file: string): EmulatorOptions {
  const seed = parseSeed(file)
  if (Array.isArray(seed)) return { customers: seed }
  if (typeof seed !== 'object' || seed === null) {
    throw new TypeError(`--seed: ${file} holds neither an object nor an array`)
  }
  const unknown = Object.keys(seed).find((name) => !SEED_FIELDS.has(name))
  if (unknown !== undefined) {
    throw new TypeError(`--seed: there is no '${unknown}'; a seed has ${[...SEED_FIELDS].join(', ')}`)
  }
  return seed
}

function parseSeed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new TypeError(`--seed: ${(error as Error).message}`)
  }
}

function version(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return manifest.version
}

function stopOnSignal(emulator: Emulator): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Once: a second Ctrl-C ends the process the hard way.
    process.once(signal, () => void emulator.close())
  }
}

/** A call has one line: when it is answered, or when it is clear that it will not be. */
function isOver(event: EmulatorEvent): boolean {
  return event.type !== 'call' || event.call.status !== null || event.call.why !== undefined
}

function jsonLine(event: EmulatorEvent): string | undefined {
  return isOver(event) ? JSON.stringify(event) : undefined
}

function textLine(event: EmulatorEvent): string | undefined {
  if (event.type !== 'call' || !isOver(event)) return undefined
  const { at, method, path, status, params, why } = event.call
  const time = new Date(at).toTimeString().slice(0, 8)
  const customer = params['customer[id]']
  const text = [time, status ?? '---', method, path, customer, why && `· ${why}`].filter(Boolean).join(' ')
  // What a client sent does not write to the terminal.
  return text.replace(/\p{Cc}/gu, '?')
}

function greeting({ portalUrl, site }: Emulator, env: Readonly<Record<string, string>>): string {
  const lines = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  return `A local Chargebee for the site ${site} is running. Environment for your application:

${lines.join('\n')}

Who is there, what happens, and buttons:  ${portalUrl}/
The customer portal's own login:          ${portalUrl}/portal/login
Stop it with Ctrl-C. API calls follow, one a line:`
}

main().catch((error: Error) => {
  const usage = error instanceof TypeError
  console.error(`portal-sso-emulator: ${error.message}${usage ? '\nTry portal-sso-emulator --help' : ''}`)
  process.exitCode = usage ? WRONG_USAGE : 1
})
