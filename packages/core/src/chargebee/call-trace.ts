import type { Operation } from '../events.js'
import { createTrace } from '../trace.js'

/** One request to Chargebee, as the channel `portal-sso.call` of `node:diagnostics_channel` gives it. */
export interface PortalSsoCall {
  readonly site: string
  readonly operation: Operation
  /** 1 for the first try. */
  readonly attempt: number
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number
  /** From the request to the end of the answer, or until it was given up; milliseconds. */
  readonly ms: number
  /** How long it waited in line before; milliseconds. */
  readonly waitedMs: number
  /** Of a call that failed: Chargebee's `api_error_code`, else Node's code, else the kind of failure. */
  readonly reason?: string
  /** Which session it was about, where that was known before. */
  readonly sessionId?: string
}

export const callTrace = createTrace<PortalSsoCall>('call')
