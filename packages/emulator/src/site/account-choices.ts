import { BoundedMap } from '../util/bounded-map.js'
import type { Clock } from '../util/clock.js'
import { randomText } from '../util/random.js'

/** How long a person may look at the list of accounts; ours, Chargebee's is not documented. */
const WINDOW_MS = 10 * 60 * 1000
const MAX_CHOICES = 1000

/** One person who gave the right password and has yet to say for which of several customers. */
export interface AccountChoice {
  readonly customerIds: readonly string[]
  /** Of the host; without one the choice leads into the portal. */
  readonly returnUrl?: string
}

/** Choices that wait, each good for one time: the page holds a ticket and not the password. */
export class AccountChoices {
  readonly #clock: Clock
  readonly #waiting = new BoundedMap<string, AccountChoice & { readonly madeAtMs: number }>(MAX_CHOICES)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @returns the ticket */
  add(choice: AccountChoice): string {
    this.#forgetOld()
    const ticket = randomText(32)
    this.#waiting.set(ticket, { ...choice, madeAtMs: this.#clock.nowMs() })
    return ticket
  }

  take(ticket: string): AccountChoice | undefined {
    this.#forgetOld()
    const choice = this.#waiting.get(ticket)
    this.#waiting.delete(ticket)
    return choice
  }

  #forgetOld(): void {
    // Insertion order is age: the clock only moves forward.
    for (const [ticket, { madeAtMs }] of this.#waiting) {
      if (this.#clock.nowMs() - madeAtMs < WINDOW_MS) return
      this.#waiting.delete(ticket)
    }
  }
}
