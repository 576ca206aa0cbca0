/** A point in time by which something must be over, however often it is tried on the way. */
export interface Deadline {
  /** Milliseconds left; 0 once it has passed. */
  remainingMs(): number
  /** The time is up, or the work is over: nothing of it is to go on. */
  isOver(): boolean
  /** Tells `listener` when it is over, unless the returned function is called before. */
  onOver(listener: () => void): () => void
  /** The work is over: what is still under way for it stops, and no timer stays behind. */
  end(): void
}

/**
 * Not an AbortSignal: a chain of them can lose its timer to garbage collection (github.com/nodejs/undici/issues/4068),
 * and one for each request, with all that hangs on it, takes more time than the rest of what a deadline does.
 */
export function startDeadline(ms: number): Deadline {
  const endsAt = performance.now() + ms
  const listeners = new Set<() => void>()
  let isOver = false
  const end = () => {
    isOver = true
    clearTimeout(timer)
    for (const listener of listeners) {
      listeners.delete(listener)
      listener()
    }
  }
  const timer = setTimeout(end, ms)
  return {
    remainingMs: () => Math.max(0, endsAt - performance.now()),
    isOver: () => isOver,
    onOver(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    end,
  }
}

/** Runs `work` under a deadline of its own. */
export async function withDeadline<T>(ms: number, work: (deadline: Deadline) => Promise<T>): Promise<T> {
  const deadline = startDeadline(ms)
  try {
    return await work(deadline)
  } finally {
    deadline.end()
  }
}

export class OutOfTime extends Error {}

/**
 * What `work` gives, if it does before the deadline.
 * @throws OutOfTime else; the work is not stopped by this, only left alone
 */
export function untilOver<T>(deadline: Pick<Deadline, 'onOver'>, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = deadline.onOver(() => reject(new OutOfTime('out of time')))
    work.then(resolve, reject).finally(leave)
  })
}

export const EXPIRED: unique symbol = Symbol('expired')

/** What `promise` gives, or {@link EXPIRED} if it has given nothing in `ms`; it is not stopped, only left alone. */
export async function settleWithin<T>(ms: number, promise: PromiseLike<T> | T): Promise<T | typeof EXPIRED> {
  let timer: NodeJS.Timeout | undefined
  const expiry = new Promise<typeof EXPIRED>((resolve) => {
    timer = setTimeout(() => resolve(EXPIRED), ms)
  })
  try {
    return await Promise.race([promise, expiry])
  } finally {
    clearTimeout(timer)
  }
}
