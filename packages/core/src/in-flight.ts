/** The work that is under way. `close()` takes no new work and waits for this. */
export interface InFlight {
  /** Hands `work` through, and counts it until it is over. */
  track<T>(work: Promise<T>): Promise<T>
  /** The same for work that no request waits for. Its failures are reported where they happen. */
  inBackground(work: Promise<unknown>): void
  isClosing(): boolean
  /** From now on no new work is taken. Resolves when nothing is under way. */
  close(): Promise<void>
}

export function createInFlight(): InFlight {
  const underWay = new Set<Promise<unknown>>()
  let isClosing = false

  function track<T>(work: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = work.then(
      () => underWay.delete(settled),
      () => underWay.delete(settled),
    )
    underWay.add(settled)
    return work
  }

  return {
    track,
    inBackground: (work) => void track(work).catch(() => {}),
    isClosing: () => isClosing,
    async close() {
      isClosing = true
      // Work that is under way may start more in the background.
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
