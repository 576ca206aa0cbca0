import { randomBytes } from 'node:crypto'
import { parseCookie } from 'cookie'
import { isSessionId, MAX_ID_LENGTH } from '../chargebee/portal-session.js'
import { type CookieSettings, createSealedCookies } from './sealed-cookie.js'
import { digest } from './sealing.js'

/** A portal session that this browser remembers, so that a later logout finds it. */
export interface RememberedSession {
  /** Chargebee's id of the portal session. */
  readonly sessionId: string
  /** Whose it is: {@link SessionJar.customerDigest} of the customer id. */
  readonly customer: string
  /** A random id that the sessions of one login in one browser share. */
  readonly loginId: string
  /** When it was remembered, in seconds; tells which is the oldest. */
  readonly createdAt: number
  /** A logout has tried to end it and could not: it is to be ended whenever this browser comes by. */
  readonly isPending: boolean
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
  /** The remembered sessions of this site, oldest first. */
  read(cookieHeader: string | undefined): Promise<RememberedSession[]>
  /** A new cookie for a new session. */
  remember(sessionId: string, customerId: string, loginId: string): Promise<string>
  /** The same cookies with their time to live begun anew, sealed with the newest secret. */
  renew(sessions: readonly RememberedSession[]): Promise<string[]>
  forget(sessions: readonly RememberedSession[]): string[]
  customerDigest(customerId: string): string
  /** What one more cookie takes of a request's headers at the most, in bytes. */
  readonly maxCookieSize: number
}

// Browsers keep no cookie longer (RFC 6265bis, section 5.5); a portal session has no stated end.
const MAX_AGE_SECONDS = 400 * 24 * 60 * 60

/** Short names, since every request of the browser carries them. */
interface Content {
  readonly id: string
  /** Digest of the customer. */
  readonly c: string
  readonly l: string
  /** When it was remembered, in seconds. */
  readonly t: number
  /** Pending. */
  readonly p?: 1
}

export function createSessionJar(settings: CookieSettings & { readonly now: () => number }): SessionJar {
  const { site, secure, now } = settings
  const cookies = createSealedCookies(settings, {
    purpose: 'remembered portal session',
    isContent,
    maxAgeSeconds: MAX_AGE_SECONDS,
  })
  const prefix = secure ? '__Host-psso.' : 'psso.'
  const newName = () => prefix + randomBytes(9).toString('base64url')
  const nowSeconds = () => Math.floor(now() / 1000)

  async function open(name: string, value: string): Promise<RememberedSession | undefined> {
    const content = await cookies.open(name, value)
    if (!content) return undefined
    return {
      sessionId: content.id,
      customer: content.c,
      loginId: content.l,
      createdAt: content.t,
      isPending: content.p === 1,
      cookieName: name,
      size: cookies.size(name, content),
    }
  }

  return {
    async read(cookieHeader) {
      if (!cookieHeader?.includes(prefix)) return []
      const opened = await Promise.all(
        Object.entries(parseCookie(cookieHeader)).map(([name, value]) =>
          name.startsWith(prefix) ? open(name, value ?? '') : undefined,
        ),
      )
      return opened.filter((session) => session !== undefined).sort((a, b) => a.createdAt - b.createdAt)
    },
    remember: (sessionId, customerId, loginId) =>
      cookies.seal(newName(), { id: sessionId, c: digest(site, customerId), l: loginId, t: nowSeconds() }),
    renew: (sessions) =>
      Promise.all(
        sessions.map(({ cookieName, sessionId, customer, loginId, createdAt, isPending }) =>
          cookies.seal(cookieName, {
            id: sessionId,
            c: customer,
            l: loginId,
            t: createdAt,
            ...(isPending && { p: 1 }),
          }),
        ),
      ),
    forget: (sessions) => sessions.map(({ cookieName }) => cookies.clear(cookieName)),
    customerDigest: (customerId) => digest(site, customerId),
    maxCookieSize: cookies.size(newName(), {
      id: 'x'.repeat(MAX_ID_LENGTH),
      c: digest(site),
      l: 'x'.repeat(MAX_LOGIN_ID_LENGTH),
      t: nowSeconds(),
      p: 1,
    }),
  }
}

/** 9 random bytes. */
const MAX_LOGIN_ID_LENGTH = 12

function isContent(value: unknown): value is Content {
  if (typeof value !== 'object' || value === null) return false
  const { id, c, l, t, p } = value as Partial<Content>
  const isText = typeof c === 'string' && typeof l === 'string'
  return isSessionId(id) && isText && typeof t === 'number' && (p === undefined || p === 1)
}
