import type { PortalRequest } from '../http/http.js'
import { isSpeculative, originOfPost } from '../http/request-guard.js'
import { toPathname } from '../http/route-table.js'
import { refuseOption } from '../options/checks.js'
import type { Config } from '../options/options.js'

/**
 * Ends what this browser remembers, where the request is for the host's sign-out; `undefined`: it is not.
 *
 * @param path the path as the framework has routed it
 * @param url the request target as it came in
 */
export type HostSignOut = (path: string, url: string, request: PortalRequest) => Promise<unknown> | undefined

interface Surroundings {
  readonly config: Pick<Config, 'baseUrl'>
  readonly logout: (request: PortalRequest) => Promise<unknown>
}

/**
 * For a sign-out that another library owns. A request of the host's own pages ends the portal sessions first, and the
 * library's answer clears their cookies. A request that another website began ends them when the library has accepted
 * it. A library that accepts POSTs of its own pages alone refuses such a request, and no session is ended.
 */
export function createHostSignOut(path: unknown, { config, logout }: Surroundings): HostSignOut {
  const wanted = normalize(checkPath(path))
  return (routedPath, url, request) => {
    if (normalize(routedPath) !== wanted && normalize(toPathname(url)) !== wanted) return undefined
    if (isOwn(request, config.baseUrl.origin)) return logout(request)
    request.onHead((status) => {
      if (status < 400) void logout(request)
    })
    return Promise.resolve()
  }
}

function isOwn({ headers, method }: PortalRequest, ownOrigin: string): boolean {
  if (isSpeculative(headers)) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const origin = originOfPost(headers, ownOrigin)
  return method === 'GET' || method === 'HEAD' || origin === 'same' || origin === 'unstated'
}

/** As frameworks match a path unless told otherwise: whatever the case, with a slash at its end or without. */
function normalize(path: string): string {
  return path.replace(/\/$/, '').toLowerCase()
}

function checkPath(path: unknown): string {
  const mend = "Pass the path of the sign-out, such as '/logout'."
  if (typeof path !== 'string') refuseOption('onSignOut(path)', 'is not a string', mend)
  if (!/^\/[^\s?#\\]+$/.test(path)) refuseOption('onSignOut(path)', 'is not a path', mend)
  return path
}
