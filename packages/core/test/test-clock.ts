import type { Clock } from '../src/time/clock.js'

export interface TestClock extends Clock {
  /** Lets time pass; what was scheduled for it runs, in order. */
  advance(ms: number): Promise<void>
  /** Lets time pass until the next thing is due; returns how much that was. */
  advanceToNext(): Promise<number>
  scheduled(): number
}

/** A clock that stands still until it is told to go on; waiting takes no time at all. */
export function testClock(start = 1_800_000_000_000): TestClock {
  let now = start
  const timers = new Map<symbol, { readonly at: number; readonly work: () => void }>()
  const nextDue = () => [...timers].sort(([, a], [, b]) => a.at - b.at)[0]

  async function advance(ms: number): Promise<void> {
    const until = now + ms
    for (let next = nextDue(); next && next[1].at <= until; next = nextDue()) {
      const [key, { at, work }] = next
      timers.delete(key)
      now = Math.max(now, at)
      work()
      await new Promise((resolve) => setImmediate(resolve))
    }
    now = until
  }

  return {
    now: () => now,
    async wait(ms) {
      now += ms
    },
    schedule(ms, work) {
      const key = Symbol()
      timers.set(key, { at: now + ms, work })
      return () => void timers.delete(key)
    },
    advance,
    async advanceToNext() {
      const next = nextDue()
      if (!next) throw new Error('nothing is scheduled')
      const ms = Math.max(0, next[1].at - now)
      await advance(ms)
      return ms
    },
    scheduled: () => timers.size,
  }
}
