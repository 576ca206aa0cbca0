import type { Customers, EmulatorCustomer } from '../site/customers.js'
import type { PortalSessionRecord, PortalSessions } from '../site/portal-sessions.js'
import { decodedSegment } from '../util/path-segment.js'
import { randomText } from '../util/random.js'
import { type Page, redirectTo } from './page.js'
import { expiredPage, homePage, messagePage, subscriptionPage, wrongMethodPage } from './portal-views.js'

export interface PortalRequest {
  readonly method: string
  readonly path: string
  readonly cookie: string | undefined
  readonly ipAddress: string
}

interface SignedIn {
  readonly cookieValue: string
  readonly session: PortalSessionRecord
  readonly customer: EmulatorCustomer
}

const HOME = '/portal/v2/home'
const SIGNED_OUT = '/portal/v2/signed_out'

/** The hosted customer portal: what a browser sees after it opened an access URL. */
export class PortalPages {
  readonly #site: string
  readonly #customers: Customers
  readonly #sessions: PortalSessions
  readonly #cookieName: string
  /** Portal session ids by the value of the portal's own cookie. */
  readonly #signedIn = new Map<string, string>()

  constructor(parts: { site: string; customers: Customers; sessions: PortalSessions; port: number }) {
    this.#site = parts.site
    this.#customers = parts.customers
    this.#sessions = parts.sessions
    // Cookies do not mind the port, so two emulators on one machine would otherwise overwrite each other's.
    this.#cookieName = `cb_portal_${parts.port}`
  }

  answer(request: PortalRequest): Page {
    const { method, path } = request
    const token = /^\/portal\/access\/([^/]+)$/.exec(path)?.[1]
    // What Chargebee does on HEAD is not known. Only GET opens an access URL here.
    if (token !== undefined) return method === 'GET' ? this.#access(token, request) : this.#wrongMethod('GET')
    if (path === '/portal/logout')
      return method === 'POST' ? this.#signOut(request) : this.#wrongMethod('POST')
    if (method !== 'GET' && method !== 'HEAD') return this.#wrongMethod('GET, HEAD')
    if (path === SIGNED_OUT) {
      return messagePage(
        this.#site,
        200,
        'You are signed out',
        'Your portal session is over. You can close this page.',
      )
    }
    if (path === '/portal' || path === '/portal/') return redirectTo(HOME)
    const subscriptionId = /^\/portal\/permalink\/subscriptions\/([^/]+)\/edit$/.exec(path)?.[1]
    if (path !== HOME && subscriptionId === undefined) return this.#notFound()
    const signedIn = this.#current(request)
    if (signedIn === undefined) return this.#expired()
    if (subscriptionId === undefined) return homePage(this.#site, signedIn.customer, signedIn.session)
    return this.#subscription(subscriptionId, signedIn.customer)
  }

  #access(token: string, { ipAddress }: PortalRequest): Page {
    const session = this.#sessions.access(token, ipAddress)
    if (session === undefined) return this.#expired()
    const value = randomText(32)
    this.#signedIn.set(value, session.id)
    return redirectTo(session.forward_url ?? HOME, this.#cookie(value))
  }

  #signOut(request: PortalRequest): Page {
    const signedIn = this.#current(request)
    if (signedIn === undefined) return this.#expired()
    const session = this.#sessions.logout(signedIn.session.id, request.ipAddress)
    this.#signedIn.delete(signedIn.cookieValue)
    return redirectTo(session?.redirect_url ?? SIGNED_OUT, `${this.#cookie('')}; Max-Age=0`)
  }

  #subscription(encodedId: string, customer: EmulatorCustomer): Page {
    const subscriptionId = decodedSegment(encodedId)
    const subscription = customer.subscriptions?.find(({ id }) => id === subscriptionId)
    return subscription === undefined
      ? this.#notFound()
      : subscriptionPage(this.#site, customer, subscription)
  }

  /** Who is signed in, by the cookie and by what the session says now: a session ended by the API is dead here. */
  #current({ cookie }: PortalRequest): SignedIn | undefined {
    const cookieValue = readCookie(cookie, this.#cookieName)
    const session = this.#sessions.find(this.#signedIn.get(cookieValue) ?? '')
    const customer = this.#customers.find(session?.customer_id ?? '')
    if (session?.status !== 'logged_in' || customer === undefined) return undefined
    return { cookieValue, session, customer } satisfies { session: PortalSessionRecord } & Record<
      string,
      unknown
    >
  }

  #cookie(value: string): string {
    return `${this.#cookieName}=${value}; Path=/portal; HttpOnly; SameSite=Lax`
  }

  #expired(): Page {
    return expiredPage(this.#site)
  }

  #notFound(): Page {
    return messagePage(this.#site, 404, 'Page not found', 'There is nothing at this address.')
  }

  #wrongMethod(allow: string): Page {
    return wrongMethodPage(this.#site, allow)
  }
}

function readCookie(header: string | undefined, name: string): string {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2)
    if (key === name && value !== undefined) return value
  }
  return ''
}
