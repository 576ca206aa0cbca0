import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type Emulator, startEmulator } from '@portal-sso/emulator'
import type { ExampleApp, PortalAddresses } from './examples.js'
import { type Listening, listen, listenWherePortalReturns } from './listen.js'

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Of the answer, once it is on its way. */
  readonly status: number | undefined
}

/** Answers in the place of the example, or leaves the request to it by `next()`. */
export type Route = (request: IncomingMessage, response: ServerResponse, next: () => void) => unknown

/** Names below `localhost` for the host and for the other website: with a parent in common they are one site. */
export interface HostNames {
  readonly host: string
  readonly foreign: string
}

/** An example that runs against an emulator of its own, and what was asked of it. */
export interface Site {
  readonly origin: string
  readonly emulator: Emulator
  /** All requests to the host, oldest first. */
  readonly requests: readonly SeenRequest[]
  /** Adds a page to the host, without its security headers, and gives its address. */
  addPage(path: string, body: string): string
  /** Adds a page to another website, and gives its address. */
  addForeignPage(path: string, body: string): string
  /** Puts a route in front of the example. `what` is a method and a path: `GET /login`. */
  addRoute(what: string, route: Route): void
  /** Adds a route to another website, and gives its address. */
  addForeignRoute(path: string, route: Route): string
  close(): Promise<void>
}

export async function openSite(
  createApp: (portal: PortalAddresses) => ExampleApp,
  names?: HostNames,
): Promise<Site> {
  const requests: SeenRequest[] = []
  const routes = new Map<string, Route>()
  const foreignRoutes = new Map<string, Route>()
  let listener: RequestListener | undefined
  const answer: RequestListener = (request, response) => {
    const { method = '', url: path = '', headers } = request
    requests.push({
      method,
      path,
      headers,
      get status() {
        return response.headersSent ? response.statusCode : undefined
      },
    })
    take(routes, request, response, () => listener?.(request, response))
  }
  const answerForeign: RequestListener = (request, response) =>
    take(foreignRoutes, request, response, () => response.writeHead(404).end())
  const host = names ? await listenAs(names.host, answer) : await listenWherePortalReturns(answer)
  const foreignHost = names
    ? await listenAs(names.foreign, answerForeign)
    : await listen(answerForeign, 'localhost', 0)
  // Its login leads to listed domains only.
  const emulator = await startEmulator({ login: { allowedDomains: [new URL(host.origin).hostname] } })
  const { site, apiKey, apiUrl, portalUrl } = emulator
  const app = createApp({ site, apiKey, apiUrl, portalUrl, baseUrl: host.origin })
  listener = app.listener
  return {
    origin: host.origin,
    emulator,
    requests,
    addPage(path, body) {
      routes.set(`GET ${path}`, toPage(body))
      return `${host.origin}${path}`
    },
    addForeignPage(path, body) {
      foreignRoutes.set(`GET ${path}`, toPage(body))
      return `${foreignHost.origin}${path}`
    },
    addRoute: (what, route) => void routes.set(what, route),
    addForeignRoute(path, route) {
      foreignRoutes.set(`GET ${path}`, route)
      return `${foreignHost.origin}${path}`
    },
    async close() {
      await Promise.all([host.close(), foreignHost.close(), app.close()])
      await emulator.close()
    },
  }
}

/** The name is for the browser alone, which finds every name below `localhost` at 127.0.0.1. */
async function listenAs(name: string, listener: RequestListener): Promise<Listening> {
  const listening = await listen(listener, '127.0.0.1', 0)
  return { ...listening, origin: listening.origin.replace('127.0.0.1', name) }
}

function take(
  routes: Map<string, Route>,
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
): void {
  const route = routes.get(`${request.method} ${request.url?.split('?')[0]}`)
  if (route) route(request, response, next)
  else next()
}

function toPage(body: string): Route {
  return (_request, response) =>
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
      .end(`<!doctype html><title>A page of the test</title>${body}`)
}
