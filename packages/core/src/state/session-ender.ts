import type { ChargebeeApi } from '../chargebee/api.js'
import type { Emit, EndedBy } from '../events.js'
import type { Owner } from '../session-store.js'
import { boundedCache } from '../time/bounded-cache.js'
import type { Clock } from '../time/clock.js'
import { withDeadline } from '../time/deadline.js'

/** A session that is to be ended, and by what it is found. */
export interface Endable {
  readonly id: string
  /** The customer last; none: nothing but the id is known of it. */
  readonly owners: readonly Owner[]
}

/**
 * Ends portal sessions at Chargebee. An id that is known to be over costs no further call, and one under way is
 * joined. What is over is forgotten in the store, and what could not be ended is put off there.
 */
export interface SessionEnder {
  /**
   * Whether the session is over; never rejects, and is decided within the timeout it was built with.
   * @param ageMs for how long it has been tried already
   */
  end(session: Endable, by: EndedBy, ageMs?: number): Promise<boolean>
  /** Leaves it to be tried again, and to be found by every close of its owners until then. */
  putOff(session: Endable, by: EndedBy, ageMs?: number): Promise<void>
  isOver(sessionId: string): boolean
  /** Chargebee has said in another way that the session is over. */
  noteOver(session: Endable): void
  /** How many could not be ended, and are not known to be over since. */
  pending(): number
  /** Resolves when nothing is under way any more. */
  close(): Promise<void>
}

// About 2 MB.
const MAX_OVER = 10_000
const OVER_MS = 60 * 60 * 1000

const FIRST_RETRY_MS = 2_000
const MAX_RETRY_MS = 5 * 60 * 1000
// Tried again by then, if not by another process.
const PENDING_MS = 10 * 60 * 1000

export interface EnderOptions {
  readonly api: Pick<ChargebeeApi, 'logout'>
  readonly emit: Emit
  readonly timeoutMs: number
  readonly clock: Pick<Clock, 'now' | 'monotonicNow' | 'schedule'>
  /** Forgets what is over. */
  readonly forget: (session: Endable) => Promise<void>
  /** Keeps what is to be tried again. */
  readonly postpone: (session: Endable, by: EndedBy, inMs: number) => Promise<void>
}

export function createSessionEnder({ api, emit, timeoutMs, clock, ...store }: EnderOptions): SessionEnder {
  const over = boundedCache<true>({ max: MAX_OVER, ttlMs: OVER_MS, now: clock.now })
  const pending = boundedCache<true>({ max: MAX_OVER, ttlMs: PENDING_MS, now: clock.now })
  const underWay = new Map<string, Promise<boolean>>()

  const isOver = (sessionId: string) => over.has(sessionId)

  function noteOver(session: Endable): void {
    over.set(session.id, true)
    pending.delete(session.id)
    store.forget(session).catch(() => {})
  }

  // Later and later, as much as has passed already: an outage costs few calls, and its end is noticed.
  async function putOff(session: Endable, by: EndedBy, ageMs = 0): Promise<void> {
    pending.set(session.id, true)
    const inMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS + ageMs) * (0.75 + Math.random() / 2)
    await store.postpone(session, by, inMs).catch(() => {})
  }

  async function callLogout(session: Endable, by: EndedBy, ageMs: number): Promise<boolean> {
    const { id: sessionId } = session
    try {
      await withDeadline(clock, timeoutMs, (deadline) => api.logout(sessionId, deadline))
    } catch {
      // The failure itself is reported as `upstream.failed`.
      emit({ type: 'session.pending', sessionId })
      await putOff(session, by, ageMs)
      return false
    }
    noteOver(session)
    emit({ type: 'session.ended', sessionId, by })
    return true
  }

  function start(session: Endable, by: EndedBy, ageMs: number): Promise<boolean> {
    const ending = callLogout(session, by, ageMs).finally(() => underWay.delete(session.id))
    underWay.set(session.id, ending)
    return ending
  }

  return {
    async end(session, by, ageMs = 0) {
      if (isOver(session.id)) {
        // This caller may know owners that the one that ended the session did not.
        store.forget(session).catch(() => {})
        return true
      }
      const joined = underWay.get(session.id)
      // The end that was joined may have begun long before and be out of time. This caller has time for another try.
      if (joined && (await joined)) return true
      return underWay.get(session.id) ?? start(session, by, ageMs)
    },
    putOff,
    isOver,
    noteOver,
    pending() {
      pending.purgeStale()
      return pending.size
    },
    async close() {
      while (underWay.size > 0) await Promise.all(underWay.values())
    },
  }
}
