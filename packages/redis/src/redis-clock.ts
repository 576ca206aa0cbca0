/** A point in the time of Redis, in whole microseconds since 1970. */
export type Micros = number

/** What a reply says of the time: the server's, read at some moment between the two of our own. */
export interface TimeSample {
  /** Our monotonic clock in milliseconds when the command was written. */
  readonly sentMs: number
  /** The same when its reply had been read. */
  readonly receivedMs: number
  readonly serverUs: Micros
}

/**
 * The time of Redis, as far as it can be known from here: bounds, never a guess. Wall clocks of machines are not
 * compared; each process compares its own monotonic clock with the one of Redis.
 */
export interface RedisClock {
  /** Takes in what a reply says. */
  learn(sample: TimeSample): void
  /** Whether any reply has been read, so that the other two can answer. */
  isSet(): boolean
  /** The earliest that the server's clock can have shown at that moment of ours. */
  earliest(atMs: number): Micros
  /** The server's time in the last reply that was read; 0 before the first. */
  lastSeen(): Micros
}

// Clocks of machines drift by up to about 100 ppm; two of them, each in its own direction.
const DRIFT = 200e-6

interface Bounds {
  readonly atMs: number
  /** Server's microseconds minus ours, at `atMs`. */
  readonly low: number
  readonly high: number
}

export function createRedisClock(): RedisClock {
  let best: Bounds | undefined
  let seen = 0

  function widened({ atMs, low, high }: Bounds, toMs: number): Bounds {
    const error = Math.abs(toMs - atMs) * 1000 * DRIFT
    return { atMs: toMs, low: low - error, high: high + error }
  }

  return {
    learn({ sentMs, receivedMs, serverUs }) {
      seen = serverUs
      const fresh = { atMs: receivedMs, low: serverUs - receivedMs * 1000, high: serverUs - sentMs * 1000 }
      const before = best && widened(best, receivedMs)
      // Bounds that exclude each other: another server answers, or its clock was set. What is new is what is true.
      if (!before || fresh.low > before.high || fresh.high < before.low) {
        best = fresh
        return
      }
      best = {
        atMs: receivedMs,
        low: Math.max(fresh.low, before.low),
        high: Math.min(fresh.high, before.high),
      }
    },
    isSet: () => best !== undefined,
    earliest(atMs) {
      if (!best) throw new Error('the time of Redis is not known yet')
      return Math.floor(atMs * 1000 + widened(best, atMs).low)
    },
    lastSeen: () => seen,
  }
}
