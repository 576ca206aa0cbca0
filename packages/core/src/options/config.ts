import { MAX_URL_LENGTH } from '../safe-url.js'
import { toBasePath, toBaseUrl, toRoutes } from './addresses.js'
import {
  checkChoice,
  checkFunction,
  checkLocalPath,
  checkNames,
  checkNumber,
  checkOrigin,
  checkPlainObject,
  checkString,
  refuseOption,
} from './checks.js'
import type { Config, LoginOptions, PortalSsoOptions, RateLimit } from './options.js'
import { API_KEY, toSecrets } from './secrets.js'

type Environment = Readonly<Record<string, string | undefined>>

// A missing or a foreign one does not compile.
const OPTIONS = {
  getCustomerId: true,
  site: true,
  apiKey: true,
  apiUrl: true,
  portalUrl: true,
  portalHosts: true,
  baseUrl: true,
  basePath: true,
  routes: true,
  secret: true,
  previousApiKeys: true,
  loginUrl: true,
  noCustomerUrl: true,
  returnUrl: true,
  afterLogoutUrl: true,
  destinations: true,
  getLoginId: true,
  onPortalLogout: true,
  maxSessions: true,
  rateLimit: true,
  timeoutMs: true,
  logoutTimeoutMs: true,
  login: true,
  crossSite: true,
  onEvent: true,
  onError: true,
} satisfies Record<keyof PortalSsoOptions, true>

const DEFAULT_RATE_LIMIT: RateLimit = { points: 20, durationSeconds: 60 }

const SITE = /^[a-z0-9][a-z0-9-]{0,62}$/
const HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/
const DESTINATION = /^[A-Za-z0-9_-]{1,64}$/
// Node's timers fire at once for anything longer.
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/**
 * Checks options and environment once, when the middleware is built. Nothing is read from either later.
 * @throws TypeError naming the option, what is wrong with it and the mend; never a key or secret
 */
export function toConfig(given: object, env: Environment): Config {
  // What the framework's arguments are is the adapter's and the host's business: core hands them on unread.
  const options = checkPlainObject('options', given) as unknown as PortalSsoOptions
  checkNames('option', options, Object.keys(OPTIONS))

  // `undefined` and an empty variable both mean "not given"; any other value of an option is meant.
  const orVariable = (value: unknown, variable: string) =>
    value === undefined ? env[variable] || undefined : value
  const site = checkString(
    'site',
    orVariable(options.site, 'CHARGEBEE_SITE'),
    SITE,
    "Pass the name of your Chargebee site, such as 'acme-test' (not its address), or set CHARGEBEE_SITE.",
  )
  const apiKey = checkString(
    'apiKey',
    orVariable(options.apiKey, 'CHARGEBEE_API_KEY'),
    API_KEY,
    'Pass a full-access API key, without white space, or set CHARGEBEE_API_KEY.',
  )
  const apiUrl = checkOrigin(
    'apiUrl',
    orVariable(options.apiUrl, 'CHARGEBEE_API_URL') ?? `https://${site}.chargebee.com`,
    `https://${site}.chargebee.com`,
  )
  const portalUrl = checkOrigin(
    'portalUrl',
    orVariable(options.portalUrl, 'CHARGEBEE_PORTAL_URL') ?? `https://${site}.chargebeeportal.com`,
    `https://${site}.chargebeeportal.com`,
  )
  const baseUrl = toBaseUrl(orVariable(options.baseUrl, 'PORTAL_SSO_BASE_URL'))
  const basePath = toBasePath(options.basePath)
  const login = toLogin(options.login, baseUrl.origin)
  const routes = toRoutes(options.routes, login !== undefined)
  const localPath = (option: 'loginUrl' | 'noCustomerUrl' | 'returnUrl' | 'afterLogoutUrl') =>
    options[option] === undefined ? undefined : checkLocalPath(option, options[option], baseUrl.origin)
  const returnUrl = localPath('returnUrl') ?? '/'

  const longest =
    baseUrl.origin.length +
    Math.max(
      baseUrl.path.length + basePath.length + (routes.return || '').length,
      routes.return === false ? returnUrl.length : 0,
    )
  if (longest > MAX_URL_LENGTH) {
    refuseOption(
      'baseUrl',
      `gives a return address of more than ${MAX_URL_LENGTH} characters`,
      'Chargebee takes no longer one; shorten it.',
    )
  }

  return {
    getCustomerId: checkFunction(
      'getCustomerId',
      options.getCustomerId,
      'Pass a function that returns the Chargebee customer id of whoever is signed in.',
    ),
    getLoginId: optionalFunction(
      'getLoginId',
      options.getLoginId,
      'Pass a function that returns a stable id of this login.',
    ),
    onError: optionalFunction('onError', options.onError, 'Pass a function that renders a refusal.'),
    onPortalLogout: optionalFunction('onPortalLogout', options.onPortalLogout, 'Pass a function.'),
    onEvent:
      options.onEvent === undefined || options.onEvent === false
        ? options.onEvent
        : checkFunction('onEvent', options.onEvent, 'Pass a function, or false for silence.'),
    site,
    apiKey,
    apiUrl,
    portalUrl,
    portalHosts: new Set([
      portalUrl.host,
      apiUrl.host,
      `${site}.chargebee.com`,
      `${site}.chargebeeportal.com`,
      ...toHosts(options.portalHosts),
    ]),
    baseUrl,
    basePath,
    routes,
    secrets: toSecrets({
      secret: options.secret,
      variable: env.PORTAL_SSO_SECRET,
      apiKey,
      previousApiKeys: options.previousApiKeys,
      isRequired: login !== undefined,
    }),
    loginUrl: localPath('loginUrl'),
    noCustomerUrl: localPath('noCustomerUrl'),
    returnUrl,
    afterLogoutUrl: localPath('afterLogoutUrl') ?? '/',
    login,
    destinations: toDestinations(options.destinations),
    maxSessions:
      options.maxSessions === undefined ? 5 : checkNumber('maxSessions', options.maxSessions, 1, 50),
    rateLimit: toRateLimit(options.rateLimit),
    timeoutMs: toTimeout('timeoutMs', options.timeoutMs, 10_000),
    logoutTimeoutMs: toTimeout('logoutTimeoutMs', options.logoutTimeoutMs, 3_000),
    crossSite:
      options.crossSite === undefined ? 'ask' : checkChoice('crossSite', options.crossSite, ['ask', 'allow']),
  }
}

