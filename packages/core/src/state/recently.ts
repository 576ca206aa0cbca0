import { boundedCache } from '../time/bounded-cache.js'
import type { Clock } from '../time/clock.js'

/** Which sessions were asked for a moment ago, and need not be asked for again. */
export interface Recently {
  /** Whether it is the first time within a few seconds; from now on it is not. */
  isFirst(sessionId: string): boolean
}

const RECENT_MS = 3_000
const MAX_RECENT = 10_000

export function createRecently({ now }: Pick<Clock, 'now'>): Recently {
  const asked = boundedCache<true>({ max: MAX_RECENT, ttlMs: RECENT_MS, now })
  return {
    isFirst(sessionId) {
      if (asked.has(sessionId)) return false
      asked.set(sessionId, true)
      return true
    },
  }
}
