/// <reference path="./rate-limiter-flexible.d.ts" />

import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js'
import RateLimiterRes from 'rate-limiter-flexible/lib/RateLimiterRes.js'
import { PortalSsoError } from '../errors.js'
import type { RateLimit } from '../options/options.js'

/** Counts what leads to calls, so that one person can't spend the quota that all of the site's systems share. */
export interface RequestLimiter {
  /**
   * A click, which opens a session.
   * @throws PortalSsoError `too_many_requests`, with `Retry-After`
   */
  countClick(customerId: string): Promise<void>
  /**
   * A request about sessions that are there already, on a counter of its own: clicking a lot must not keep anybody
   * from signing out.
   * @param owner whose sessions these are, in whatever form
   * @returns how many seconds it is too early; 0: go on
   */
  countVisit(owner: string): Promise<number>
}

export function createRequestLimiter(limit: RateLimit | false): RequestLimiter {
  if (limit === false) return { countClick: async () => {}, countVisit: async () => 0 }
  const settings = { points: limit.points, duration: limit.durationSeconds }
  const clicks = new RateLimiterMemory(settings)
  const visits = new RateLimiterMemory(settings)
  return {
    async countClick(customerId) {
      const seconds = await count(clicks, customerId)
      if (seconds === 0) return
      throw new PortalSsoError(
        'too_many_requests',
        `That were many clicks in a short time. Please try again in ${seconds} seconds.`,
        { headers: { 'Retry-After': String(seconds) } },
      )
    },
    countVisit: (owner) => count(visits, owner),
  }
}

async function count(limiter: RateLimiterMemory, key: string): Promise<number> {
  try {
    await limiter.consume(key)
    return 0
  } catch (rejection) {
    if (!(rejection instanceof RateLimiterRes)) throw rejection
    return Math.max(1, Math.ceil(rejection.msBeforeNext / 1000))
  }
}
