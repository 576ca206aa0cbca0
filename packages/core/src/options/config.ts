import { STATUS_OF } from '../errors.js'
import { MAX_URL_LENGTH } from '../safe-url.js'
import type { SharedStore } from '../session-store.js'
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
  createFindings,
  isPlainObject,
  type Problem,
  refuseOption,
  throwAny,
} from './checks.js'
import type { Config, PortalSsoOptions, RateLimit } from './options.js'
import { OTHER_PAGES, PLAIN_LOOK, toLook } from './pages.js'
import { API_KEY, toSecrets } from './secrets.js'
import { toDestinations, toHosts, toLogin, toRateLimit, toTimeout } from './values.js'

type Environment = Readonly<Record<string, string | undefined>>

// A missing or an unknown name does not compile.
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
  store: true,
  getLoginId: true,
  onPortalLogout: true,
  maxSessions: true,
  rateLimit: true,
  timeoutMs: true,
  logoutTimeoutMs: true,
  login: true,
  crossSite: true,
  pages: true,
  onEvent: true,
  onError: true,
} satisfies Record<keyof PortalSsoOptions, true>

const DEFAULT_RATE_LIMIT: RateLimit = { points: 20, durationSeconds: 60 }

const SITE = /^[a-z0-9][a-z0-9-]{0,62}$/

/**
 * Checks options and environment once, when the middleware is built. Nothing is read from either later.
 * @throws TypeError naming the option, what is wrong with it and the mend; never a key or secret
 */
export function toConfig(given: unknown, env: Environment): Config {
  const { config, problems } = readConfig(given, env)
  throwAny(problems)
  return config
}

/**
 * The same with everything that is wrong beside it: what stands in place of a wrong option is of the right form.
 * @throws TypeError for what are no options at all
 */
