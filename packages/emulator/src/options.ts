import { type ApiConfig, type ApiOptions, readApiOptions } from './site/api-options.js'
import type { EmulatorCustomer } from './site/customer.js'
import { Customers } from './site/customers.js'
import { type LoginConfig, type LoginOptions, readLoginOptions } from './site/login-options.js'
import { hostNameOf, inUrl, isLoopbackName } from './util/host-names.js'

/** What `startEmulator` takes; everything is optional. */
export interface EmulatorOptions {
  /** Default 0: a free one. */
  port?: number
  /** Address to listen on. Default `127.0.0.1`; one that other machines reach takes an `apiKey` of your own. */
  host?: string
  /** Names beside those of the loopback interface that a request may have in `Host`. */
  allowedHosts?: readonly string[]
  /** Name of the emulated site. Default `acme-test`. */
  site?: string
  /** The one API key that is accepted. */
  apiKey?: string
  /** Who the site knows, in Chargebee's field names. Default: a few with subscriptions and invoices. */
  customers?: readonly EmulatorCustomer[]
  /** The portal's own login, and what follows it. */
  login?: LoginOptions
  /** Settings and limits of the site, and how its API behaves where that is not documented. */
  api?: ApiOptions
}

export interface EmulatorConfig {
  readonly port: number
  readonly host: string
  /** Whether only this machine reaches `host`. */
  readonly onlyLoopback: boolean
  readonly allowedHosts: ReadonlySet<string>
  readonly site: string
  readonly apiKey: string
  readonly customers: readonly EmulatorCustomer[] | undefined
  readonly login: LoginConfig
  readonly api: ApiConfig
}

export const DEFAULT_SITE = 'acme-test'
export const DEFAULT_API_KEY = 'test_emulator_api_key'

const OPTIONS: Readonly<Record<keyof EmulatorOptions, true>> = {
  port: true,
  host: true,
  allowedHosts: true,
  site: true,
  apiKey: true,
  customers: true,
  login: true,
  api: true,
}

/** Addresses that stand for every address of the machine: no name that a request could have. */
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** @throws {TypeError} which option is wrong, and the mend */
export function readOptions(options: EmulatorOptions = {}): EmulatorConfig {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('startEmulator(options): an object')
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTIONS, name))
  if (unknown !== undefined) {
    throw new TypeError(
      `startEmulator: there is no option '${unknown}'; there are ${Object.keys(OPTIONS).join(', ')}`,
    )
  }
  const { port = 0, site = DEFAULT_SITE, apiKey = DEFAULT_API_KEY, customers, login, api } = options
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
  const host = readHost(options.host)
  const onlyLoopback = isLoopbackName(host)
  if (!onlyLoopback && apiKey === DEFAULT_API_KEY) {
    throw new TypeError(
      `host: ${host} is reached by other machines, so give an apiKey of your own; everybody knows the default one`,
    )
  }
  const own = onlyLoopback || WILDCARDS.has(host) ? [] : [host]
  return {
    port,
    host,
    onlyLoopback,
    allowedHosts: new Set([...own, ...readAllowedHosts(options.allowedHosts)]),
    site,
    apiKey,
    // A copy, so that a reset finds the seed as it was given.
    customers: customers && new Customers(customers).all(),
    login: readLoginOptions(login),
    api: readApiOptions(api),
  }
}

function readHost(host: unknown = '127.0.0.1'): string {
  const name = typeof host === 'string' ? hostNameOf(inUrl(host)) : undefined
  if (name === undefined || name !== String(host).toLowerCase()) {
    throw new TypeError(
      `host: a name or an address of this machine, without a port, like 127.0.0.1; got ${String(host)}`,
    )
  }
  return name
}

function readAllowedHosts(names: unknown = []): string[] {
  if (!Array.isArray(names)) throw new TypeError("allowedHosts: an array of names, like ['emulator']")
  return names.map((given) => {
    const name = typeof given === 'string' ? hostNameOf(inUrl(given)) : undefined
    if (name === undefined || name !== given.toLowerCase()) {
      throw new TypeError(
        `allowedHosts: names without scheme, port or path, like emulator; got ${String(given)}`,
      )
    }
    return name
  })
}
