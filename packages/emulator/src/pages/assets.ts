import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'

const texts = new Map<string, string>()

/** A file of the folder `assets`, which the build puts beside the code. Read when it is first asked for. */
export function assetText(name: string): string {
  const known = texts.get(name)
  if (known !== undefined) return known
  const text = readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8')
  texts.set(name, text)
  return text
}

/** A script of these pages, for no other. */
export function serveAsset(name: string, request: IncomingMessage, response: ServerResponse): void {
  serveScript(assetText(name), 'same-origin', request, response)
}

/** @param usableBy pages that may use it, as `Cross-Origin-Resource-Policy` names them */
export function serveScript(
  text: string,
  usableBy: 'same-origin' | 'cross-origin',
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume()
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD', 'content-length': 0 })
    response.end()
    return
  }
  response.writeHead(200, {
    'content-type': 'text/javascript; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': usableBy,
  })
  response.end(text)
}
