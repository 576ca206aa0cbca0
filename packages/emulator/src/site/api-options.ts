/** How the API behaves where Chargebee's sites differ, or where it is not documented. */
export interface ApiOptions {
  /** The site's setting "single sign-on by API". Off: `create` is refused (how, is not documented). Default `true`. */
  ssoByApi?: boolean
  /** Whether the portal is published. Off: `create` is refused, and the portal has no login. Default `true`. */
  portalPublished?: boolean
  /** Calls a minute before 429, `150` as on a test site; `false`: no limit. Default `false`. */
  rateLimit?: number | false
  /** Calls at the same time before 429, `100` as on a test site; `false`: no limit. Default `false`. */
  maxConcurrent?: number | false
  /** Answers are compressed for clients that accept it (not documented). Default `false`. */
  gzip?: boolean
  /**
   * What a malformed `chargebee-request-origin-…` or `chargebee-event-…` header gets (not documented): 400, or no
   * attention. Default `refused`.
   */
  malformedHeaders?: 'refused' | 'ignored'
  /** `site`: an idempotency key is good for one path (not documented); `path`: for one on each. Default `site`. */
  idempotencyScope?: 'site' | 'path'
}

export type ApiConfig = Readonly<Required<ApiOptions>>

const DEFAULTS: ApiConfig = {
  ssoByApi: true,
  portalPublished: true,
  rateLimit: false,
  maxConcurrent: false,
  gzip: false,
  malformedHeaders: 'refused',
  idempotencyScope: 'site',
}

type Check = readonly [test: (value: unknown) => boolean, expected: string]

const flag: Check = [(value) => typeof value === 'boolean', 'true or false']
const limit: Check = [
  (value) => value === false || (Number.isSafeInteger(value) && (value as number) > 0),
  'a whole number from 1, or false',
]
const oneOf = (...choices: string[]): Check => [
  (value) => choices.some((choice) => choice === value),
  `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`,
]

const CHECKS: Readonly<Record<keyof ApiConfig, Check>> = {
  ssoByApi: flag,
  portalPublished: flag,
  rateLimit: limit,
  maxConcurrent: limit,
  gzip: flag,
  malformedHeaders: oneOf('refused', 'ignored'),
  idempotencyScope: oneOf('site', 'path'),
}

/** @throws {TypeError} which option is wrong, and the mend */
export function readApiOptions(options: ApiOptions = {}): ApiConfig {
  if (typeof options !== 'object' || options === null) throw new TypeError('api: an object')
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(CHECKS, name))
  if (unknown !== undefined) {
    throw new TypeError(`api: there is no option '${unknown}'; there are ${Object.keys(CHECKS).join(', ')}`)
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const config: ApiConfig = { ...DEFAULTS, ...given }
  for (const [name, [test, expected]] of Object.entries(CHECKS)) {
    const value = config[name as keyof ApiConfig]
    if (!test(value)) throw new TypeError(`api.${name}: ${expected}; got ${String(value)}`)
  }
  return Object.freeze(config)
}
