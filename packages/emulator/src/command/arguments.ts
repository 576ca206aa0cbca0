import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { DEFAULT_API_KEY, DEFAULT_SITE, type EmulatorOptions } from '../options.js'

const DEFAULT_PORT = 8480

export const HELP = `A local Chargebee for development: the portal-session API, the customer portal and its login.

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

/** What the command line asks for. */
export type Wish = 'help' | 'version' | { readonly options: EmulatorOptions; readonly json: boolean }

/** @throws {TypeError} a mistake on the command line, or in the file of `--seed` */
export function readArguments(args: readonly string[]): Wish {
  const { values } = parseArgs({
    args: [...args],
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
  if (values.help) return 'help'
  if (values.version) return 'version'
  const options = {
    ...(values.seed !== undefined && readSeed(values.seed)),
    port: readPort(values.port),
    ...(values.host !== undefined && { host: values.host }),
    ...(values['allow-host'] !== undefined && { allowedHosts: values['allow-host'] }),
    ...(values.site !== undefined && { site: values.site }),
    ...(values['api-key'] !== undefined && { apiKey: values['api-key'] }),
  }
  return { options, json: values.json ?? false }
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
