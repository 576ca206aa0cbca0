import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { isForm } from '../util/form-body.js'
import { readBody } from '../util/read-body.js'
import type { LoginPages } from './login-pages.js'
import { isLoginPath } from './login-paths.js'
import type { Page } from './page.js'
import type { PortalPages } from './portal-pages.js'

interface Parts {
  readonly portal: PortalPages
  readonly login: LoginPages
}

/** The portal over HTTP: only the login's forms have a body that matters, and no page is kept anywhere. */
export function servePortal({ portal, login }: Parts): RequestListener {
  return (request, response) => {
    const method = request.method ?? 'GET'
    const [path = '/', query = ''] = splitOnce(request.url ?? '/')
    if (isLoginPath(path)) {
      readForm(request).then(
        (form) => send(response, login.answer({ method, path, query, form })),
        (error) => {
          // Only a client that went away in the middle of its request comes here; anything else is a bug to be seen.
          if (!request.destroyed || request.complete) throw error
        },
      )
      return
    }
    request.resume()
    const { cookie } = request.headers
    send(
      response,
      portal.answer({ method, path, cookie, ipAddress: request.socket.remoteAddress ?? '127.0.0.1' }),
    )
  }
}

async function readForm(request: IncomingMessage): Promise<string | undefined> {
  const body = await readBody(request)
  return isForm(request.headers) ? body : undefined
}

function splitOnce(url: string): string[] {
  const at = url.indexOf('?')
  return at === -1 ? [url] : [url.slice(0, at), url.slice(at + 1)]
}

function send(response: ServerResponse, { status, headers, body }: Page): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
