import type { Config, RouteName } from '../options/options.js'
import { isMountPath, MAX_URL_LENGTH } from '../safe-url.js'
import type { Route } from './visit.js'

export interface RouteTable {
  /**
   * Looks a request up by its path: synchronous, and one look-up in a map for everything that is not ours. With
   * `baseUrl` https://www.acme.example/shop, behind a proxy that strips `/shop`:
   *
   * | mounted                                           | `path`                 | `url`                       | `mountPath` | `publicPath`                |
   * | ------------------------------------------------- | ---------------------- | --------------------------- | ----------- | --------------------------- |
   * | at the root                                       | `/portal_link`         | `/portal_link?to=plan`      | ``          | `/shop/portal_link`         |
   * | at `/billing`, which the framework strips         | `/portal_link`         | `/billing/portal_link`      | `/billing`  | `/shop/billing/portal_link` |
   * | at the root, with `basePath: '/billing'`          | `/billing/portal_link` | `/billing/portal_link`      | `/billing`  | `/shop/billing/portal_link` |
   * | by the pattern `*`, with `basePath: '/billing'`   | `/`                    | `/billing/portal_link`      | `/billing`  | `/shop/billing/portal_link` |
   *
   * @param path the path as the framework has routed it, below whatever it has stripped
   * @param url the request target as it came in, with query; in absolute form too (RFC 9112, section 3.2.2)
   */
  readonly find: (path: string, url: string) => Route | undefined
  /**
   * The return address for a request of the host's own, which is below no mount of ours: the return route where it is
   * known to be served (below `basePath`, or at the root), else `returnUrl`.
   */
  readonly returnForHost: () => string | undefined
}

type Places = Pick<Config, 'baseUrl' | 'basePath' | 'routes' | 'returnUrl'>

interface Entry {
  readonly name: RouteName
  readonly path: string
  /** How much of the path is the mount that the framework did not strip. */
  readonly basePathLength: number
  /** What the framework must have stripped. */
  readonly stripped: string
}

interface Found {
  readonly entry: Entry
  readonly state?: string
}

const SLASH = 0x2f
const ABSOLUTE_FORM = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i

/** @param onUnknownMount a request for one of the routes came through a mount whose public path can't be told */
export function createRouteTable(config: Places, onUnknownMount: () => void = () => {}): RouteTable {
  const { basePath, baseUrl } = config
  const table = new Map<string, Entry>()
  for (const [name, path] of Object.entries(config.routes) as [RouteName, string | false][]) {
    if (path === false) continue
    // `basePath` names the mount whether the framework strips it or not.
    if (basePath !== '') table.set(path, { name, path, basePathLength: 0, stripped: basePath })
    table.set(basePath + path, { name, path, basePathLength: basePath.length, stripped: '' })
  }
  // The callback is the one route with a segment behind it.
  const callbacks = [...table].filter(([, { name }]) => name === 'callback')
  const findCallback = (path: string): Found | undefined => {
    for (const [prefix, entry] of callbacks) {
      if (path.charCodeAt(prefix.length) !== SLASH || !path.startsWith(prefix)) continue
      const state = path.slice(prefix.length + 1).replace(/\/$/, '')
      if (state !== '' && !/[/\\]|%2f|%5c/i.test(state)) return { entry, state }
    }
    return undefined
  }
  const findEntry = (path: string): Found | undefined => {
    const entry = table.get(path) ?? (path.endsWith('/') ? table.get(path.slice(0, -1)) : undefined)
    return entry ? { entry } : findCallback(path)
  }
  // A request with its whole path shows that nothing is stripped in front of us. A middleware at the root sees every
  // request before the host's own routes do, so this is known by the time at which a route of the host asks.
  let isAtRoot = basePath !== ''

  function toRoute(
    { entry, state }: Found,
    path: string,
    pathname: string,
    query: string,
  ): Route | undefined {
    if (!pathname.endsWith(path)) return undefined
    const mountPath = pathname.slice(0, pathname.length - path.length + entry.basePathLength)
    if (!isMountPath(mountPath) || !mountPath.endsWith(entry.stripped)) return undefined
    const redirectUrl = toRedirectUrl(config, mountPath)
    if (redirectUrl && redirectUrl.length > MAX_URL_LENGTH) return undefined
    return {
      name: entry.name,
      mountPath,
      publicPath: baseUrl.path + mountPath + entry.path,
      redirectUrl,
      query: new URLSearchParams(query),
      ...(state !== undefined && { state }),
    }
  }

  /**
   * A pattern such as `*` takes up the whole path and leaves a slash of it. Where the whole path is one of the routes,
   * only `basePath` can be in front of it. Any other path in front is unknown to us.
   */
  function findBelowPattern(pathname: string, query: string): Route | undefined {
    const found = findEntry(pathname)
    if (found?.entry.stripped === '') {
      isAtRoot = true
      return toRoute(found, pathname, pathname, query)
    }
    const path = pathname.replace(/\/$/, '')
    if ([...table.keys()].some((route) => path.endsWith(route))) onUnknownMount()
    return undefined
  }

  return {
    find(path, url) {
      const target = toOriginForm(url)
      if (!isAtRoot) isAtRoot = isWholePath(path, target)
      const found = findEntry(path)
      if (!found && path !== '/') return undefined
      const pathname = toPathname(target)
      const query = target.slice(pathname.length)
      if (found) return toRoute(found, path, pathname, query)
      return pathname.length > 1 ? findBelowPattern(pathname, query) : undefined
    },
    returnForHost: () =>
      toRedirectUrl(isAtRoot ? config : { ...config, routes: { return: false } }, basePath),
  }
}

/** Makes no string, because it is called for requests that are not ours. */
function isWholePath(path: string, url: string): boolean {
  return url.startsWith(path) && (url.length === path.length || url.charAt(path.length) === '?')
}

/** Where a route stands in the public address, for a request below the same mount. */
export function toPublicPath(
  { baseUrl, routes }: Pick<Config, 'baseUrl' | 'routes'>,
  mountPath: string,
  name: RouteName,
): string {
  return `${baseUrl.path}${mountPath}${routes[name]}`
}

/**
 * The path of a request target, for `find` where a framework has taken nothing from it.
 * @param url the request target as it came in, in absolute form too
 */
export function toPathname(url: string): string {
  const target = toOriginForm(url)
  const queryStart = target.indexOf('?')
  return queryStart < 0 ? target : target.slice(0, queryStart)
}

function toOriginForm(url: string): string {
  return url.charCodeAt(0) === SLASH ? url : url.replace(ABSOLUTE_FORM, '')
}

/** Where Chargebee sends the browser when the customer leaves the portal; `undefined` where it refuses our port. */
export function toRedirectUrl(
  {
    baseUrl,
    routes,
    returnUrl,
  }: Pick<Config, 'baseUrl' | 'returnUrl'> & { readonly routes: Pick<Config['routes'], 'return'> },
  mountPath: string,
): string | undefined {
  if (!baseUrl.takesReturn) return undefined
  return baseUrl.origin + (routes.return === false ? returnUrl : baseUrl.path + mountPath + routes.return)
}
