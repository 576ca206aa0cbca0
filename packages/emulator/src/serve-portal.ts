import type { RequestListener } from 'node:http'
import type { PortalPages } from './portal-pages.js'

/** The portal over HTTP: no request body matters to it, and no page is kept anywhere. */
export function servePortal(pages: PortalPages): RequestListener {
  return (request, response) => {
    request.resume()
    const page = pages.answer({
      method: request.method ?? 'GET',
      path: (request.url ?? '/').split('?', 1)[0] ?? '/',
      cookie: request.headers.cookie,
      ipAddress: request.socket.remoteAddress ?? '127.0.0.1',
    })
    response.writeHead(page.status, { ...page.headers, 'content-length': Buffer.byteLength(page.body) })
    response.end(page.body)
  }
}
