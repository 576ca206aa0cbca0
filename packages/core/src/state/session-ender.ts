import type { ChargebeeApi } from '../chargebee/api.js'
import type { Emit, EndedBy } from '../events.js'
import { boundedCache } from '../time/bounded-cache.js'
import type { Clock } from '../time/clock.js'
import { withDeadline } from '../time/deadline.js'

/**
 * Ends portal sessions at Chargebee. An id that is known to be over costs no further call, one under way is joined,
 * and one that could not be ended is tried again in the background.
 */
export interface SessionEnder {
  /** Whether the session is over; never rejects, and is decided within the timeout it was built with. */
  end(sessionId: string, by: EndedBy): Promise<boolean>
  isOver(sessionId: string): boolean
  /** Chargebee has said in another way that the session is over. */
  noteOver(sessionId: string): void
  /** Gives up what waits for another try, and resolves when nothing is under way any more. */
  close(): Promise<void>
}

// Enough for a browser that asks again and again, small enough to forget about: about 2 MB.
const MAX_OVER = 10_000
const OVER_MS = 60 * 60 * 1000

const FIRST_RETRY_MS = 2_000
const MAX_RETRY_MS = 5 * 60 * 1000
const MAX_RETRIES = 12
const MAX_WAITING = 1_000

export interface EnderOptions {
  readonly api: Pick<ChargebeeApi, 'logout'>
  readonly emit: Emit
  readonly timeoutMs: number
  readonly clock: Omit<Clock, 'wait'>
}

interface Waiting {
  readonly retries: number
  readonly cancel: () => void
}

export function createSessionEnder({ api, emit, timeoutMs, clock }: EnderOptions): SessionEnder {
  const over = boundedCache<number>({ max: MAX_OVER, now: clock.now })
  const underWay = new Map<string, Promise<boolean>>()
  const waiting = new Map<string, Waiting>()
  let isClosed = false

  const isOver = (sessionId: string) => (over.get(sessionId) ?? 0) > clock.now()

  function noteOver(sessionId: string): void {
    over.set(sessionId, clock.now() + OVER_MS)
    waiting.get(sessionId)?.cancel()
    waiting.delete(sessionId)
  }

  async function callLogout(sessionId: string, by: EndedBy): Promise<boolean> {
    try {
      await withDeadline(clock, timeoutMs, (deadline) => api.logout(sessionId, deadline))
    } catch {
      // The call has told its own story as `upstream.failed`.
      emit({ type: 'session.pending', sessionId })
      tryLater(sessionId, by)
      return false
    }
    noteOver(sessionId)
    emit({ type: 'session.ended', sessionId, by })
    return true
  }

  function tryLater(sessionId: string, by: EndedBy): void {
    const before = waiting.get(sessionId)
    before?.cancel()
    const retries = (before?.retries ?? -1) + 1
    if (isClosed || retries >= MAX_RETRIES || (!before && waiting.size >= MAX_WAITING)) {
      waiting.delete(sessionId)
      return
    }
    const waitMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** retries) * (0.75 + Math.random() / 2)
    const cancel = clock.scheduleInBackground(waitMs, () => void end(sessionId, by))
    waiting.set(sessionId, { retries, cancel })
  }

  function start(sessionId: string, by: EndedBy): Promise<boolean> {
    const ending = callLogout(sessionId, by).finally(() => underWay.delete(sessionId))
    underWay.set(sessionId, ending)
    return ending
  }

  async function end(sessionId: string, by: EndedBy): Promise<boolean> {
    if (isOver(sessionId)) return true
    const joined = underWay.get(sessionId)
    // One that began long before may be out of time already; whoever comes with time left gets a try of their own.
    if (joined && (await joined)) return true
    return underWay.get(sessionId) ?? start(sessionId, by)
  }

  return {
    end,
    isOver,
    noteOver,
    async close() {
      isClosed = true
      for (const { cancel } of waiting.values()) cancel()
      waiting.clear()
      while (underWay.size > 0) await Promise.all(underWay.values())
    },
  }
}
