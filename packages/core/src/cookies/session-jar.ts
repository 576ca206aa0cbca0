import { randomBytes } from 'node:crypto'
import { isSessionId, MAX_ID_LENGTH } from '../chargebee/portal-session.js'
import { type CookieForm, type FoundCookie, findCookies } from './cookie-header.js'
import { type CookieSettings, createSealedCookies, toSiteTag } from './sealed-cookie.js'
import { digest } from './sealing.js'
import { MAX_CLEARED, toUnreadableEvent, type UnreadableCookie } from './unreadable.js'

/** A portal session that this browser remembers, so that a later logout finds it. */
export interface RememberedSession {
  /** Chargebee's id of the portal session. */
  readonly sessionId: string
  /** Its customer: {@link SessionJar.customerDigest} of the customer id. */
  readonly customer: string
  /** A random id that the sessions of one login in one browser share. */
  readonly loginId: string
  /** When it was remembered, in seconds since 1970. */
  readonly createdAt: number
  /** When its cookie was last set, in seconds. */
  readonly renewedAt: number
  /** Whether its cookie was sealed with the secret that seals today. */
  readonly isCurrent: boolean
  /** A logout could not end it. The next requests of this browser try again. */
  readonly isPending: boolean
  /** Name of the cookie that holds it. */
  readonly cookieName: string
  /** What the cookie takes of a request's headers, in bytes. */
  readonly size: number
}

/** What the cookies of a request hold. */
export interface JarContent {
  /** The remembered sessions of this site, oldest first. */
  readonly sessions: readonly RememberedSession[]
  /** The last in the header first. */
  readonly unreadable: readonly UnreadableCookie[]
}

/**
 * What a browser remembers. Each portal session has a sealed cookie of its own, so that two answers at once never
 * overwrite each other. A cookie holds the session's id and a digest of the customer, and never a token or an address.
 */
export interface SessionJar {
  /** Reports cookies that don't open as one event. */
  read(cookieHeader: string | undefined): JarContent
  /** Makes no event. A sign-out makes its own, with more in it. */
  readSilently(cookieHeader: string | undefined): JarContent
  /** A new cookie for a new session. */
  remember(sessionId: string, customerId: string, loginId: string): string
  /** New cookies for those that are due, sealed with the newest secret, the longest due first. */
  renew(sessions: readonly RememberedSession[]): string[]
  /** Marks sessions as pending. A cookie that is marked already and not due is left out. */
  mark(sessions: readonly RememberedSession[]): string[]
  forget(sessions: readonly Pick<RememberedSession, 'cookieName'>[]): string[]
  customerDigest(customerId: string): string
  /** What one more cookie takes of a request's headers at the most, in bytes. */
  readonly maxCookieSize: number
}

// Browsers keep no cookie longer (RFC 6265bis, section 5.5); a portal session has no stated end.
const MAX_AGE_SECONDS = 400 * 24 * 60 * 60
const RENEW_AFTER_SECONDS = 24 * 60 * 60
const PREFIX = 'psso.'
/** 9 random bytes. */
const RANDOM_LENGTH = 12

/** Short names, since every request of the browser carries them. */
interface Content {
  readonly id: string
  /** Digest of the customer. */
  readonly c: string
  readonly l: string
  /** When it was remembered, in seconds. */
  readonly t: number
  /** When it was renewed, in seconds after that. */
  readonly r?: number
  /** Pending. */
  readonly p?: 1
}

export interface JarSettings extends CookieSettings {
  readonly maxSessions: number
}

