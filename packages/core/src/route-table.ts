import type { Route } from './context.js'
import type { Config, RouteName } from './options.js'
import { toRedirectUrl } from './portal-link.js'
import { isMountPath, MAX_URL_LENGTH } from './safe-url.js'

/**
 * Looks a request up by its path: synchronous, and one look-up in a map for everything that is not ours.
 *
 * @param path the path as the framework has routed it, below whatever it has stripped
 * @param url the request target as it came in, with query
 */
export type FindRoute = (path: string, url: string) => Route | undefined

type Places = Pick<Config<[]>, 'baseUrl' | 'basePath' | 'routes' | 'returnUrl'>

interface Entry {
  readonly name: RouteName
  readonly path: string
  /** How much of the path is the mount that the framework did not strip. */
  readonly basePathLength: number
}

export function createRouteTable(config: Places): FindRoute {
  const { basePath, baseUrl } = config
  const table = new Map<string, Entry>()
  for (const [name, path] of Object.entries(config.routes) as [RouteName, string | false][]) {
    if (path === false) continue
    table.set(basePath + path, { name, path, basePathLength: basePath.length })
  }
  return (path, url) => {
    const entry = table.get(path) ?? (path.endsWith('/') ? table.get(path.slice(0, -1)) : undefined)
    if (!entry) return undefined
    const queryStart = url.indexOf('?')
    const pathname = queryStart < 0 ? url : url.slice(0, queryStart)
    if (!pathname.endsWith(path)) return undefined
    const mountPath = pathname.slice(0, pathname.length - path.length + entry.basePathLength)
    if (!isMountPath(mountPath)) return undefined
    if ((toRedirectUrl(config, mountPath)?.length ?? 0) > MAX_URL_LENGTH) return undefined
    return {
      name: entry.name,
      mountPath,
      publicPath: baseUrl.path + mountPath + entry.path,
      query: new URLSearchParams(queryStart < 0 ? '' : url.slice(queryStart)),
    }
  }
}
