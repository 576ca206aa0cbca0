import { PortalSsoError } from '../errors.js'
import type { RateLimit } from '../options/options.js'
import type { Counter, Owner, SessionStore } from '../session-store.js'
import type { CreateLogin } from './login-keys.js'
import { orUnavailable, STORE_MS } from './store-calls.js'

/** Counts requests that lead to calls, so that one person can't use up the quota that all systems of the site share. */
export interface RequestLimiter {
  /**
   * A click, which opens a session. It counts for its login. Where this is the first that is heard of that login, it
   * counts for the customer too: else one without cookies would never count.
   * @throws PortalSsoError `too_many_requests`, with `Retry-After`
   */
  countClick(login: CreateLogin): Promise<void>
  /**
   * A request about sessions that are there already, on a counter of its own: clicking a lot must not keep anybody
   * from coming back. A sign-out is not counted at all.
   * @param loginId of the cookies that it is about
   * @returns how many seconds it is too early; 0: go on
   */
  countVisit(counter: Exclude<Counter, 'clicks'>, loginId: string): Promise<number>
}

// Several people may be signed in for the same customer.
const CUSTOMER_SHARE = 5
// A store that does not answer must not delay the way back from the portal.
const VISIT_MS = 300

export function createRequestLimiter(
  limit: RateLimit | false,
  store: Pick<SessionStore, 'count'>,
): RequestLimiter {
  if (limit === false) return { countClick: async () => {}, countVisit: async () => 0 }
  const ofCustomer = { ...limit, points: limit.points * CUSTOMER_SHARE }

  const countOne = (owner: Owner, { points, durationSeconds }: RateLimit) =>
    orUnavailable(store.count('clicks', owner, { points, durationSeconds }, { withinMs: STORE_MS }))

  return {
    async countClick({ keys, isKnown }) {
      const [login] = keys.own
      const seconds = await Promise.all([
        login === undefined ? 0 : countOne(login, limit),
        isKnown ? 0 : countOne(keys.customer, ofCustomer),
      ])
      const longest = Math.max(...seconds)
      if (longest === 0) return
      throw new PortalSsoError(
        'too_many_requests',
        `That were many clicks in a short time. Please try again in ${longest} seconds.`,
        { headers: { 'Retry-After': String(longest) } },
      )
    },
    async countVisit(counter, loginId) {
      // A request that can't be counted is let through: it is about sessions that this browser has already.
      return store.count(counter, `b${loginId}`, limit, { withinMs: VISIT_MS }).catch(() => 0)
    },
  }
}
