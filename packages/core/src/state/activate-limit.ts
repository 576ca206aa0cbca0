import { PortalSsoError } from '../errors.js'
import { boundedCache } from '../time/bounded-cache.js'
import type { Clock } from '../time/clock.js'

/**
 * Counts by client which Activates came to nothing, since whoever knows nothing but the address of the callback can
 * cause one. There is no count of all clients together: one of them could use it up for everybody.
 */
export interface ActivateLimit {
  /**
   * One is made now; what is returned takes how many requests it has sent in vain.
   * @param client `undefined`: not known, and not counted
   * @throws PortalSsoError `too_many_requests`, with `Retry-After`
   */
  begin(client: string | undefined): (requestsInVain: number) => void
}

const MAX_IN_VAIN = 10
const WINDOW_MS = 60_000
// Some 200 bytes each.
const MAX_CLIENTS = 10_000

interface Count {
  inVain: number
  underWay: number
  endsAt: number
}

export function createActivateLimit({ monotonicNow }: Pick<Clock, 'monotonicNow'>): ActivateLimit {
  const counts = boundedCache<Count>({ max: MAX_CLIENTS, now: monotonicNow })

  function countOf(client: string): Count {
    const now = monotonicNow()
    const count = counts.get(client) ?? { inVain: 0, underWay: 0, endsAt: now + WINDOW_MS }
    if (count.endsAt <= now) Object.assign(count, { inVain: 0, endsAt: now + WINDOW_MS })
    return count
  }

  function check({ inVain, underWay, endsAt }: Count): void {
    if (inVain + underWay < MAX_IN_VAIN) return
    const seconds = Math.max(1, Math.ceil((endsAt - monotonicNow()) / 1000))
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
        now.inVain += requestsInVain
        counts.set(client, now)
      }
    },
  }
}
