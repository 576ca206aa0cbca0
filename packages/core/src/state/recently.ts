import { LRUCache } from 'lru-cache'
import type { Clock } from '../time/clock.js'

/** What was asked a moment ago need not be asked again. */
export interface Recently {
  /** Whether it is the first time within a few seconds; from now on it is not. */
  isFirst(sessionId: string): boolean
}

const RECENT_MS = 3_000
const MAX_RECENT = 10_000

export function createRecently({ now }: Pick<Clock, 'now'>): Recently {
  const asked = new LRUCache<string, true>({
    max: MAX_RECENT,
    ttl: RECENT_MS,
    // A timer that keeps the time would not be the injected one.
    ttlResolution: 0,
    perf: { now },
  })
  return {
    isFirst(sessionId) {
      if (asked.has(sessionId)) return false
      asked.set(sessionId, true)
      return true
    },
  }
}
