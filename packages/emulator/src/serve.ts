import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { hostNameOf, isLoopbackName } from './util/host-names.js'

/** One part of the emulator: answers a request, or says that it is not its own. */
export type Part = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void

interface Door {
  /** Which part answers a path. */
  readonly partFor: (path: string) => Part
  /** Names beside those of the loopback interface, lower-case. */
  readonly allowedHosts: ReadonlySet<string>
}

/** Tests and browsers that send js.chargebee.com here get the stand-in, and nothing else under that name. */
const SCRIPT_HOST = 'js.chargebee.com'
export const SCRIPT_PATH = '/v2/chargebee.js'

/**
 * The one door: a request for another host is turned away before any part sees it (a page whose name was made
 * to point at 127.0.0.1 could read everything otherwise), and no request ends the process.
 */
export function serve({ partFor, allowedHosts }: Door): RequestListener {
  const isOwnHost = (name: string | undefined, path: string) =>
    name !== undefined &&
    (isLoopbackName(name) || allowedHosts.has(name) || (name === SCRIPT_HOST && path === SCRIPT_PATH))
  return (request, response) => {
    const { authority, target } = targetOf(request)
    const path = target.split('?', 1)[0] ?? '/'
    if (!isOwnHost(hostNameOf(authority), path)) {
      plain(
        request,
        response,
        421,
        'The emulator answers to the names of the loopback interface only. Start it with --allow-host NAME for another one.',
      )
      return
    }
    if (!target.startsWith('/')) {
      plain(request, response, 400, 'The request has no path.')
      return
    }
    request.url = target
    Promise.resolve()
      .then(() => partFor(path)(request, response))
      .catch((error: unknown) => {
        // A client that went away in the middle of its request; anything else is a bug to be seen.
        if (request.destroyed && !request.complete) return
        process.emitWarning(error instanceof Error ? error : String(error), 'PortalSsoEmulator')
        if (response.headersSent) response.destroy()
        else plain(request, response, 500, 'The emulator has a bug; see its console.')
      })
  }
}

/** A request line may hold a whole address, as a proxy gets it: that address decides then, and not `Host`. */
function targetOf({ url = '/', headers }: IncomingMessage): {
  authority: string | undefined
  target: string
} {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url)
  if (absolute === null) return { authority: headers.host, target: url }
  const target = absolute[2] ?? ''
  return { authority: absolute[1], target: target.startsWith('/') ? target : `/${target}` }
}

function plain(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  request.resume()
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text) + 1,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(`${text}\n`)
}
