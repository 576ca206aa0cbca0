import type { Clock } from '../util/clock.js'
import { randomText } from '../util/random.js'
import type { Customers, EmulatorCustomer, LinkedCustomer } from './customers.js'
import type { LoginConfig } from './login-options.js'

export type PortalSessionStatus = 'created' | 'logged_in' | 'logged_out' | 'not_yet_activated' | 'activated'

/**
 * Chargebee's resource `portal_session` (source: Chargebee's OpenAPI description, schema PortalSession; all
 * samples there have `expires_at` one hour after `created_at`). Times are unix seconds.
 */
export interface PortalSession {
  object: 'portal_session'
  id: string
  token: string
  access_url: string
  redirect_url?: string
  status: PortalSessionStatus
  created_at: number
  expires_at: number
  customer_id: string
  login_at?: number
  login_ipaddress?: string
  logout_at?: number
  logout_ipaddress?: string
  linked_customers: LinkedCustomer[]
}

/** The resource and what Chargebee keeps to itself: where the access URL leads. */
export interface PortalSessionRecord extends PortalSession {
  forward_url?: string
}

export interface NewPortalSession {
  customer: EmulatorCustomer
  redirectUrl?: string
  forwardUrl?: string
}

export type Activation =
  | { outcome: 'activated'; session: PortalSessionRecord }
  | { outcome: 'not-found' | 'wrong-token' | 'wrong-state' }

type ActivationRules = Pick<LoginConfig, 'activationWindowMs' | 'secondActivate'>

const ACCESS_SECONDS = 3600

/**
 * All portal sessions of the site and the only place where one changes:
 *
 *     created            -> logged_in (access URL opened, once, within the hour) -> logged_out
 *     created            -> logged_out (API)
 *     not_yet_activated  -> activated (API, right token, in its window)          -> logged_out
 *     not_yet_activated  -> logged_out (API)
 *
 * There is no "expired" status: a session whose access URL lapsed stays `created` (inferred).
 */
export class PortalSessions {
  readonly #clock: Clock
  readonly #customers: Customers
  readonly #portalUrl: string
  readonly #activation: ActivationRules
  /** By id: `created_at` is too coarse for a window in milliseconds. */
  readonly #loginAtMs = new Map<string, number>()
  readonly #byId = new Map<string, PortalSessionRecord>()
  readonly #byToken = new Map<string, PortalSessionRecord>()

  constructor(parts: { clock: Clock; customers: Customers; portalUrl: string; activation: ActivationRules }) {
    this.#clock = parts.clock
    this.#customers = parts.customers
    this.#portalUrl = parts.portalUrl
    this.#activation = parts.activation
  }

  /** The single-sign-on flow: a session with an access URL to hand out. */
  create(request: NewPortalSession): PortalSessionRecord {
    return this.#add('created', request)
  }

  /** The reverse flow: the customer proved who they are at Chargebee, the host has yet to activate. */
  createForLogin(customer: EmulatorCustomer): PortalSessionRecord {
    const session = this.#add('not_yet_activated', { customer })
    this.#loginAtMs.set(session.id, this.#clock.nowMs())
    return session
  }

  find(id: string): PortalSessionRecord | undefined {
    return this.#byId.get(id)
  }

  all(): PortalSessionRecord[] {
    return [...this.#byId.values()]
  }

  /** Opens an access URL: the session, now logged in; `undefined` when it is used, over, lapsed or unknown. */
  access(token: string, ipAddress: string): PortalSessionRecord | undefined {
    const session = this.#byToken.get(token)
    if (session?.status !== 'created' || this.#clock.nowSeconds() >= session.expires_at) return undefined
    session.status = 'logged_in'
    session.login_at = this.#clock.nowSeconds()
    session.login_ipaddress = ipAddress
    return session
  }

  /**
   * Ends a session, through the API or from the portal page; one that is over is returned unchanged (stated
   * by Chargebee). `undefined` for an unknown id.
   */
  logout(id: string, ipAddress: string): PortalSessionRecord | undefined {
    const session = this.#byId.get(id)
    if (session === undefined || session.status === 'logged_out') return session
    session.status = 'logged_out'
    session.logout_at = this.#clock.nowSeconds()
    session.logout_ipaddress = ipAddress
    return session
  }

  activate(id: string, token: string): Activation {
    const session = this.#byId.get(id)
    if (session === undefined) return { outcome: 'not-found' }
    if (session.token !== token) return { outcome: 'wrong-token' }
    const again = session.status === 'activated' && this.#activation.secondActivate === 'accepted'
    if (!again && !this.#canBeActivated(session)) return { outcome: 'wrong-state' }
    session.status = 'activated'
    return { outcome: 'activated', session }
  }

  /** One that was not activated in time stays `not_yet_activated` (inferred, as for the access URL). */
  #canBeActivated({ id, status }: PortalSessionRecord): boolean {
    const loginAtMs = this.#loginAtMs.get(id) ?? Number.NEGATIVE_INFINITY
    return (
      status === 'not_yet_activated' && this.#clock.nowMs() - loginAtMs < this.#activation.activationWindowMs
    )
  }

  #add(status: PortalSessionStatus, request: NewPortalSession): PortalSessionRecord {
    const now = this.#clock.nowSeconds()
    const token = `__test__${randomText(32)}`
    const session: PortalSessionRecord = {
      object: 'portal_session',
      id: `portal___test__${randomText(24)}`,
      token,
      access_url: `${this.#portalUrl}/portal/access/${token}`,
      ...(request.redirectUrl !== undefined && { redirect_url: request.redirectUrl }),
      ...(request.forwardUrl !== undefined && { forward_url: request.forwardUrl }),
      status,
      created_at: now,
      expires_at: now + ACCESS_SECONDS,
      customer_id: request.customer.id,
      linked_customers: this.#customers.linkedTo(request.customer),
    }
    this.#byId.set(session.id, session)
    this.#byToken.set(token, session)
    return session
  }
}

/** The resource as the API shows it: without what Chargebee does not echo. */
export function toResource({ forward_url: _, ...resource }: PortalSessionRecord): PortalSession {
  return resource
}
