import type { PortalSsoErrorCode } from './errors.js'
import { toHelp } from './help.js'
import { createTrace } from './trace.js'

/** The four calls to Chargebee. */
export type Operation = 'create' | 'retrieve' | 'logout' | 'activate'

export type PortalSsoEventDetail =
  /** A portal session was made and remembered. */
  | { type: 'session.created'; customerId: string; sessionId: string }
  /** Chargebee confirmed that a session is over. */
  | {
      type: 'session.ended'
      sessionId: string
      by: 'logout' | 'portal' | 'overflow' | 'switch' | 'revoked' | 'doubt'
    }
  /** A session could not be ended; it stays remembered. */
  | { type: 'session.pending'; sessionId: string }
  /**
   * A session was made, never handed out, and could not be ended. Its address reached no browser and dies within the
   * hour. A sign-in at Chargebee that was activated has no stated end.
   */
  | { type: 'session.orphaned'; customerId: string; sessionId?: string }
  /** A customer has signed in at Chargebee, and the host has signed them in. */
  | { type: 'login.completed'; customerId: string; sessionId: string }
  /** A request was answered with a refusal. */
  | { type: 'request.refused'; code: PortalSsoErrorCode; detail: string }
  /** The shared store could not be asked, or not be believed. `silentMs`: for how long it has not answered at all. */
  | { type: 'store.failed'; operation: string; reason: string; silentMs?: number }
  /** A navigation that another website began got a page with one link, and nothing else happened. */
  | { type: 'request.asked'; route: 'portal' | 'login' }
  /** A call to Chargebee failed; `status` is 0 where there was no answer. */
  | {
      type: 'upstream.failed'
      operation: Operation
      status: number
      attempt: number
      reason: string
      sessionId?: string
    }
  /** Something that a person has to set right: `setting` names what to look at, `message` says how to mend it. */
  | { type: 'misconfigured'; setting: string; message: string; customerId?: string }
  /**
   * Cookies of ours were not read; one event for a request. `name` and `reason` are those of the last one that the
   * browser sent, where it could be told from its neighbours; `message` says what may be the matter, at the sign-out
   * of a signed-in customer.
   */
  | { type: 'cookie.unreadable'; count: number; reason: UnreadableReason; name?: string; message?: string }

/**
 * Why a cookie of ours was not read: `seal`: sealed with an unknown secret, or changed; `name`: under another name;
 * `form`: of an impossible form; `age`: older than browsers keep any; `many`: more than a browser can have; `version`:
 * of a later version of this package; `site`: of another site; `scheme`: of http where `baseUrl` is https, or the other
 * way round; `joined`, `list`: the request's cookies were joined with commas, or handed on as a list; `missing`: there
 * should have been some, and there is none.
 */
export type UnreadableReason =
  | 'seal'
  | 'name'
  | 'form'
  | 'age'
  | 'many'
  | 'version'
  | 'site'
  | 'scheme'
  | 'joined'
  | 'list'
  | 'missing'

/** `at` is the time as ISO 8601; `site` is the Chargebee site of this middleware. */
export type PortalSsoEvent = PortalSsoEventDetail & { at: string; site: string }

/** Why a session was ended; `revoked`: the host has ended all sessions of a customer or a login. */
export type EndedBy = Extract<PortalSsoEvent, { type: 'session.ended' }>['by']

export type Emit = (event: PortalSsoEventDetail) => void

export interface EmitterOptions {
  readonly site: string
  readonly now: () => number
  /** The few events that need a person go to `console.warn` with or without it. `false`: silence. */
  readonly onEvent: ((event: PortalSsoEvent) => unknown) | false | undefined
}

export function createEmitter({ site, now, onEvent }: EmitterOptions): Emit {
  const warn = onEvent === false ? undefined : createConsoleListener(site, now)
  return (detail) => {
    warn?.(detail)
    const isTraced = eventTrace.isOn()
    if (!onEvent && !isTraced) return
    const event = { ...detail, at: new Date(now()).toISOString(), site }
    if (isTraced) eventTrace.tell({ ...event })
    if (!onEvent) return
    // A listener only listens: neither a throw nor a rejection of its may change what the customer gets.
    try {
      Promise.resolve(onEvent(event)).catch(() => {})
    } catch {}
  }
}

const eventTrace = createTrace<PortalSsoEvent>('event')

const QUIET_MS = 60_000

/** One line each, and none twice within a minute: neither an outage nor a stranger who asks for it fills a log. */
function createConsoleListener(site: string, now: () => number): Emit {
  const quietUntil = new Map<string, number>()
  return (event) => {
    const text = describe(event)
    if (text === undefined) return
    const subject = toSubject(event) ?? text
    if (now() < (quietUntil.get(subject) ?? 0)) return
    for (const [other, until] of quietUntil) if (until <= now()) quietUntil.delete(other)
    quietUntil.set(subject, now() + QUIET_MS)
    console.warn(`portal-sso (${site}): ${text} (see ${toHelp(event.type)})`)
  }
}

/**
 * What may be told in many words, all at once: a failure by operation and reason, so that none hides another kind.
 * `undefined`: the text is the same each time.
 */
function toSubject(event: PortalSsoEventDetail): string | undefined {
  switch (event.type) {
    case 'upstream.failed':
    case 'store.failed':
      return [event.type, event.operation, event.reason].join()
    case 'cookie.unreadable':
      return event.type
    // Said of one customer after the other.
    case 'misconfigured':
      return event.customerId === undefined ? undefined : [event.type, event.setting].join()
    default:
      return undefined
  }
}

function describe(event: PortalSsoEventDetail): string | undefined {
  switch (event.type) {
    case 'misconfigured':
      return `check ${event.setting}: ${event.message}`
    case 'session.orphaned':
      return `portal session ${event.sessionId ?? '(id unknown)'} was made, never handed out and could not be ended; a link that nobody has dies within the hour, a sign-in does not`
    case 'upstream.failed':
      return `Chargebee: ${event.operation} failed (${event.reason}${event.status ? `, status ${event.status}` : ''}, attempt ${event.attempt}); more of this kind are not shown for a minute`
    case 'store.failed':
      return `store: ${event.operation} failed (${event.reason}); more of this kind are not shown for a minute`
    case 'cookie.unreadable':
      return event.message
    default:
      return undefined
  }
}
