import type { Context } from '../sessions/context.js'
import type { Lately } from '../time/lately.js'

/** What is known without asking anything. */
export interface PortalHealth {
  readonly chargebee: Lately & {
    /** How many calls wait for a place in line. */
    readonly waitingCalls: number
  }
  /** What this process keeps by itself, where there is no store, does not fail. */
  readonly store: Lately
  /** How many sessions this process could not end, and has not seen ended since. They are tried again. */
  readonly pendingEnds: number
}

export function toHealth({
  api,
  ender,
  storeLately,
}: Pick<Context, 'api' | 'ender' | 'storeLately'>): PortalHealth {
  return {
    chargebee: { ...api.lately(), waitingCalls: api.waiting() },
    store: storeLately(),
    pendingEnds: ender.pending(),
  }
}
