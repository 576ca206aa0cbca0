import { toLocalPath, withQuery } from '../safe-url.js'
import type { Route } from './visit.js'

// A path of the host. Sealed in a cookie, it is in each request for ten minutes.
const MAX_RETURN_TO_LENGTH = 512
// Chargebee's limit for an e-mail address (API reference, customer attributes).
const MAX_EMAIL_LENGTH = 70
// Measured encoded. On the way to the sign-in page it is encoded twice, and has to fit into a header.
const MAX_QUERY_LENGTH = 1024

/**
 * The address of this portal link, with the parameters that have an effect and no others. Their values are checked when
 * the link is opened.
 * @param after our own note on the way from the sign-in page to the portal
 */
export function toOwnUrl({ publicPath, query }: Route, after?: 'login' | 'hop'): string {
  const known = [...query].filter(([name]) => name === 'to' || name === 'subscription_id')
  const fits = String(new URLSearchParams(known)).length <= MAX_QUERY_LENGTH
  return withSearch(publicPath, [...(fits ? known : []), ...pair('after', after)])
}

/** The same for `/portal_login`. */
export function toLoginStartUrl({ publicPath, query }: Route, origin: string): string {
  const returnTo = toReturnTo(single(query, 'return_to'), origin)
  return withSearch(publicPath, [
    ...pair('return_to', returnTo === '/' ? undefined : returnTo),
    ...pair('email', toEmail(query)),
    ...pair('signup', query.has('signup') ? '' : undefined),
  ])
}

function pair(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]]
}

function withSearch(path: string, parameters: [string, string][]): string {
  return parameters.length > 0 ? `${path}?${new URLSearchParams(parameters)}` : path
}

/** The host's sign-in page, told where to come back to. */
export function toLoginUrl(loginUrl: string, route: Route): string {
  return withQuery(loginUrl, 'return_to', toOwnUrl(route, 'login'))
}

/** The parameter, if it is there exactly once. */
export function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name)
  return values.length === 1 ? values[0] : undefined
}

/** Where the customer goes after signing in: a path on the host itself; `/` for anything else. */
export function toReturnTo(value: string | undefined, origin: string): string {
  const path = value === undefined ? undefined : toLocalPath(value, origin)
  // Measured encoded, as it is in the cookie: one character can become nine.
  return path !== undefined && path.length <= MAX_RETURN_TO_LENGTH ? path : '/'
}

/** An e-mail address to fill in at Chargebee's sign-in page. */
export function toEmail(query: URLSearchParams): string | undefined {
  const email = single(query, 'email')
  return email && email.length <= MAX_EMAIL_LENGTH ? email : undefined
}
