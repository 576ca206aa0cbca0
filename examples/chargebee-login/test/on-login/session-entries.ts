import { setTimeout as delay } from 'node:timers/promises'

/** A session store of a test, whatever interface a framework wants of it. It takes its time, as a database does. */
export class SessionEntries {
  readonly #entries = new Map<string, string>()
  readonly #onWritten: () => void
  /** So many of the next writes fail. */
  failures = 0

  /** @param onWritten is called whenever an entry has been written */
  constructor(onWritten: () => void) {
    this.#onWritten = onWritten
  }

  get(key: string): unknown {
    const entry = this.#entries.get(key)
    return entry === undefined ? undefined : JSON.parse(entry)
  }

  async set(key: string, data: unknown): Promise<void> {
    const entry = JSON.stringify(data)
    await delay(30)
    if (this.failures-- > 0) throw new Error('The session store of the test is broken.')
    this.#entries.set(key, entry)
    this.#onWritten()
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }
}
