/** All time that core waits for goes by this clock, deadlines included. So tests decide what time it is. */
export interface Clock {
  /** Milliseconds since 1970; they jump when the system's time is set. */
  now(): number
  /** Milliseconds since a fixed moment; they never jump. */
  monotonicNow(): number
  wait(ms: number): Promise<void>
  /** Runs `work` later. Returns what cancels it. */
  schedule(ms: number, work: () => void): () => void
  /** The same, without keeping the process alive for it. */
  scheduleInBackground(ms: number, work: () => void): () => void
}

// Node's timers fire at once for anything longer.
const MAX_TIMER_MS = 2 ** 31 - 1

function startTimer(ms: number, work: () => void): NodeJS.Timeout {
  return setTimeout(work, Math.min(ms, MAX_TIMER_MS))
}

export const systemClock: Clock = {
  now: Date.now,
  monotonicNow: () => performance.now(),
  wait: (ms) => new Promise((resolve) => startTimer(ms, resolve)),
  schedule(ms, work) {
    const timer = startTimer(ms, work)
    return () => clearTimeout(timer)
  },
  scheduleInBackground(ms, work) {
    const timer = startTimer(ms, work).unref()
    return () => clearTimeout(timer)
  },
}
