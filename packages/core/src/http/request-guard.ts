import type { IncomingHttpHeaders } from 'node:http'

type Headers = Readonly<IncomingHttpHeaders>

// `Sec-Purpose` is the standard's (Fetch, "Sec-Purpose header"); the others are what older browsers and link
// previews send. The last two are what Next.js and htmx's preload extension say of themselves.
const PURPOSE_HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-sec-purpose', 'x-moz'] as const
const PRELOAD_HEADERS = ['next-router-prefetch', 'hx-preloaded'] as const
const SPECULATIVE = /prefetch|prerender|preview/i

/** What {@link isSpeculative} looks at, for `Vary`. */
export const SPECULATION_VARY =
  'Sec-Purpose, Purpose, X-Purpose, X-Sec-Purpose, X-Moz, Next-Router-Prefetch, HX-Preloaded'

/** A request that nobody has clicked for: it would burn a one-time address. */
export function isSpeculative(headers: Headers): boolean {
  return (
    PURPOSE_HEADERS.some((name) => SPECULATIVE.test(String(headers[name] ?? ''))) ||
    PRELOAD_HEADERS.some((name) => headers[name] !== undefined)
  )
}

/** A browser is whoever names `text/html`; everybody else, `*` included, is a script and gets JSON. */
export function isBrowser(headers: Headers): boolean {
  return /(?:^|,)\s*text\/html\s*(?:;|,|$)/i.test(headers.accept ?? '')
}

/**
 * A person following a link in a tab: Fetch Metadata says `navigate` to a `document` (`empty`: a service worker
 * passing it on). Each of the two headers that is there must fit; with neither it must be a browser.
 */
export function isNavigation(headers: Headers): boolean {
  const mode = headers['sec-fetch-mode']
  const dest = headers['sec-fetch-dest']
  if (mode === undefined && dest === undefined) return isBrowser(headers)
  return (
    (mode === undefined || mode === 'navigate') &&
    (dest === undefined || dest === 'document' || dest === 'empty')
  )
}

/**
 * Whether another website began the navigation. `same-site` (a sibling subdomain) and browsers that say nothing pass
 * for the person's own. A referrer of our own does as well: a sign-in guard in front of the host has sent the browser
 * round through an identity provider. No other website can send that one.
 */
export function isForeign(headers: Headers, ownOrigin: string): boolean {
  const site = headers['sec-fetch-site']
  if (site === undefined || OWN_SITES.includes(site)) return false
  const { referer } = headers
  return !referer || !URL.canParse(referer) || new URL(referer).origin !== ownOrigin
}

const OWN_SITES = ['same-origin', 'same-site', 'none']

export type PostOrigin = 'same' | 'other' | 'hidden' | 'unstated'

/**
 * Where a POST comes from. Browsers that send `Sec-Fetch-Site` can't be made to lie in it, so it alone decides.
 * `hidden`: `Origin: null`, as a page with `Referrer-Policy: no-referrer` sends to old browsers' servers.
 */
export function originOfPost(headers: Headers, ownOrigin: string): PostOrigin {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' ? 'same' : 'other'
  const origin = headers.origin
  if (origin === undefined) return 'unstated'
  if (origin === 'null') return 'hidden'
  return origin === ownOrigin ? 'same' : 'other'
}
