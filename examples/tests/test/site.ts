import type { IncomingHttpHeaders, RequestListener } from 'node:http'
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
  close(): Promise<void>
}

export async function openSite(createApp: (portal: PortalAddresses) => ExampleApp): Promise<Site> {
  const requests: SeenRequest[] = []
  const pages = new Map<string, string>()
  const foreignPages = new Map<string, string>()
  let listener: RequestListener | undefined
  const host = await listenWherePortalReturns((request, response) => {
    const { method = '', url: path = '', headers } = request
    requests.push({
      method,
      path,
      headers,
      get status() {
        return response.headersSent ? response.statusCode : undefined
      },
    })
    if (!servePage(pages, path, response)) listener?.(request, response)
  })
  const foreignHost = await listen(
    ({ url = '' }, response) => {
      if (!servePage(foreignPages, url, response)) response.writeHead(404).end()
    },
    'localhost',
    0,
  )
  // Its login leads to listed domains only.
  const emulator = await startEmulator({ login: { allowedDomains: [new URL(host.origin).hostname] } })
  const { site, apiKey, apiUrl, portalUrl } = emulator
  const app = createApp({ site, apiKey, apiUrl, portalUrl, baseUrl: host.origin })
  listener = app.listener
  return {
    origin: host.origin,
    emulator,
    requests,
    addPage: (path, body) => addPage(host, pages, path, body),
    addForeignPage: (path, body) => addPage(foreignHost, foreignPages, path, body),
    async close() {
      await Promise.all([host.close(), foreignHost.close(), app.close()])
      await emulator.close()
    },
  }
}

function addPage({ origin }: Listening, pages: Map<string, string>, path: string, body: string): string {
  pages.set(path, `<!doctype html><title>A page of the test</title>${body}`)
  return `${origin}${path}`
}

function servePage(
  pages: Map<string, string>,
  path: string,
  response: Parameters<RequestListener>[1],
): boolean {
  const page = pages.get(path)
  if (page === undefined) return false
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
    .end(page)
  return true
}
