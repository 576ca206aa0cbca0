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

/** Whether the request announces prefetch, prerender or preview. Answering it would waste a one-time address. */
export function isSpeculative(headers: Headers): boolean {
  return (
    PURPOSE_HEADERS.some((name) => SPECULATIVE.test(String(headers[name] ?? ''))) ||
    PRELOAD_HEADERS.some((name) => headers[name] !== undefined)
  )
}

/** Whether `Accept` names `text/html`. Every other request, `*` included, is a script and gets JSON. */
export function isBrowser(headers: Headers): boolean {
  return /(?:^|,)\s*text\/html\s*(?:;|,|$)/i.test(headers.accept ?? '')
}

/**
 * Whether a person follows a link in a tab. Fetch Metadata says `navigate` to a `document`, or `empty` where a service
 * worker passes the navigation on. Each of the two headers that is there must fit. With neither it must be a browser.
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
 * Whether another website began the navigation. `same-site` (a sibling subdomain) and a missing header count as the
 * person's own. So does a referrer of our own origin: a sign-in guard in front of the host has sent the browser through
 * an identity provider. Another website can't send this referrer.
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
 * Where a POST comes from. No page can change `Sec-Fetch-Site`, so where it is there it alone decides. `hidden` is
 * `Origin: null`, which a page with `Referrer-Policy: no-referrer` sends.
 */
export function originOfPost(headers: Headers, ownOrigin: string): PostOrigin {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' ? 'same' : 'other'
  const origin = headers.origin
  if (origin === undefined) return 'unstated'
  if (origin === 'null') return 'hidden'
  return origin === ownOrigin ? 'same' : 'other'
}
