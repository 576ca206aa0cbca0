import { isLoopback, isMountPath } from '../safe-url.js'
import { checkNames, checkPlainObject, checkRoutePath, checkUrl, refuseOption } from './checks.js'
import type { Config, RouteName, Routes } from './options.js'

// Where the host and our routes are, from its options; see `toConfig`.

const DEFAULT_ROUTES: Readonly<Record<RouteName, string>> = {
  portal: '/portal_link',
  session: '/portal_session',
  logout: '/portal_logout',
  return: '/portal_return',
  login: '/portal_login',
  callback: '/portal_callback',
}

// Chargebee answers UNSUPPORTED_PORT for any other (maintainer's answer, github.com/chargebee/chargebee-dotnet/issues/23).
const RETURN_PORTS = new Set(['', '443', '80', '8443', '8080'])

export function toBaseUrl(value: unknown): Config['baseUrl'] {
  if (value === undefined) {
    refuseOption(
      'baseUrl',
      'is missing',
      "Pass your site's public address, such as 'https://www.acme.com', or set PORTAL_SSO_BASE_URL. It is never taken from a request, which could lie.",
    )
  }
  const url = checkUrl('baseUrl', value, 'https://www.acme.com')
  const path = url.pathname.replace(/\/$/, '')
  if (!isMountPath(path)) {
    refuseOption(
      'baseUrl',
      'has a path with a doubled slash or encoded characters',
      'Use plain segments only.',
    )
  }
  const takesReturn = RETURN_PORTS.has(url.port)
  if (!takesReturn && !isLoopback(url.hostname)) {
    refuseOption(
      'baseUrl',
      'has a port that Chargebee refuses',
      'It sends customers back to ports 443, 80, 8443 and 8080 only; leave the port out or use one of these.',
    )
  }
  return { origin: url.origin, path, secure: url.protocol === 'https:', takesReturn }
}

export function toBasePath(value: unknown): string {
  if (value === undefined || value === '') return ''
  return checkRoutePath('basePath', value, '/billing')
}

export function toRoutes(value: Routes | undefined, hasLogin: boolean): Config['routes'] {
  const given = value === undefined ? {} : checkPlainObject('routes', value)
  const names = Object.keys(DEFAULT_ROUTES) as RouteName[]
  checkNames('route', given, names)
  const routes = { ...DEFAULT_ROUTES } as Record<RouteName, string | false>
  for (const name of names) {
    if (given[name] === false) routes[name] = false
    else if (given[name] !== undefined) {
      routes[name] = checkRoutePath(`routes.${name}`, given[name], DEFAULT_ROUTES[name])
    }
  }
  for (const name of ['login', 'callback'] as const) {
    if (!hasLogin) routes[name] = false
    else if (routes[name] === false) {
      refuseOption(
        `routes.${name}`,
        'is switched off',
        'The option "login" takes both routes; leave it out instead.',
      )
    }
  }
  const paths = Object.values(routes).filter((path) => path !== false)
  if (new Set(paths).size < paths.length)
    refuseOption('routes', 'gives two routes the same path', 'Give each its own.')
  return routes
}
