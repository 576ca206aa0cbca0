import { createRequire } from 'node:module'
import { type Host, type HostCall, listen, type StartHost } from '@portal-sso/conformance'
import { NO_CUSTOMER, type PortalSso, type PortalSsoOptions, portalSso } from '@portal-sso/express'
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express'

// Express itself takes the prototypes of HTTP/1.1 for its requests. Without types of its own.
const require = createRequire(import.meta.url)
const createHttp2Express: (from: typeof express) => Express = require('http2-express')

export interface HostShape {
  /** What stands in front of our routes: `/billing` */
  readonly mountPath?: string
  /** What a proxy would have taken from the path: `/shop` */
  readonly strippedPath?: string
  /** Served over HTTP/2. */
  readonly http2?: boolean
  /** Further options for `portalSso()`. */
  readonly options?: Partial<PortalSsoOptions>
  /** What the host has in front: body parsers, sessions. */
  readonly before?: (app: Express) => void
  readonly mount: (app: Express, portal: PortalSso) => void
}

/** An Express application as a host would write it, around `portalSso()` mounted in one way. */
export function expressHost({
  mountPath = '',
  strippedPath = '',
  http2 = false,
  options,
  before,
  mount,
}: HostShape): StartHost {
  return async (setup) => {
    const server = await listen({ http2 })
    const given = setup.options(toHostCall)
    let portal: PortalSso
    try {
      portal = portalSso({
        getCustomerId: (req, res) => setup.getCustomerId(toHostCall(req, res)),
        ...options,
        ...given,
        baseUrl: `${given.baseUrl}${strippedPath}`,
      } as PortalSsoOptions)
    } catch (error) {
      await server.close()
      throw error
    }

    const app: Express = http2 ? createHttp2Express(express) : express()
    app.use((req, res, next) => {
      res.cookie('host', 'yes', { httpOnly: true }).vary('Accept-Encoding')
      changeLast(res, req.get('x-host-last'))
      next()
    })
    before?.(app)
    mount(app, portal)
    app.use(portal.onSignOut('/host/library'))
    addHostRoutes(app, portal)
    const errors: unknown[] = []
    app.use(errorHandler(errors))
    server.serve(app)
    return {
      origin: server.origin,
      mountPath,
      strippedPath,
      errors,
      async close() {
        await portal.close()
        await server.close()
      },
    } satisfies Host
  }
}

function addHostRoutes(app: Express, portal: PortalSso): void {
  app.get('/host/ping', (_req, res) => void res.send('pong'))
  app.post('/host/sign-out', (req, res, next) => {
    portal.logout(req, res).then((result) => res.json(result), next)
  })
  app.post('/host/sign-out-late', (req, res, next) => {
    res.type('json').flushHeaders()
    portal.logout(req, res).then((result) => res.end(JSON.stringify(result)), next)
  })
  app.post('/host/create-session', (req, res, next) => {
    const to = req.get('x-host-to')
    portal.createSession(req, res, to === undefined ? {} : { to }).then((session) => {
      const cookie = req.get('x-host-cookie')
      if (cookie !== undefined) res.setHeader('Set-Cookie', cookie)
      res.json(session)
    }, next)
  })
  app.all('/host/library', (req, res) => {
    if (req.get('x-host-refuses')) res.status(403)
    else res.setHeader('Set-Cookie', 'host=out')
    res.send(req.get('x-host-refuses') ? 'refused' : 'signed out')
  })
  app.get('/host/sessions', (req, res, next) => {
    portal.sessions(req).then((sessions) => res.json(sessions), next)
  })
  app.post('/host/end-sessions', (req, res, next) => {
    portal.endSessions(JSON.parse(req.get('x-host-who') ?? '')).then((result) => res.json(result), next)
  })
  app.get('/host/health', (_req, res) => void res.json(portal.health()))
  app.post('/host/close-portal', (_req, res, next) => {
    portal.close().then(() => res.json({ closed: true }), next)
  })
  app.use((_req, res) => void res.status(404).json({ host: 404 }))
}

function errorHandler(errors: unknown[]): ErrorRequestHandler {
  return (error, _req, res, next) => {
    errors.push(error)
    if (res.headersSent) {
      next(error)
      return
    }
    if (!(error instanceof Error)) {
      res.status(500).json({ hostError: String(error) })
      return
    }
    const { name, message, code, status } = error as Error & { code?: unknown; status?: unknown }
    res.status(500).json({ hostError: message, name, code, status })
  }
}

/** At the very last: what was registered first runs closest to the head. */
function changeLast(res: Response, what: string | undefined): void {
  if (what === undefined) return
  const writeHead = res.writeHead as (...given: unknown[]) => Response
  res.writeHead = (...given: unknown[]) => {
    if (what === 'throw') for (const name of res.getHeaderNames()) res.removeHeader(name)
    if (what === 'cookies') res.setHeader('Set-Cookie', 'host=last')
    if (what === 'location') res.setHeader('Location', '/elsewhere')
    return what === 'throw' || what === 'status' ? writeHead.call(res, 500) : writeHead.apply(res, given)
  }
}

function toHostCall(req: Request, res: Response): HostCall {
  return {
    headers: req.headers,
    noCustomer: NO_CUSTOMER,
    end: (status, body) => void res.status(status).end(body),
    render: (status, body) => void res.status(status).send(body),
    replaceCookies: (value) => void res.setHeader('Set-Cookie', value),
  }
}
