/// <reference path="./rate-limiter-flexible.d.ts" />

import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js'
import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js'
import type { RateLimit } from '../options/options.js'
import type { Counter, Owner } from '../session-store.js'

/** Counts in this process; see `SessionStore.count`. */
export interface Counters {
  count(counter: Counter, owner: Owner, limit: RateLimit): Promise<number>
}

export function createCounters(): Counters {
  const limiters = new Map<string, RateLimiterMemory>()

  function limiterOf(counter: Counter, { points, durationSeconds }: RateLimit): RateLimiterMemory {
    const key = `${counter} ${points} ${durationSeconds}`
    const limiter = limiters.get(key) ?? new RateLimiterMemory({ points, duration: durationSeconds })
    limiters.set(key, limiter)
    return limiter
  }

  return {
    async count(counter, owner, limit) {
      try {
        await limiterOf(counter, limit).consume(owner)
        return 0
      } catch (rejection) {
        if (!(rejection instanceof RateLimiterRes)) throw rejection
        return Math.max(1, Math.ceil(rejection.msBeforeNext / 1000))
      }
    },
  }
}
