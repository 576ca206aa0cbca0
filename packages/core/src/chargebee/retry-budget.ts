import type { Clock } from '../time/clock.js'

/**
 * Bounds how many calls are tried again, all calls together. Without it an outage would be met with three times the
 * traffic, all of it at the moment at which Chargebee comes back.
 */
export interface RetryBudget {
  /** A call is made for the first time, which earns a share of a retry. */
  noteCall(): void
  /** Takes one retry; `false`: there is none left. */
  take(): boolean
}

// The reserve covers a burst of single failures. A lasting outage uses it up.
const RESERVE = 50
const PER_SECOND = 5
const PER_CALL = 0.25

export function createRetryBudget({ now }: Pick<Clock, 'now'>): RetryBudget {
  let left = RESERVE
  let at = now()

  const earn = (retries: number) => {
    left = Math.min(RESERVE, left + retries)
  }

  return {
    noteCall: () => earn(PER_CALL),
    take() {
      const seconds = Math.max(0, now() - at) / 1000
      at = now()
      earn(seconds * PER_SECOND)
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
