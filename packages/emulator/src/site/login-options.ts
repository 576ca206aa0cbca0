import { type LoginUrlRules, readAllowedDomains } from './login-url-rules.js'

/** The portal's own login. Where Chargebee's behaviour is not documented, the defaults are strict. */
export interface LoginOptions {
  /**
   * Domains to which a login may lead, names only; `*.example.com` is every subdomain and not the domain itself.
   * Default: the loopback names `localhost`, `*.localhost`, `127.0.0.1` and `[::1]`.
   */
  allowedDomains?: readonly string[]
  /**
   * Also lead to other ports than 443, 80, 8443 and 8080. Chargebee does not, and makes no exception for
   * loopback: only for a host that runs on whatever port is free, as in tests. Default `false`.
   */
  anyPort?: boolean
  /** `return_url` and `cancel_url` keep their query and fragment (not documented). Default `false`. */
  keepQuery?: boolean
  /** How long after the login a session can be activated (not documented). Default 600,000; `Infinity`: for good. */
  activationWindowMs?: number
  /** The status of the refusal when `activate` brings a wrong token (not documented). Default 400. */
  wrongToken?: WrongTokenStatus
  /** `accepted`: an activated session can be activated with its token again (not documented). Default `refused`. */
  secondActivate?: SecondActivate
  /**
   * What the login page does in a browser that is signed in to the portal (not documented): ask for the password,
   * or go straight on to `return_url`. Default `ask`.
   */
  whenSignedIn?: WhenSignedIn
}

const WRONG_TOKEN_STATUSES = [400, 401, 404, 409] as const
export type WrongTokenStatus = (typeof WRONG_TOKEN_STATUSES)[number]

const SECOND_ACTIVATE = ['refused', 'accepted'] as const
export type SecondActivate = (typeof SECOND_ACTIVATE)[number]

const WHEN_SIGNED_IN = ['ask', 'continue'] as const
export type WhenSignedIn = (typeof WHEN_SIGNED_IN)[number]

export interface LoginConfig extends LoginUrlRules {
  readonly activationWindowMs: number
  readonly wrongToken: WrongTokenStatus
  readonly secondActivate: SecondActivate
  readonly whenSignedIn: WhenSignedIn
}

const DEFAULTS: LoginConfig = {
  allowedDomains: ['localhost', '*.localhost', '127.0.0.1', '[::1]'],
  anyPort: false,
  keepQuery: false,
  activationWindowMs: 10 * 60 * 1000,
  wrongToken: 400,
  secondActivate: 'refused',
  whenSignedIn: 'ask',
}

const isFlag = (value: unknown): boolean => typeof value === 'boolean'

const CHECKS: Readonly<
  Record<
    Exclude<keyof LoginConfig, 'allowedDomains'>,
    readonly [test: (value: unknown) => boolean, expected: string]
  >
> = {
  anyPort: [isFlag, 'true or false'],
  keepQuery: [isFlag, 'true or false'],
  activationWindowMs: [
    (value) => typeof value === 'number' && value > 0,
    'milliseconds, more than 0, or Infinity',
  ],
  wrongToken: [
    (value) => WRONG_TOKEN_STATUSES.some((status) => status === value),
    `one of ${WRONG_TOKEN_STATUSES.join(', ')}`,
  ],
  secondActivate: [
    (value) => SECOND_ACTIVATE.some((choice) => choice === value),
    `one of ${SECOND_ACTIVATE.map((choice) => `'${choice}'`).join(', ')}`,
  ],
  whenSignedIn: [
    (value) => WHEN_SIGNED_IN.some((choice) => choice === value),
    `one of ${WHEN_SIGNED_IN.map((choice) => `'${choice}'`).join(', ')}`,
  ],
}

/** @throws {TypeError} which option is wrong, and the mend */
export function readLoginOptions(options: LoginOptions = {}): LoginConfig {
  if (typeof options !== 'object' || options === null) throw new TypeError('login: an object')
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(DEFAULTS, name))
  if (unknown !== undefined) {
    throw new TypeError(
      `login: there is no option '${unknown}'; there are ${Object.keys(DEFAULTS).join(', ')}`,
    )
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const config: LoginConfig = { ...DEFAULTS, ...given }
  for (const [name, [test, expected]] of Object.entries(CHECKS)) {
    const value = config[name as keyof LoginConfig]
    if (!test(value)) throw new TypeError(`login.${name}: ${expected}; got ${String(value)}`)
  }
  return Object.freeze({ ...config, allowedDomains: readAllowedDomains(config.allowedDomains) })
}
