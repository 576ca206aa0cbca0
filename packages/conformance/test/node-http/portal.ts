import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createPortalSso,
  type PortalFunctions,
  type PortalSsoOptions,
  toPathname,
  toPortalRequest,
} from '@portal-sso/core'

type Native = [req: IncomingMessage, res: ServerResponse]

/** Answers a request that is ours, and says whether it was. */
export type PortalListener = (...native: Native) => Promise<boolean>

/** An adapter for Node's own server: `if (!(await portal(req, res))) theRestOfTheHost(req, res)`. */
export function portalSso(
  options: PortalSsoOptions<Native>,
): PortalListener & PortalFunctions<Native, PortalListener> {
  const portal = createPortalSso(options)
  const toRequest = (...[req, res]: Native) =>
    toPortalRequest(req, res, { native: [req, res], clientAddress: req.socket.remoteAddress })

  async function listener(...[req, res]: Native): Promise<boolean> {
    const { url = '/' } = req
    const route = portal.find(toPathname(url), url)
    if (!route) return false
    const request = toRequest(req, res)
    const response = await portal.handle(route, request)
    if (!response || request.isAnswered()) return true
    res.statusCode = response.status
    res.setHeader('Vary', [res.getHeader('Vary') ?? [], response.vary].flat().join(', '))
    setHeaders(res, response.headers)
    const content = await portal.render(response, request, [req, res])
    if (!content) return true
    setHeaders(res, content.headers)
    res.end(content.body)
    return true
  }

  return Object.assign(listener, {
    logout: (...native: Native) => portal.logout(toRequest(...native)),
    createSession: (...[req, res, parameters]: [...Native, parameters?: { to?: string }]) =>
      portal.createSession(toRequest(req, res), parameters),
    sessions: (req: IncomingMessage) => portal.sessions(req),
    endSessions: portal.endSessions,
    health: portal.health,
    onSignOut(path: string): PortalListener {
      const signOut = portal.onSignOut(path)
      return async (req, res) => {
        const { url = '/' } = req
        await signOut(toPathname(url), url, toRequest(req, res))
        return false
      }
    },
    close: portal.close,
  })
}

function setHeaders(res: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
}
