import { setImmediate } from 'node:timers'
import type { Clock } from './clock.js'

/** What a deadline is measured by. */
export type DeadlineClock = Pick<Clock, 'monotonicNow' | 'schedule'>

/** What {@link Deadline.waitFor} gives when the deadline ends before the work. */
export const EXPIRED: unique symbol = Symbol('expired')

/** A point in time by which a piece of work must be over, all its tries together. */
export interface Deadline {
  /** Milliseconds left; 0 once it has passed. */
  remainingMs(): number
  /** The time is up, or the work is done. */
  hasEnded(): boolean
  /** Calls `listener` when the deadline ends, also because the work is done. Returns what prevents it. */
  onEnd(listener: () => void): () => void
  /** The work is done. Calls the listeners, and leaves no timer behind. */
  end(): void
  /** What `work` gives, or {@link EXPIRED} when the deadline ends first. The work itself goes on. */
  waitFor<T>(work: PromiseLike<T> | T): Promise<T | typeof EXPIRED>
}

/**
 * Not an AbortSignal. A chain of them can lose its timer to garbage collection (github.com/nodejs/undici/issues/4068),
 * and making one for each request takes more time than the rest of a deadline.
 */
export function startDeadline({ monotonicNow, schedule }: DeadlineClock, ms: number): Deadline {
  const endsAt = monotonicNow() + ms
  const listeners = new Set<() => void>()
  let hasEnded = false
  const end = () => {
    hasEnded = true
    cancelTimer()
    for (const listener of listeners) {
      listeners.delete(listener)
      listener()
    }
  }
  const cancelTimer = schedule(ms, end)

  function onEnd(listener: () => void): () => void {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  return {
    remainingMs: () => Math.max(0, endsAt - monotonicNow()),
    hasEnded: () => hasEnded,
    onEnd,
    end,
    waitFor: (work) =>
      new Promise((resolve, reject) => {
        const expire = () => resolve(EXPIRED)
        // A result that is there already counts, also after the end of the deadline.
        if (hasEnded) setImmediate(expire)
        const leave = onEnd(expire)
        Promise.resolve(work).then(resolve, reject).finally(leave)
      }),
  }
}

/** Runs `work` under a deadline of its own. */
export async function withDeadline<T>(
  clock: DeadlineClock,
  ms: number,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = startDeadline(clock, ms)
  try {
    return await work(deadline)
  } finally {
    deadline.end()
  }
}

/** What `work` gives, or {@link EXPIRED} after `ms`. The work itself goes on. */
export function waitAtMost<T>(
  clock: DeadlineClock,
  ms: number,
  work: PromiseLike<T> | T,
): Promise<T | typeof EXPIRED> {
  return withDeadline(clock, ms, (deadline) => deadline.waitFor(work))
}

export class OutOfTime extends Error {}
