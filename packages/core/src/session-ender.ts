import { LRUCache } from 'lru-cache'
import type { ChargebeeApi } from './chargebee-api.js'
import { withDeadline } from './deadline.js'
import type { Emit, PortalSsoEvent } from './events.js'

export type EndedBy = Extract<PortalSsoEvent, { type: 'session.ended' }>['by']

/** Ends portal sessions at Chargebee. An id that is known to be over costs no further call; one under way is joined. */
export interface SessionEnder {
  /** Whether the session is over; never rejects, and is decided within the timeout it was built with. */
  end(sessionId: string, by: EndedBy): Promise<boolean>
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>
}

// Enough for a browser that asks again and again, small enough to forget about: about 2 MB.
const MAX_REMEMBERED = 10_000
const REMEMBERED_MS = 60 * 60 * 1000

export interface EnderOptions {
  readonly api: Pick<ChargebeeApi, 'logout'>
  readonly emit: Emit
  readonly timeoutMs: number
}

export function createSessionEnder({ api, emit, timeoutMs }: EnderOptions): SessionEnder {
  const over = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS })
  const underWay = new Map<string, Promise<boolean>>()

  async function callLogout(sessionId: string, by: EndedBy): Promise<boolean> {
    try {
      await withDeadline(timeoutMs, (deadline) => api.logout(sessionId, deadline))
    } catch {
      // The call has told its own story as `upstream.failed`.
      emit({ type: 'session.pending', sessionId })
      return false
    }
    over.set(sessionId, true)
    emit({ type: 'session.ended', sessionId, by })
    return true
  }

  return {
    async end(sessionId, by) {
      if (over.has(sessionId)) return true
      const joined = underWay.get(sessionId)
      if (joined) return joined
      const ending = callLogout(sessionId, by).finally(() => underWay.delete(sessionId))
      underWay.set(sessionId, ending)
      return ending
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay.values())
    },
  }
}
