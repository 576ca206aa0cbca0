import type { PortalSsoEventDetail, UnreadableReason } from '../events.js'

export interface UnreadableCookie {
  /** Of our exact form. Without a name the cookie can't be told from its neighbours, or is one of many. */
  readonly name?: string
  readonly reason: UnreadableReason
  /** What it takes of a request's headers, in bytes. */
  readonly size: number
  /** For many without a name. @default 1 */
  readonly count?: number
}

/** Cookies that may be in order for another middleware or configuration. They are neither counted nor cleared. */
const ELSEWHERE: readonly UnreadableReason[] = ['site', 'scheme', 'version']
/** Cookies that were not read. Their content is unknown, so a sign-out must not clear them. */
const UNKNOWN: readonly UnreadableReason[] = [...ELSEWHERE, 'many', 'joined', 'list']

/**
 * More than can pile up before the portal link refuses to add to them. The head of an answer that clears hundreds, which
 * something else has set, would not fit into any proxy's buffer.
 */
export const MAX_CLEARED = 32

/** The share of the room for our cookies that they take, in bytes. */
export function unreadableSize(cookies: readonly UnreadableCookie[]): number {
  return cookies.reduce((sum, { reason, size }) => (ELSEWHERE.includes(reason) ? sum : sum + size), 0)
}

/**
 * The cookies that a sign-out clears, because they would pile up. The last `maxSessions` stay: a secret that is restored
 * opens them again.
 * @param cookies the last in the header first
 */
export function toClearAtSignOut(
  cookies: readonly UnreadableCookie[],
  maxSessions: number,
): { readonly cookieName: string }[] {
  const known = cookies.filter(({ reason }) => !UNKNOWN.includes(reason))
  return known
    .slice(maxSessions, maxSessions + MAX_CLEARED)
    .flatMap(({ name }) => (name === undefined ? [] : [{ cookieName: name }]))
}

/** The one event of a request; `undefined` where there is nothing to report. */
export function toUnreadableEvent(
  cookies: readonly UnreadableCookie[],
  signOut?: { readonly isSignedIn: boolean; readonly remembersOthers: boolean },
): PortalSsoEventDetail | undefined {
  // A click reports no cookie of elsewhere. A sign-out does: the sessions in it stay open.
  const told = signOut ? cookies : cookies.filter(({ reason }) => !ELSEWHERE.includes(reason))
  const [last] = told
  if (!last) return undefined
  // Beside readable cookies of this site, cookies of another site need no explanation.
  const puzzling = signOut?.remembersOthers ? told.filter(({ reason }) => reason !== 'site') : told
  const message = signOut?.isSignedIn ? toHint(puzzling) : undefined
  const { name, reason } = last
  return {
    type: 'cookie.unreadable',
    count: toCount(told),
    reason,
    ...(name !== undefined && { name }),
    ...(message !== undefined && { message }),
  }
}

function toCount(cookies: readonly UnreadableCookie[]): number {
  return cookies.reduce((sum, { count = 1 }) => sum + count, 0)
}

const CAUSES: Readonly<Record<Exclude<UnreadableReason, 'missing'>, string>> = {
  joined:
    'a proxy or wrapper in front joins cookies with commas: it has to leave the header "Cookie" as it is',
  list: 'a wrapper in front hands the header "Cookie" on as a list: it has to join it with "; "',
  seal: 'another "secret" or API key has sealed them: add it to "secret" or "previousApiKeys"; or they were changed on the way',
  version: 'a later version of this package has sealed them: was it rolled back?',
  scheme: '"baseUrl" was changed between http and https, or a proxy renames cookies',
  site: 'they belong to another Chargebee site: was "site" renamed? With several sites on one domain nothing is wrong',
  form: 'something in front changes or cuts off values of cookies',
  name: 'something in front changes names of cookies',
  many: 'there are more of them than a browser can have',
  age: 'they are older than browsers keep cookies',
}

/** The likely causes and what to do, for the people who run the host. */
function toHint(cookies: readonly UnreadableCookie[]): string | undefined {
  const reasons = new Set(cookies.map(({ reason }) => reason))
  const causes = Object.entries(CAUSES).filter(([reason]) => reasons.has(reason as UnreadableReason))
  if (causes.length === 0) return undefined
  return `cookies of ours could not be read at a sign-out, and the portal sessions in them stay open (${toCount(cookies)}): ${causes.map(([, text]) => text).join('; ')}`
}

/** For a login that was handed sessions within the hour and brings no cookie of ours at its sign-out. */
export const NO_COOKIE_AT_ALL: PortalSsoEventDetail = {
  type: 'cookie.unreadable',
  count: 0,
  reason: 'missing',
  message:
    'portal sessions of this login were opened within the hour, and its sign-out brings no cookie of ours: does your hosting or proxy drop or rewrite them? They were ended all the same, but would not be found after a restart',
}
