import type { EmulatorCustomer } from './site/customers.js'
import { type LoginConfig, type LoginOptions, readLoginOptions } from './site/login-options.js'

export interface EmulatorOptions {
  /** On the loopback interface. Default 0: a free one. */
  port?: number
  /** Name of the emulated site. Default `acme-test`. */
  site?: string
  /** The one API key that is accepted. */
  apiKey?: string
  /** Who the site knows, in Chargebee's field names. Default: a few with subscriptions and invoices. */
  customers?: readonly EmulatorCustomer[]
  /** The portal's own login, and what follows it. */
  login?: LoginOptions
}

export interface EmulatorConfig {
  readonly port: number
  readonly site: string
  readonly apiKey: string
  readonly customers: readonly EmulatorCustomer[] | undefined
  readonly login: LoginConfig
}

export const DEFAULT_SITE = 'acme-test'
export const DEFAULT_API_KEY = 'test_emulator_api_key'

const OPTIONS: ReadonlySet<string> = new Set(['port', 'site', 'apiKey', 'customers', 'login'])

/** @throws {TypeError} which option is wrong, and the mend */
export function readOptions(options: EmulatorOptions = {}): EmulatorConfig {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('startEmulator(options): an object')
  const unknown = Object.keys(options).find((name) => !OPTIONS.has(name))
  if (unknown !== undefined) {
    throw new TypeError(
      `startEmulator: there is no option '${unknown}'; there are ${[...OPTIONS].join(', ')}`,
    )
  }
  const { port = 0, site = DEFAULT_SITE, apiKey = DEFAULT_API_KEY, customers, login } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new TypeError(`port: a whole number from 0 (any free port) to 65535; got ${String(port)}`)
  }
  if (typeof site !== 'string' || !/^[a-z0-9][a-z0-9-]{0,62}$/.test(site)) {
    throw new TypeError('site: a Chargebee site name, lower-case letters, digits and hyphens, like acme-test')
  }
  // What can't stand in Basic credentials, or in an environment line, is no key.
  if (typeof apiKey !== 'string' || !/^[\x21-\x39\x3b-\x7e]+$/.test(apiKey)) {
    throw new TypeError('apiKey: visible ASCII characters without white space and without a colon')
  }
  return { port, site, apiKey, customers, login: readLoginOptions(login) }
}
