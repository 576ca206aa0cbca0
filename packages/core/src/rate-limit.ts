import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { PortalSsoError } from './errors.js'
import type { RateLimit } from './options.js'

/** Counts clicks per customer, so that one person can't spend the quota that all of the site's systems share. */
export interface ClickLimiter {
  /** @throws PortalSsoError `too_many_requests`, with `Retry-After` */
  count(customerId: string): Promise<void>
}

export function createClickLimiter(limit: RateLimit | false): ClickLimiter {
  if (limit === false) return { count: async () => {} }
  const limiter = new RateLimiterMemory({ points: limit.points, duration: limit.durationSeconds })
  return {
    async count(customerId) {
      try {
        await limiter.consume(customerId)
      } catch (rejection) {
        if (!(rejection instanceof RateLimiterRes)) throw rejection
        const seconds = Math.max(1, Math.ceil(rejection.msBeforeNext / 1000))
        throw new PortalSsoError(
          'too_many_requests',
          `That were many clicks in a short time. Please try again in ${seconds} seconds.`,
          { headers: { 'Retry-After': String(seconds) } },
        )
      }
    },
  }
}
