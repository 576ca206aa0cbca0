/** Time as core sees it, so that tests can let hours pass. Deadlines are not in it: they bound real waiting. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  wait(ms: number): Promise<void>
  /** Runs `work` later, without keeping the process alive for it. Returns what cancels it. */
  schedule(ms: number, work: () => void): () => void
}

export const systemClock: Clock = {
  now: Date.now,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  schedule(ms, work) {
    const timer = setTimeout(work, ms).unref()
    return () => clearTimeout(timer)
  },
}
