import { setImmediate } from 'node:timers'
import type { Clock } from './clock.js'

/** What a deadline is measured by. */
export type DeadlineClock = Pick<Clock, 'monotonicNow' | 'schedule'>

/** What {@link Deadline.waitFor} gives where the work has given nothing in time. */
export const EXPIRED: unique symbol = Symbol('expired')

/** A point in time by which something must be over, however often it is tried on the way. */
export interface Deadline {
  /** Milliseconds left; 0 once it has passed. */
  remainingMs(): number
  /** The time is up, or the work is done: nothing of it is to go on. */
  hasEnded(): boolean
  /** Calls `listener` when the deadline ends, also because the work is done. Returns what prevents it. */
  onEnd(listener: () => void): () => void
  /** The work is done: what is still under way for it stops, and no timer stays behind. */
  end(): void
  /** What `work` gives, or {@link EXPIRED} when the deadline ends first; the work is not stopped, only left alone. */
  waitFor<T>(work: PromiseLike<T> | T): Promise<T | typeof EXPIRED>
}

/**
 * Not an AbortSignal: a chain of them can lose its timer to garbage collection (github.com/nodejs/undici/issues/4068),
 * and one for each request, with all that hangs on it, takes more time than the rest of what a deadline does.
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
        // What is there already counts, however late it is asked for.
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

/** What `work` gives, or {@link EXPIRED} if it has given nothing in `ms`; it is not stopped, only left alone. */
export function waitAtMost<T>(
  clock: DeadlineClock,
  ms: number,
  work: PromiseLike<T> | T,
): Promise<T | typeof EXPIRED> {
  return withDeadline(clock, ms, (deadline) => deadline.waitFor(work))
}

export class OutOfTime extends Error {}
