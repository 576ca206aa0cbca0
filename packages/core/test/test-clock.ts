import type { Clock } from '../src/time/clock.js'

export interface TestClock extends Clock {
  /** It is so much later; what is due by then runs, in order, and starts what it starts then. */
  advance(ms: number): Promise<void>
  /** Lets time pass until the next thing is due; returns how much that was. */
  advanceToNext(): Promise<number>
  /** How much waits for a deadline, or ends at one. */
  deadlines(): number
  /** How much is left to the background. */
  scheduled(): number
}

interface Timer {
  readonly at: number
  readonly work: () => void
  readonly isBackground?: true
}

/**
 * A clock that stands still until it is told to go on. Only what waits by itself, as for another try, does not wait to be
 * told: time passes for it at once.
 */
export function testClock(from = 1_800_000_000_000): TestClock {
  let now = from
  const timers = new Map<symbol, Timer>()
  const nextDue = () => [...timers].sort(([, a], [, b]) => a.at - b.at)[0]

  function start(timer: Timer): () => void {
    const key = Symbol()
    timers.set(key, timer)
    return () => void timers.delete(key)
  }

  async function passUntil(until: number): Promise<void> {
    now = Math.max(now, until)
    for (let next = nextDue(); next && next[1].at <= now; next = nextDue()) {
      const [key, { work }] = next
      timers.delete(key)
      work()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  return {
    now: () => now,
    monotonicNow: () => now,
    wait: (ms) => passUntil(now + ms),
    schedule: (ms, work) => start({ at: now + ms, work }),
    scheduleInBackground: (ms, work) => start({ at: now + ms, work, isBackground: true }),
    advance: (ms) => passUntil(now + ms),
    async advanceToNext() {
      const next = nextDue()
      if (!next) throw new Error('nothing is due')
      const ms = Math.max(0, next[1].at - now)
      await passUntil(next[1].at)
      return ms
    },
    deadlines: () => [...timers.values()].filter(({ isBackground }) => !isBackground).length,
    scheduled: () => [...timers.values()].filter(({ isBackground }) => isBackground).length,
  }
}
