import { toHelp } from './help.js'

/**
 * Every reason for which a request is refused, with the HTTP status that it is answered with.
 * The list is closed: a `switch` over {@link PortalSsoErrorCode} can be complete.
 */
export const STATUS_OF = {
  /** No customer is signed in to the host. */
  not_signed_in: 401,
  /** The portal link was asked for by something else than a person following a link. */
  not_a_navigation: 403,
  /** A POST that did not come from the host's own pages. */
  not_same_origin: 403,
  /** The signed-in customer has no record at Chargebee. */
  no_customer: 404,
  /** Chargebee knows no customer of the id that `getCustomerId` gives: the wrong site, or not created yet. */
  customer_unknown: 404,
  /** `?to=` names no destination, or one of its parameters is missing or malformed. */
  unknown_destination: 400,
  /** The way back from Chargebee's login carries a state that this browser has not begun, or not lately, or used. */
  login_not_begun: 400,
  /** The way back from Chargebee's login has parameters that are missing, doubled or of an impossible form. */
  login_malformed: 400,
  /** Chargebee does not confirm the sign-in: a wrong or used token, an unknown session, too late. */
  login_refused: 400,
  /** The route does not take this method; `Allow` names those it takes. */
  method_not_allowed: 405,
  /** The request announced itself as prefetch, prerender or preview. */
  speculative: 503,
  /** The customer is over `rateLimit`. */
  too_many_requests: 429,
  /** This browser holds sessions that could not be ended, and has no room to remember another. */
  too_many_sessions: 503,
  /** Sessions of another customer in this browser could not be ended, so none is opened. */
  switch_incomplete: 503,
  /** A sign-out came first: the session that was on its way has been ended. */
  superseded: 409,
  /** Some portal sessions could not be ended yet; they stay remembered. */
  logout_incomplete: 503,
  /** Chargebee refused the request: key, settings or parameters. An event names the likely setting. */
  chargebee_refused: 502,
  /** Chargebee's answer was no valid portal session, or was in doubt. No session was handed out. */
  chargebee_invalid: 502,
  /** Chargebee was busy or could not be reached. */
  chargebee_unavailable: 503,
  /** The shared store could not be asked, so that nothing could be remembered there. */
  store_unavailable: 503,
  /** Chargebee, or a callback of the host, did not answer within its deadline. */
  timeout: 504,
  /** `portal.close()` was called. */
  closing: 503,
} as const

/** Why a request was refused; docs/troubleshooting.md has an anchor for each. */
export type PortalSsoErrorCode = keyof typeof STATUS_OF

/** What a refusal may bring along besides its code and message. */
export interface PortalSsoErrorInit {
  /** Response headers that belong to the refusal, such as `Retry-After` or `Allow`. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/**
 * A refusal. `message` is written for developers and holds nothing of Chargebee's answer, so it
 * may be shown (`expose`), in the sense in which Express' and Koa's own error handlers use the word.
 *
 * @example
 * if (error instanceof PortalSsoError && error.code === 'not_signed_in') …
 */
export class PortalSsoError extends Error {
  override readonly name = 'PortalSsoError'
  readonly code: PortalSsoErrorCode
  readonly status: number
  readonly expose = true
  readonly headers: Readonly<Record<string, string>>
  /** Where the code is explained: an address, or the anchor of docs/troubleshooting.md alone (`#not_signed_in`). */
  readonly help: string

  constructor(code: PortalSsoErrorCode, message: string, init: PortalSsoErrorInit = {}) {
    super(message, init.cause === undefined ? undefined : { cause: init.cause })
    this.code = code
    this.status = STATUS_OF[code]
    this.headers = init.headers ?? {}
    this.help = toHelp(code)
  }
}
