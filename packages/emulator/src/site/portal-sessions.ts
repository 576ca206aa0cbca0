import { BoundedMap } from '../util/bounded-map.js'
import type { Clock } from '../util/clock.js'
import { randomText } from '../util/random.js'
import type { EmulatorCustomer, LinkedCustomer } from './customer.js'
import type { Customers } from './customers.js'
import type { LoginConfig } from './login-options.js'

/** Source: Chargebee's OpenAPI description, schema PortalSession. */
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

/** Who did something to a session, and from where. */
export interface Actor {
  /** `api`: a call; `browser`: a page of the portal or its login; `control`: the front page or a test. */
  readonly by: 'api' | 'browser' | 'control'
  readonly ipAddress: string
}

/** One step in the life of a session. `at` is in milliseconds since the epoch, by the emulator's clock. */
export interface LifeStep extends Actor {
  readonly what: 'created' | 'opened' | 'activated' | 'ended'
  readonly at: number
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

/** The oldest are forgotten beyond that: about 20 MB. */
export const MAX_SESSIONS = 20_000

interface Entry {
  readonly session: PortalSessionRecord
  readonly life: LifeStep[]
  /** Of the reverse flow: `created_at` is too coarse for a window in milliseconds. */
  readonly loginAtMs?: number
}

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
  readonly #changed: (session: PortalSessionRecord, step: LifeStep) => void
  readonly #byId = new BoundedMap<string, Entry>(MAX_SESSIONS)
  readonly #byToken = new Map<string, Entry>()

  constructor(parts: {
    clock: Clock
    customers: Customers
    portalUrl: string
    activation: ActivationRules
    changed?: (session: PortalSessionRecord, step: LifeStep) => void
  }) {
    this.#clock = parts.clock
    this.#customers = parts.customers
    this.#portalUrl = parts.portalUrl
    this.#activation = parts.activation
    this.#changed = parts.changed ?? (() => {})
  }

  /** The single-sign-on flow: a session with an access URL to hand out. */
  create(request: NewPortalSession, actor: Actor): PortalSessionRecord {
    return this.#add('created', request, actor).session
  }

  /** The reverse flow: the customer proved who they are at Chargebee, the host has yet to activate. */
  createForLogin(customer: EmulatorCustomer, actor: Actor): PortalSessionRecord {
    return this.#add('not_yet_activated', { customer }, actor, this.#clock.nowMs()).session
  }

  find(id: string): PortalSessionRecord | undefined {
    return this.#byId.get(id)?.session
  }

  findByToken(token: string): PortalSessionRecord | undefined {
    return this.#byToken.get(token)?.session
  }

  /** Oldest first. */
  all(): PortalSessionRecord[] {
    return [...this.#byId.values()].map(({ session }) => session)
  }

  /** The newest, newest first. */
  newest(count: number): PortalSessionRecord[] {
    return this.all().slice(-count).reverse()
  }

  get count(): number {
    return this.#byId.size
  }

  /** What happened to a session, oldest first. */
  lifeOf(id: string): readonly LifeStep[] {
    return this.#byId.get(id)?.life ?? []
  }

  /** Opens an access URL: the session, now logged in; `undefined` when it is used, over, lapsed or unknown. */
  access(token: string, actor: Actor): PortalSessionRecord | undefined {
    const entry = this.#byToken.get(token)
    if (entry?.session.status !== 'created' || this.#clock.nowSeconds() >= entry.session.expires_at) {
      return undefined
    }
    return this.#logIn(entry, actor)
  }

  /** A customer who signed in to the portal by its own login page, for the portal and no host. */
  createLoggedIn(customer: EmulatorCustomer, actor: Actor): PortalSessionRecord {
    return this.#logIn(this.#add('created', { customer }, actor), actor)
  }

  /**
   * Ends a session, through the API or from the portal page; one that is over is returned unchanged (stated
   * by Chargebee). `undefined` for an unknown id.
   */
  logout(id: string, actor: Actor): PortalSessionRecord | undefined {
    const entry = this.#byId.get(id)
    if (entry === undefined || entry.session.status === 'logged_out') return entry?.session
    const { session } = entry
    session.status = 'logged_out'
    session.logout_at = this.#clock.nowSeconds()
    session.logout_ipaddress = actor.ipAddress
    this.#step(entry, 'ended', actor)
    return session
  }

  activate(id: string, token: string, actor: Actor): Activation {
    const entry = this.#byId.get(id)
    if (entry === undefined) return { outcome: 'not-found' }
    const { session } = entry
    if (session.token !== token) return { outcome: 'wrong-token' }
    const again = session.status === 'activated' && this.#activation.secondActivate === 'accepted'
    if (again) return { outcome: 'activated', session }
    if (!this.#canBeActivated(entry)) return { outcome: 'wrong-state' }
    session.status = 'activated'
    this.#step(entry, 'activated', actor)
    return { outcome: 'activated', session }
  }

  /** One that was not activated in time stays `not_yet_activated` (inferred, as for the access URL). */
  #canBeActivated({ session, loginAtMs = Number.NEGATIVE_INFINITY }: Entry): boolean {
    const age = this.#clock.nowMs() - loginAtMs
    return session.status === 'not_yet_activated' && age < this.#activation.activationWindowMs
  }

  #logIn(entry: Entry, actor: Actor): PortalSessionRecord {
    const { session } = entry
    session.status = 'logged_in'
    session.login_at = this.#clock.nowSeconds()
    session.login_ipaddress = actor.ipAddress
    this.#step(entry, 'opened', actor)
    return session
  }

  #add(status: PortalSessionStatus, request: NewPortalSession, actor: Actor, loginAtMs?: number): Entry {
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
    const entry: Entry = { session, life: [], ...(loginAtMs !== undefined && { loginAtMs }) }
    const forgotten = this.#byId.set(session.id, entry)
    if (forgotten !== undefined) this.#byToken.delete(forgotten.session.token)
    this.#byToken.set(token, entry)
    this.#step(entry, 'created', actor)
    return entry
  }

  #step(entry: Entry, what: LifeStep['what'], { by, ipAddress }: Actor): void {
    const step: LifeStep = { what, at: this.#clock.nowMs(), by, ipAddress }
    entry.life.push(step)
    this.#changed(entry.session, step)
  }
}

/** The resource as the API shows it: without what Chargebee does not echo. */
export function toResource({ forward_url: _, ...resource }: PortalSessionRecord): PortalSession {
  return resource
}
