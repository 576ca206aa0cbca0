import { setMaxListeners } from 'node:events'

/** A point in time by which something must be over, however often it is tried on the way. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Milliseconds left; 0 once it has passed. */
  remainingMs(): number
  /** The work is over: what is still under way for it stops, and no timer stays behind. */
  end(): void
}

// Made once: an abort without a reason makes an error with a stack, for every request.
const OVER = new Error('the deadline has passed, or the work is over')

export function startDeadline(ms: number): Deadline {
  const end = performance.now() + ms
  const controller = new AbortController()
  // As many calls hang on it as a browser has sessions; that is no leak.
  setMaxListeners(0, controller.signal)
  // Not AbortSignal.timeout(): where only a chain of signals leads to it, garbage collection can take its timer along.
  const timer = setTimeout(() => controller.abort(OVER), ms)
  return {
    signal: controller.signal,
    remainingMs: () => Math.max(0, end - performance.now()),
    end: () => {
      clearTimeout(timer)
      controller.abort(OVER)
    },
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
