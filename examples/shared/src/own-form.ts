import type { IncomingHttpHeaders } from 'node:http'

/**
 * Whether a POST comes from a page of this host. Another website could otherwise sign its visitors in to an
 * account of its own choice (login CSRF), which a `SameSite` cookie does not prevent.
 *
 * Every current browser sends `Sec-Fetch-Site` over https and to loopback; a request without it comes from no
 * browser, or from one too old to tell.
 */
export function isOwnForm(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin'
}
