import {
  createPortalSso,
  type PortalSsoOptions as Options,
  type PortalFunctions,
  type Route,
  toPortalRequest,
} from '@portal-sso/core'
import type { NextFunction, Request, RequestHandler, Response } from 'express'

export type {
  CreateSessionParameters,
  CustomerId,
  LoginOptions,
  LogoutResult,
  PortalHealth,
  PortalSession,
  PublicPortalSession,
  RateLimit,
  Routes,
  SessionsOf,
} from '@portal-sso/core'
export {
  memoryStore,
  NO_CUSTOMER,
  type PortalSsoCall,
  PortalSsoError,
  type PortalSsoErrorCode,
  type PortalSsoEvent,
} from '@portal-sso/core'

/** What {@link portalSso} takes. `Req` and `Res` are what the host's callbacks get. */
export type PortalSsoOptions<Req extends Request = Request, Res extends Response = Response> = Options<
  [req: Req, res: Res],
  [req: Req, res: Res, next: NextFunction]
>

/** The middleware, and its acts as functions for the host's own routes. */
export type PortalSso = RequestHandler & PortalFunctions<[req: Request, res: Response], RequestHandler>

/**
 * Express middleware that takes signed-in customers to their Chargebee portal. Mount it after the sign-in.
 * @throws TypeError for a wrong, missing, unknown or misspelt option
 */
export function portalSso<Req extends Request = Request, Res extends Response = Response>(
  options: PortalSsoOptions<Req, Res>,
): PortalSso {
  const portal = createPortalSso(options)
  // What the host's callbacks declare of its requests is the host's own knowledge.
  const toRequest = (req: Request, res: Response) =>
    toPortalRequest(req, res, { native: [req as Req, res as Res], clientAddress: req.ip })

  async function answer(route: Route, req: Request, res: Response, next: NextFunction) {
    const request = toRequest(req, res)
    const response = await portal.handle(route, request)
    if (!response || request.isAnswered()) return
    res.status(response.status).vary(response.vary)
    setHeaders(res, response.headers)
    const content = await portal.render(response, request, [req as Req, res as Res, next])
    if (!content) return
    setHeaders(res, content.headers)
    res.end(content.body)
  }

  const middleware: RequestHandler = (req, res, next) => {
    const route = portal.find(req.path, req.originalUrl)
    if (!route) return next()
    // Express 4 takes no promise.
    answer(route, req, res, next).catch((error) => next(isRouterWord(error) ? new Error(error) : error))
  }

  return Object.assign(middleware, {
    logout: (req: Request, res: Response) => portal.logout(toRequest(req, res)),
    createSession: (...[req, res, parameters]: Parameters<PortalSso['createSession']>) =>
      portal.createSession(toRequest(req, res), parameters),
    sessions: (req: Request) => portal.sessions(req),
    onSignOut(path: string): RequestHandler {
      const signOut = portal.onSignOut(path)
      return (req, res, next) => {
        const ended = signOut(req.path, req.originalUrl, toRequest(req, res))
        if (ended) ended.then(() => next(), next)
        else next()
      }
    },
    endSessions: portal.endSessions,
    health: portal.health,
    close: portal.close,
  })
}

// Not `res.set()`, which adds a charset to types that have none.
function setHeaders(res: Response, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
}

/** To `next()` these two are no errors but "leave this router". */
function isRouterWord(error: unknown): error is string {
  return error === 'route' || error === 'router'
}
