import type { Clock } from '../util/clock.js'
import type { Answer } from './chargebee-errors.js'

/** Source: Chargebee's page on idempotent requests: 30 minutes, keys of at most 100 characters. */
const WINDOW_MS = 30 * 60 * 1000
export const MAX_KEY_LENGTH = 100

interface Stored {
  readonly payload: string
  readonly answer: Answer
  readonly storedAtMs: number
}

/** Answers by idempotency key. What succeeded is replayed; whether Chargebee replays refusals is not known. */
export class IdempotencyKeys {
  readonly #clock: Clock
  readonly #stored = new Map<string, Stored>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The answer to replay, `'other-payload'` when the key belongs to another request, or `undefined`. */
  find(key: string, payload: string): Answer | 'other-payload' | undefined {
    this.#forgetOld()
    const stored = this.#stored.get(key)
    if (stored === undefined) return undefined
    return stored.payload === payload ? stored.answer : 'other-payload'
  }

  store(key: string, payload: string, answer: Answer): void {
    this.#stored.set(key, { payload, answer, storedAtMs: this.#clock.nowMs() })
  }

  #forgetOld(): void {
    // Insertion order is age: the clock only moves forward.
    for (const [key, { storedAtMs }] of this.#stored) {
      if (this.#clock.nowMs() - storedAtMs < WINDOW_MS) return
      this.#stored.delete(key)
    }
  }
}
