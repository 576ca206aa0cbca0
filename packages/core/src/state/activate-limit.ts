import { PortalSsoError } from '../errors.js'
import { boundedCache } from '../time/bounded-cache.js'
import type { Clock } from '../time/clock.js'

/**
 * Counts refused Activates by client, because anyone who knows the address of the callback can cause one. There is no
 * count of all clients together: one client could use it up for all others.
 */
export interface ActivateLimit {
  /**
   * An Activate begins. The function that is returned takes how many requests it has sent in vain.
   * @param client `undefined`: not known, and not counted
   * @throws PortalSsoError `too_many_requests`, with `Retry-After`
   */
  begin(client: string | undefined): (requestsInVain: number) => void
}

const MAX_IN_VAIN = 10
// An Activate sends a second request where the first fails.
const REQUESTS_OF_ONE = 2
/** What one client can make us ask of Chargebee in vain, within any minute. */
const MAX_REQUESTS = 15
const WINDOW_MS = 60_000
// Some 300 bytes each.
const MAX_CLIENTS = 10_000

interface Count {
  /** When requests came to nothing, the oldest first. */
  inVainAt: readonly number[]
  underWay: number
}

export function createActivateLimit({ monotonicNow }: Pick<Clock, 'monotonicNow'>): ActivateLimit {
  const counts = boundedCache<Count>({ max: MAX_CLIENTS, now: monotonicNow })

  function countOf(client: string): Count {
    const count: Count = counts.get(client) ?? { inVainAt: [], underWay: 0 }
    count.inVainAt = count.inVainAt.filter((at) => at + WINDOW_MS > monotonicNow())
    return count
  }

  function check({ inVainAt, underWay }: Count): void {
    const inVain = inVainAt.length
    const most = inVain + REQUESTS_OF_ONE * (underWay + 1)
    if (inVain + underWay < MAX_IN_VAIN && most <= MAX_REQUESTS) return
    const oldest = inVainAt[0] ?? monotonicNow() - WINDOW_MS
    const seconds = Math.max(1, Math.ceil((oldest + WINDOW_MS - monotonicNow()) / 1000))
    throw new PortalSsoError(
      'too_many_requests',
      `Too many sign-ins have failed from here. Please try again in ${seconds} seconds.`,
      { headers: { 'Retry-After': String(seconds) } },
    )
  }

  return {
    begin(client) {
      if (client === undefined) return () => {}
      const count = countOf(client)
      check(count)
      count.underWay++
      counts.set(client, count)
      return (requestsInVain) => {
        count.underWay--
        const now = countOf(client)
        now.inVainAt = [...now.inVainAt, ...Array(requestsInVain).fill(monotonicNow())]
        counts.set(client, now)
      }
    },
  }
}
