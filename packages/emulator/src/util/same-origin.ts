import type { IncomingHttpHeaders } from 'node:http'

/**
 * Whether a request can come from a page of this server, or from no page at all. Where `Sec-Fetch-Site` is
 * there, it alone decides; else an `Origin` has to be this server's. With neither it is no browser of today.
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  return headers.origin === undefined || headers.origin === `http://${headers.host}`
}
