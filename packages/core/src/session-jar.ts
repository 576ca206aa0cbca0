import { randomBytes } from 'node:crypto'
import { parseCookie, stringifySetCookie } from 'cookie'
import type { Emit } from './events.js'
import { isSessionId, MAX_ID_LENGTH } from './portal-session.js'
import { createSealer, digest, sealedLength } from './sealing.js'

/** A portal session that this browser remembers, so that a later logout finds it. */
export interface RememberedSession {
  /** Chargebee's id of the portal session. */
  readonly sessionId: string
  /** Whose it is: {@link SessionJar.customerDigest} of the customer id. */
  readonly customer: string
  /** When it was remembered, in seconds; tells which is the oldest. */
  readonly createdAt: number
  /** Name of the cookie that holds it. */
  readonly cookieName: string
  /** What the cookie takes of a request's headers, in bytes. */
  readonly size: number
}

/**
 * What a browser remembers: one sealed cookie per portal session, so that two answers at once never overwrite each
 * other. A cookie holds the session's id, the site and a digest of the customer; never a token or an address.
 */
export interface SessionJar {
  /** The remembered sessions of this site, oldest first. What does not open is reported and left alone. */
  read(cookieHeader: string | undefined): Promise<RememberedSession[]>
  /** A new cookie for a new session. */
  remember(sessionId: string, customerId: string): Promise<string>
  /** The same cookies with their time to live begun anew, sealed with the newest secret. */
  renew(sessions: readonly RememberedSession[]): Promise<string[]>
  forget(sessions: readonly RememberedSession[]): string[]
  customerDigest(customerId: string): string
  /** What one more cookie takes of a request's headers at the most, in bytes. */
  readonly maxCookieSize: number
}

export interface JarOptions {
  readonly site: string
  readonly secrets: readonly string[]
  /** Whether the host is served by https. `baseUrl` says so, never the request. */
  readonly secure: boolean
  readonly emit: Emit
  readonly now: () => number
}

// Browsers keep no cookie longer (RFC 6265bis, section 5.5); a portal session has no stated end.
const MAX_AGE_SECONDS = 400 * 24 * 60 * 60

const PURPOSE = 'remembered portal session'

/** The content of a cookie: short names, since every request of the browser carries them. */
interface Sealed {
  /** The cookie's own name: under another one it does not count. */
  readonly n: string
  readonly site: string
  readonly id: string
  readonly c: string
  readonly t: number
}

export function createSessionJar({ site, secrets, secure, emit, now }: JarOptions): SessionJar {
  const sealer = createSealer(secrets, PURPOSE)
  const prefix = secure ? '__Host-psso.' : 'psso.'
  const newName = () => prefix + randomBytes(9).toString('base64url')
  const largest = {
    n: newName(),
    site,
    id: 'x'.repeat(MAX_ID_LENGTH),
    c: digest(site),
    t: Math.floor(now() / 1000),
  } satisfies Sealed
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const

  async function toCookie(
    name: string,
    sessionId: string,
    customer: string,
    createdAt: number,
  ): Promise<string> {
    const content: Sealed = { n: name, site, id: sessionId, c: customer, t: createdAt }
    return stringifySetCookie({
      ...attributes,
      name,
      value: await sealer.seal(content),
      maxAge: MAX_AGE_SECONDS,
    })
  }

  async function open(name: string, value: string): Promise<RememberedSession | undefined> {
    const content = await sealer.open(value)
    if (!isSealed(content)) return unreadable(name, 'seal')
    if (content.site !== site) return unreadable(name, 'site')
    if (content.n !== name) return unreadable(name, 'name')
    return {
      sessionId: content.id,
      customer: content.c,
      createdAt: content.t,
      cookieName: name,
      size: cookieSize(name, value),
    }
  }

  function unreadable(name: string, reason: 'seal' | 'site' | 'name'): undefined {
    emit({ type: 'cookie.unreadable', name: name.slice(0, MAX_REPORTED_NAME), reason })
  }

  return {
    async read(cookieHeader) {
      if (!cookieHeader?.includes(prefix)) return []
      const cookies = Object.entries(parseCookie(cookieHeader))
      const opened = await Promise.all(
        cookies.map(([name, value]) => (name.startsWith(prefix) ? open(name, value ?? '') : undefined)),
      )
      return opened.filter((session) => session !== undefined).sort((a, b) => a.createdAt - b.createdAt)
    },
    remember: (sessionId, customerId) =>
      toCookie(newName(), sessionId, digest(site, customerId), Math.floor(now() / 1000)),
    renew: (sessions) =>
      Promise.all(
        sessions.map(({ cookieName, sessionId, customer, createdAt }) =>
          toCookie(cookieName, sessionId, customer, createdAt),
        ),
      ),
    forget: (sessions) =>
      sessions.map(({ cookieName }) =>
        stringifySetCookie({ ...attributes, name: cookieName, value: '', maxAge: 0, expires: new Date(0) }),
      ),
    customerDigest: (customerId) => digest(site, customerId),
    maxCookieSize: cookieSize(largest.n, 'x'.repeat(sealedLength(largest))),
  }
}

const MAX_REPORTED_NAME = 64

/** `name=value; ` as it stands in the `Cookie` header. */
function cookieSize(name: string, value: string): number {
  return name.length + value.length + 3
}

function isSealed(content: unknown): content is Sealed {
  if (typeof content !== 'object' || content === null) return false
  const { n, site, id, c, t } = content as Record<string, unknown>
  return (
    typeof n === 'string' &&
    typeof site === 'string' &&
    typeof id === 'string' &&
    isSessionId(id) &&
    typeof c === 'string' &&
    typeof t === 'number'
  )
}
