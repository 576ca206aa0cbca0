import { createHash } from 'node:crypto'
import { BoundedMap } from '../util/bounded-map.js'
import type { Clock } from '../util/clock.js'
import type { Answer } from './chargebee-errors.js'

/** Source: Chargebee's page on idempotent requests: 30 minutes, keys of at most 100 characters. */
const WINDOW_MS = 30 * 60 * 1000
export const MAX_KEY_LENGTH = 100
const MAX_KEYS = 10_000

interface Stored {
  /** Its digest. */
  readonly payload: string
  readonly answer: Answer
  readonly storedAtMs: number
}

/** Answers by idempotency key. What succeeded is replayed; whether Chargebee replays refusals is not known. */
export class IdempotencyKeys {
  readonly #clock: Clock
  readonly #stored = new BoundedMap<string, Stored>(MAX_KEYS)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The answer to replay, `'other-payload'` when the key belongs to another request, or `undefined`. */
  find(key: string, payload: string): Answer | 'other-payload' | undefined {
    this.#forgetOld()
    const stored = this.#stored.get(key)
    if (stored === undefined) return undefined
    return stored.payload === digestOf(payload) ? stored.answer : 'other-payload'
  }

  store(key: string, payload: string, answer: Answer): void {
    this.#stored.set(key, { payload: digestOf(payload), answer, storedAtMs: this.#clock.nowMs() })
  }

  #forgetOld(): void {
    // Insertion order is age: the clock only moves forward.
    for (const [key, { storedAtMs }] of this.#stored) {
      if (this.#clock.nowMs() - storedAtMs < WINDOW_MS) return
      this.#stored.delete(key)
    }
  }
}

/** A payload may have 64 KB; a key remembers less. */
function digestOf(payload: string): string {
  return createHash('sha256').update(payload).digest('base64')
}
