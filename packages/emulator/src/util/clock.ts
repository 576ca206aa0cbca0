/** The emulator's own time: the machine's, plus what `advance` added. */
export class Clock {
  readonly #machineMs: () => number
  #aheadMs = 0

  constructor(machineMs: () => number = Date.now) {
    this.#machineMs = machineMs
  }

  /** Milliseconds since the epoch. */
  nowMs(): number {
    return this.#machineMs() + this.#aheadMs
  }

  /** Seconds since the epoch, whole: the unit of every time in Chargebee's API. */
  nowSeconds(): number {
    return Math.floor(this.nowMs() / 1000)
  }

  /** Only forwards: Chargebee's clock does not run back either. */
  advance(ms: number): void {
    if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0) {
      throw new TypeError(`advance(ms): milliseconds to move the clock forward, 0 or more; got ${String(ms)}`)
    }
    this.#aheadMs += ms
  }
}
