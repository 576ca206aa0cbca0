import { toLocalPath, withQuery } from '../safe-url.js'
import type { Route } from './visit.js'

// A path of the host; as a sealed cookie it travels with each request for ten minutes.
const MAX_RETURN_TO_LENGTH = 512
// Chargebee's limit for an e-mail address (API reference, customer attributes).
const MAX_EMAIL_LENGTH = 70
// Encoded, as it goes into an address; twice so on the way to the sign-in page, where a header has to hold it.
const MAX_QUERY_LENGTH = 1024

/**
 * The address of a portal link as a browser would ask for it again, with the parameters that have an effect and no
 * others. What they say is looked at when it is asked.
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

/** The parameter, if it is there exactly once; twice is never a choice between the two. */
export function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name)
  return values.length === 1 ? values[0] : undefined
}

/** A path on the host itself that somebody who signs in wants to go to; '/' for anything else. */
export function toReturnTo(value: string | undefined, origin: string): string {
  const path = value === undefined ? undefined : toLocalPath(value, origin)
  // Measured as it goes into the cookie: encoded, one character can be nine.
  return path !== undefined && path.length <= MAX_RETURN_TO_LENGTH ? path : '/'
}

/** An e-mail address to fill in at Chargebee's sign-in page. */
export function toEmail(query: URLSearchParams): string | undefined {
  const email = single(query, 'email')
  return email && email.length <= MAX_EMAIL_LENGTH ? email : undefined
}
