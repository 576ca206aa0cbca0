import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Host, HostCall, StartHost } from '@portal-sso/conformance'
import { NO_CUSTOMER, type PortalSso, type PortalSsoOptions, portalSso } from '@portal-sso/express'
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express'

export interface HostShape {
  /** What stands in front of our routes: `/billing` */
  readonly mountPath?: string
  /** What a proxy would have taken from the path: `/shop` */
  readonly strippedPath?: string
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
  options,
  before,
  mount,
}: HostShape): StartHost {
  return async (setup) => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

    const closeServer = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
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
      await closeServer()
      throw error
    }

    const app = express()
    app.use((_req, res, next) => {
      res.cookie('host', 'yes', { httpOnly: true }).vary('Accept-Encoding')
      next()
    })
    before?.(app)
    mount(app, portal)
    addHostRoutes(app, portal)
    const errors: unknown[] = []
    app.use(errorHandler(errors))
    server.on('request', app)
    return {
      origin,
      mountPath,
      strippedPath,
      errors,
      async close() {
        await portal.close()
        await closeServer()
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
    portal.createSession(req, res, to === undefined ? {} : { to }).then((session) => res.json(session), next)
  })
  app.get('/host/sessions', (req, res, next) => {
    portal.sessions(req).then((sessions) => res.json(sessions), next)
  })
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

function toHostCall(req: Request, res: Response): HostCall {
  return {
    headers: req.headers,
    noCustomer: NO_CUSTOMER,
    end: (status, body) => void res.status(status).end(body),
    render: (status, body) => void res.status(status).send(body),
    replaceCookies: (value) => void res.setHeader('Set-Cookie', value),
  }
}
