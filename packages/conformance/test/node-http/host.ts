import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Host, type HostCall, listen, type StartHost } from '@portal-sso/conformance'
import { NO_CUSTOMER } from '@portal-sso/core'
import { type PortalListener, portalSso } from './portal.ts'

type Native = [req: IncomingMessage, res: ServerResponse]
type Routes = Readonly<Record<string, (...native: Native) => Promise<void> | void>>

/** A host on Node's own server, around `portalSso()`. */
export const startNodeHost: StartHost = async (setup) => {
  const portal = portalSso({
    getCustomerId: (...native: Native) => setup.getCustomerId(toHostCall(...native)),
    ...setup.options(toHostCall),
  } as Parameters<typeof portalSso>[0])
  const signOut = portal.onSignOut('/host/library')
  const routes = hostRoutes(portal)
  const errors: unknown[] = []

  async function serve(...[req, res]: Native): Promise<void> {
    changeLast(res, req.headers['x-host-last'])
    res.setHeader('Set-Cookie', 'host=yes; Path=/; HttpOnly')
    res.setHeader('Vary', 'Accept-Encoding')
    if ((await portal(req, res)) || (await signOut(req, res))) return
    const path = req.url?.replace(/\/?(\?.*)?$/, '')
    const route = routes[`${req.method} ${path}`]
    if (route) await route(req, res)
    else json(res, 404, { host: 404 })
  }

  const server = await listen()
  server.serve((req, res) => {
    req.resume()
    serve(req, res).catch((error: unknown) => {
      errors.push(error)
      const { name, message, code, status } = error as Error & { code?: unknown; status?: unknown }
      const isError = error instanceof Error
      json(res, 500, isError ? { hostError: message, name, code, status } : { hostError: String(error) })
    })
  })
  return {
    origin: server.origin,
    mountPath: '',
    strippedPath: '',
    errors,
    async close() {
      await portal.close()
      await server.close()
    },
  } satisfies Host
}

function hostRoutes(portal: ReturnType<typeof portalSso> & PortalListener): Routes {
  const library = (...[req, res]: Native) => {
    if (!req.headers['x-host-refuses']) res.setHeader('Set-Cookie', 'host=out')
    res.statusCode = req.headers['x-host-refuses'] ? 403 : 200
    res.end(req.headers['x-host-refuses'] ? 'refused' : 'signed out')
  }
  return {
    'GET /host/ping': (_req, res) => void res.end('pong'),
    'HEAD /host/ping': (_req, res) => void res.end(),
    'POST /host/sign-out': async (req, res) => json(res, 200, await portal.logout(req, res)),
    'POST /host/sign-out-late': async (req, res) => {
      res.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders()
      res.end(JSON.stringify(await portal.logout(req, res)))
    },
    'POST /host/create-session': async (req, res) => {
      const { 'x-host-to': to, 'x-host-cookie': cookie } = req.headers
      const session = await portal.createSession(req, res, to === undefined ? {} : { to: String(to) })
      if (cookie !== undefined) res.setHeader('Set-Cookie', cookie)
      json(res, 200, session)
    },
    'GET /host/library': library,
    'POST /host/library': library,
    'GET /host/sessions': async (req, res) => json(res, 200, await portal.sessions(req)),
    'GET /host/health': (_req, res) => json(res, 200, portal.health()),
    'POST /host/end-sessions': async (req, res) =>
      json(res, 200, await portal.endSessions(JSON.parse(String(req.headers['x-host-who'])))),
    'POST /host/close-portal': async (_req, res) => {
      await portal.close()
      json(res, 200, { closed: true })
    },
  }
}

function json(res: ServerResponse, status: number, value: unknown): void {
  res.statusCode = status
  res.setHeader('Content-Type', 'application/json')
  res.end(JSON.stringify(value))
}

/** At the very last: what was put in place of `writeHead` first runs closest to the head. */
function changeLast(res: ServerResponse, what: unknown): void {
  if (what === undefined) return
  const writeHead = res.writeHead as (...given: unknown[]) => ServerResponse
  res.writeHead = (...given: unknown[]) => {
    if (what === 'throw') for (const name of res.getHeaderNames()) res.removeHeader(name)
    if (what === 'cookies') res.setHeader('Set-Cookie', 'host=last')
    if (what === 'location') res.setHeader('Location', '/elsewhere')
    return what === 'throw' || what === 'status' ? writeHead.call(res, 500) : writeHead.apply(res, given)
  }
}

function toHostCall(...[req, res]: Native): HostCall {
  const end = (status: number, body: string) => {
    res.statusCode = status
    res.end(body)
  }
  return {
    headers: req.headers,
    noCustomer: NO_CUSTOMER,
    end,
    render: end,
    replaceCookies: (value) => void res.setHeader('Set-Cookie', value),
  }
}
