import type { EmulatorCustomer } from '../site/customer.js'
import type { Customers } from '../site/customers.js'
import { MAX_SESSIONS, type PortalSessionRecord, type PortalSessions } from '../site/portal-sessions.js'
import { BoundedMap } from '../util/bounded-map.js'
import { randomText } from '../util/random.js'
import type { News } from './visit.js'

interface Entry {
  readonly sessionId: string
  /** What the next page in the frame tells the page around it. */
  news: News[]
}

export interface SignedIn {
  readonly cookieValue: string
  readonly session: PortalSessionRecord
  readonly customer: EmulatorCustomer
}

const MAX_NEWS = 20

/** Which browser is signed in to the portal, by the portal's own cookie. */
export class SignedInBrowsers {
  readonly #customers: Customers
  readonly #sessions: PortalSessions
  readonly #cookieName: string
  readonly #entries = new BoundedMap<string, Entry>(MAX_SESSIONS)

  constructor(parts: { customers: Customers; sessions: PortalSessions; port: number }) {
    this.#customers = parts.customers
    this.#sessions = parts.sessions
    // Cookies do not mind the port, so two emulators on one machine would otherwise overwrite each other's.
    this.#cookieName = `cb_portal_${parts.port}`
  }

  /** @returns the cookie to set */
  enter(session: PortalSessionRecord, framed: boolean): string {
    const value = randomText(32)
    this.#entries.set(value, { sessionId: session.id, news: [] })
    return this.#cookie(value, framed)
  }

  /** Who is signed in, by the cookie and by what the session says now: a session ended by the API is dead here. */
  current(cookie: string | undefined): SignedIn | undefined {
    const cookieValue = this.#valueIn(cookie)
    const session = this.sessionOf(cookie)
    const customer = this.#customers.find(session?.customer_id ?? '')
    if (session?.status !== 'logged_in' || customer === undefined) return undefined
    return { cookieValue, session, customer }
  }

  /** The session that this browser has or had, whatever became of it. */
  sessionOf(cookie: string | undefined): PortalSessionRecord | undefined {
    return this.#sessions.find(this.#entries.get(this.#valueIn(cookie))?.sessionId ?? '')
  }

  /** @returns the cookie that takes the old one back */
  leave({ cookieValue }: SignedIn, framed: boolean): string {
    this.#entries.delete(cookieValue)
    return `${this.#cookie('', framed)}; Max-Age=0`
  }

  addNews({ cookieValue }: SignedIn, news: News): void {
    const entry = this.#entries.get(cookieValue)
    if (entry !== undefined && entry.news.length < MAX_NEWS) entry.news.push(news)
  }

  takeNews({ cookieValue }: SignedIn): News[] {
    const entry = this.#entries.get(cookieValue)
    const news = entry?.news ?? []
    if (entry !== undefined) entry.news = []
    return news
  }

  /**
   * In a frame of another site a Lax cookie does not come back: a page at `localhost` frames `127.0.0.1`. Browsers
   * take `Secure` from this machine without https.
   */
  #cookie(value: string, framed: boolean): string {
    const sameSite = framed ? 'SameSite=None; Secure; Partitioned' : 'SameSite=Lax'
    return `${this.#cookieName}=${value}; Path=/portal; HttpOnly; ${sameSite}`
  }

  #valueIn(header: string | undefined): string {
    for (const pair of (header ?? '').split(';')) {
      const [key, value] = pair.trim().split('=', 2)
      if (key === this.#cookieName && value !== undefined) return value
    }
    return ''
  }
}
