/** A map that forgets its oldest entry when it would hold more than `max`: nothing a client sends fills the memory. */
export class BoundedMap<Key, Value> {
  readonly #max: number
  readonly #entries = new Map<Key, Value>()

  constructor(max: number) {
    this.#max = max
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)
  }

  /** @returns the value that had to go */
  set(key: Key, value: Value): Value | undefined {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#max) return undefined
    const [oldest] = this.#entries as Iterable<[Key, Value]>
    if (oldest === undefined) return undefined
    this.#entries.delete(oldest[0])
    return oldest[1]
  }

  delete(key: Key): void {
    this.#entries.delete(key)
  }

  /** Oldest first. */
  [Symbol.iterator](): IterableIterator<[Key, Value]> {
    return this.#entries[Symbol.iterator]()
  }

  values(): IterableIterator<Value> {
    return this.#entries.values()
  }

  get size(): number {
    return this.#entries.size
  }
}