export function createSessionJar(settings: JarSettings): SessionJar {
  const { site, secure, now, emit, maxSessions } = settings
  const tag = toSiteTag(site)
  const newName = () => (secure ? '__Host-' : '') + PREFIX + tag + randomBytes(9).toString('base64url')
  const nowSeconds = () => Math.floor(now() / 1000)
  const longest: Content = {
    id: 'x'.repeat(MAX_ID_LENGTH),
    c: digest(site),
    l: 'x'.repeat(RANDOM_LENGTH),
    t: nowSeconds(),
    r: nowSeconds(),
    p: 1,
  }
  const cookies = createSealedCookies(settings, {
    purpose: 'remembered portal session',
    isContent,
    maxAgeSeconds: MAX_AGE_SECONDS,
    maxContentLength: JSON.stringify(longest).length,
  })
  const maxCookieSize = cookies.size(newName(), longest)
  const form: CookieForm = {
    prefix: PREFIX,
    isSecure: secure,
    tag,
    randomLength: tag.length + RANDOM_LENGTH,
    valueStart: cookies.valueStart,
    // A browser takes a longer one, which something else has set: the rest of it is not counted against ours.
    maxSize: maxCookieSize,
    maxNamed: maxSessions + MAX_CLEARED,
  }
  // Clicks at the same moment may bring a browser somewhat over `maxSessions`.
  const maxOpened = 2 * maxSessions + 5

  function openOne({ name, value, size }: FoundCookie): RememberedSession | UnreadableCookie {
    const opened = cookies.open(name, value)
    if (!opened.content) return { name, size, reason: opened.fault }
    const { id, c, l, t, r = 0, p } = opened.content
    if (nowSeconds() - (t + r) > MAX_AGE_SECONDS) return { name, size, reason: 'age' }
    return {
      sessionId: id,
      customer: c,
      loginId: l,
      createdAt: t,
      renewedAt: t + r,
      isCurrent: opened.isCurrent,
      isPending: p === 1,
      cookieName: name,
      size,
    }
  }

  function readSilently(cookieHeader: string | undefined): JarContent {
    const found = findCookies(cookieHeader, form)
    const unreadable: UnreadableCookie[] = [...found.unreadable]
    const candidates: FoundCookie[] = []
    for (const cookie of found.cookies) {
      const { name, value, size } = cookie
      const fault = cookies.findFault(value)
      if (fault) unreadable.push({ name, size, reason: fault })
      else if (candidates.length < maxOpened) candidates.push(cookie)
      else unreadable.push({ name, size, reason: 'many' })
    }
    const opened = candidates.map(openOne)
    const sessions = opened.filter((one) => 'sessionId' in one)
    unreadable.push(...opened.filter((one) => 'reason' in one))
    // Sessions of the same second are in the order in which the browser got them.
    return { sessions: sessions.reverse().sort((a, b) => a.createdAt - b.createdAt), unreadable }
  }

  function seal(session: RememberedSession): string {
    const { cookieName, sessionId, customer, loginId, createdAt, isPending } = session
    return cookies.seal(cookieName, {
      id: sessionId,
      c: customer,
      l: loginId,
      t: createdAt,
      r: nowSeconds() - createdAt,
      ...(isPending && { p: 1 }),
    })
  }

  // A renewal that lies ahead comes from a clock that was wrong, and is due as well.
  const isDue = ({ renewedAt, isCurrent }: RememberedSession) =>
    !isCurrent || Math.abs(nowSeconds() - renewedAt) >= RENEW_AFTER_SECONDS

  return {
    read(cookieHeader) {
      const content = readSilently(cookieHeader)
      const event = toUnreadableEvent(content.unreadable)
      if (event) emit(event)
      return content
    },
    readSilently,
    remember: (sessionId, customerId, loginId) =>
      cookies.seal(newName(), { id: sessionId, c: digest(site, customerId), l: loginId, t: nowSeconds() }),
    renew: (sessions) =>
      sessions
        .filter(isDue)
        .sort((a, b) => a.renewedAt - b.renewedAt)
        .map(seal),
    mark: (sessions) =>
      sessions
        .filter((session) => !session.isPending || isDue(session))
        .map((session) => seal({ ...session, isPending: true })),
    forget: (sessions) => sessions.map(({ cookieName }) => cookies.clear(cookieName)),
    customerDigest: (customerId) => digest(site, customerId),
    maxCookieSize,
  }
}

function isContent(value: unknown): value is Content {
  if (typeof value !== 'object' || value === null) return false
  const { id, c, l, t, r, p } = value as Partial<Content>
  const isText = typeof c === 'string' && typeof l === 'string'
  const areTimes = typeof t === 'number' && (r === undefined || typeof r === 'number')
  return isSessionId(id) && isText && areTimes && (p === undefined || p === 1)
}