function optionalFunction<F>(option: string, value: F | undefined, mend: string): F | undefined {
  return value === undefined ? undefined : checkFunction(option, value, mend)
}

function toTimeout(option: string, value: unknown, byDefault: number): number {
  return value === undefined ? byDefault : checkNumber(option, value, 500, MAX_TIMEOUT_MS)
}

function toLogin(value: LoginOptions | undefined, origin: string): LoginOptions | undefined {
  if (value === undefined) return undefined
  checkPlainObject('login', value)
  checkNames('login field', value, ['onLogin', 'cancelUrl'])
  return {
    onLogin: checkFunction('login.onLogin', value.onLogin, 'Pass a function that signs the customer in.'),
    cancelUrl:
      value.cancelUrl === undefined ? undefined : checkLocalPath('login.cancelUrl', value.cancelUrl, origin),
  }
}

function toHosts(value: unknown): string[] {
  if (value === undefined) return []
  const mend = "Pass an array of bare host names in lower case, such as ['billing.acme.com']."
  if (!Array.isArray(value)) refuseOption('portalHosts', 'is not an array', mend)
  return value.map((given) => {
    const written = checkString('portalHosts', given, HOST, mend)
    // As `URL.host` spells it, which leaves the default port out; what it spells otherwise was never meant.
    const host = written.replace(/:443$/, '')
    const isHost = URL.canParse(`https://${host}`) && new URL(`https://${host}`).host === host
    return isHost ? host : refuseOption('portalHosts', 'holds something that is no host', mend)
  })
}

function toDestinations(value: unknown): Config['destinations'] {
  if (value === undefined) return new Map()
  const entries = Object.entries(checkPlainObject('destinations', value))
  for (const [name, destination] of entries) {
    if (!DESTINATION.test(name)) {
      refuseOption(
        'destinations',
        'has a name that does not fit into ?to=',
        'Use letters, digits, - and _ only, at most 64.',
      )
    }
    checkFunction(
      `destinations.${name}`,
      destination,
      "Pass a function that returns an address on the portal's host.",
    )
  }
  return new Map(entries) as Config['destinations']
}

function toRateLimit(value: unknown): RateLimit | false {
  if (value === undefined) return DEFAULT_RATE_LIMIT
  if (value === false) return false
  const given = checkPlainObject('rateLimit', value)
  checkNames('rateLimit field', given, ['points', 'durationSeconds'])
  return {
    points: checkNumber('rateLimit.points', given.points, 1, 1_000_000),
    durationSeconds: checkNumber('rateLimit.durationSeconds', given.durationSeconds, 1, 86_400),
  }
}