export function readConfig(
  given: unknown,
  env: Environment,
): { readonly config: Config; readonly problems: readonly Problem[] } {
  const options = toOptions(given)
  const findings = createFindings()
  const { look } = findings
  look(() => checkNames('option', options, Object.keys(OPTIONS)), undefined)

  // `undefined` and an empty variable both mean "not given". Any other value is taken as it is.
  const variable = (name: string) => (Object.hasOwn(env, name) ? env[name] || undefined : undefined)
  const orVariable = (value: unknown, name: string) => (value === undefined ? variable(name) : value)
  const optional = <T, D>(
    option: keyof PortalSsoOptions,
    byDefault: D,
    check: (value: unknown) => T,
  ): T | D =>
    options[option] === undefined ? byDefault : look<T | D>(() => check(options[option]), byDefault)
  const optionalFunction = <O extends 'getLoginId' | 'onError' | 'onPortalLogout'>(
    option: O,
    mend: string,
  ): PortalSsoOptions[O] | undefined =>
    optional(option, undefined, (value) => checkFunction(option, value as PortalSsoOptions[O], mend))

  const site = look(
    () =>
      checkString(
        'site',
        orVariable(options.site, 'CHARGEBEE_SITE'),
        SITE,
        "Pass the name of your Chargebee site, such as 'acme-test' (not its address), or set CHARGEBEE_SITE.",
      ),
    'missing',
  )
  const apiKey = look(
    () =>
      checkString(
        'apiKey',
        orVariable(options.apiKey, 'CHARGEBEE_API_KEY'),
        API_KEY,
        'Pass a full-access API key, without white space, or set CHARGEBEE_API_KEY.',
      ),
    'missing',
  )
  const origin = (option: 'apiUrl' | 'portalUrl', name: string, byDefault: string) =>
    look(
      () => checkOrigin(option, orVariable(options[option], name) ?? byDefault, byDefault),
      new URL(byDefault),
    )
  const apiUrl = origin('apiUrl', 'CHARGEBEE_API_URL', `https://${site}.chargebee.com`)
  const portalUrl = origin('portalUrl', 'CHARGEBEE_PORTAL_URL', `https://${site}.chargebeeportal.com`)
  const baseUrl = look(() => toBaseUrl(orVariable(options.baseUrl, 'PORTAL_SSO_BASE_URL')), NO_BASE_URL)
  const basePath = look(() => toBasePath(options.basePath), '')
  const login = optional('login', undefined, (value) => toLogin(value, baseUrl.origin))
  const hasLogin = options.login !== undefined
  const routes = look(() => toRoutes(options.routes, hasLogin), toRoutes(undefined, hasLogin))
  const localPath = <D>(
    option: 'loginUrl' | 'noCustomerUrl' | 'returnUrl' | 'afterLogoutUrl',
    byDefault: D,
  ): string | D => optional(option, byDefault, (value) => checkLocalPath(option, value, baseUrl.origin))
  const returnUrl = localPath('returnUrl', '/')
  look(() => checkReturnLength({ baseUrl, basePath, routes, returnUrl }), undefined)

  const config: Config = {
    getCustomerId: look(
      () =>
        checkFunction(
          'getCustomerId',
          options.getCustomerId,
          'Pass a function that returns the Chargebee customer id of the customer who is signed in.',
        ),
      () => undefined,
    ),
    store: optional('store', undefined, toStore),
    getLoginId: optionalFunction('getLoginId', 'Pass a function that returns a stable id of this login.'),
    onError: optionalFunction('onError', 'Pass a function that renders a refusal.'),
    onPortalLogout: optionalFunction('onPortalLogout', 'Pass a function.'),
    onEvent: optional('onEvent', undefined, (value) =>
      value === false
        ? value
        : checkFunction('onEvent', value as Config['onEvent'], 'Pass a function, or false for silence.'),
    ),
    site,
    apiKey,
    apiUrl,
    portalUrl,
    portalHosts: new Set([
      portalUrl.host,
      apiUrl.host,
      `${site}.chargebee.com`,
      `${site}.chargebeeportal.com`,
      ...optional('portalHosts', [], toHosts),
    ]),
    baseUrl,
    basePath,
    routes,
    pages: optional('pages', PLAIN_LOOK, (value) =>
      toLook(value, baseUrl.origin, [...Object.keys(STATUS_OF), ...OTHER_PAGES]),
    ),
    secrets: look(
      () =>
        toSecrets({
          secret: options.secret,
          variable: variable('PORTAL_SSO_SECRET'),
          apiKey,
          previousApiKeys: options.previousApiKeys,
          isRequired: hasLogin,
        }),
      { jar: [], loginState: [] },
    ),
    loginUrl: localPath('loginUrl', undefined),
    noCustomerUrl: localPath('noCustomerUrl', undefined),
    returnUrl,
    afterLogoutUrl: localPath('afterLogoutUrl', '/'),
    login,
    destinations: optional('destinations', new Map(), toDestinations),
    maxSessions: optional('maxSessions', 5, (value) => checkNumber('maxSessions', value, 1, 50)),
    rateLimit: optional('rateLimit', DEFAULT_RATE_LIMIT, toRateLimit),
    timeoutMs: optional('timeoutMs', 10_000, (value) => toTimeout('timeoutMs', value)),
    logoutTimeoutMs: optional('logoutTimeoutMs', 3_000, (value) => toTimeout('logoutTimeoutMs', value)),
    crossSite: optional('crossSite', 'ask', (value) => checkChoice('crossSite', value, ['ask', 'allow'])),
  }
  return { config, problems: findings.problems }
}

/**
 * The options with the types of core, which hands the framework's arguments on unread.
 */
function toOptions(given: unknown): PortalSsoOptions {
  if (given === undefined) {
    throw new TypeError(
      'portalSso() takes an object of options. At the least: portalSso({ getCustomerId: (req) => req.user?.billingId }).',
    )
  }
  if (!isPlainObject(given)) {
    throw new TypeError(
      'portalSso() takes an object literal of options, and gives the middleware: write app.use(portalSso({ … })), not app.use(portalSso).',
    )
  }
  return checkPlainObject('options', given) as unknown as PortalSsoOptions
}

const NO_BASE_URL: Config['baseUrl'] = {
  origin: 'https://missing.invalid',
  path: '',
  secure: true,
  takesReturn: true,
}

function checkReturnLength({
  baseUrl,
  basePath,
  routes,
  returnUrl,
}: Pick<Config, 'baseUrl' | 'basePath' | 'routes' | 'returnUrl'>): void {
  const longest =
    baseUrl.origin.length +
    Math.max(
      baseUrl.path.length + basePath.length + (routes.return || '').length,
      routes.return === false ? returnUrl.length : 0,
    )
  if (longest <= MAX_URL_LENGTH) return
  refuseOption(
    'baseUrl',
    `gives a return address of more than ${MAX_URL_LENGTH} characters`,
    'Chargebee takes no longer one; shorten it.',
  )
}

function toStore(value: unknown): SharedStore {
  const isStore =
    typeof value === 'object' && value !== null && typeof (value as SharedStore).open === 'function'
  return isStore
    ? (value as SharedStore)
    : refuseOption('store', 'is no store', 'Pass what redisStore({ client }) from @portal-sso/redis gives.')
}
