import { BoundedMap } from '../util/bounded-map.js'
import type { Clock } from '../util/clock.js'
import { randomText } from '../util/random.js'

/** How long a person may look at the list of accounts; ours, Chargebee's is not documented. */
const WINDOW_MS = 10 * 60 * 1000
const MAX_CHOICES = 1000

/** A right password that is good for several customers, of whom one has yet to be chosen. */
export interface AccountChoice<Visit> {
  readonly customerIds: readonly string[]
  /** The login to go on with. */
  readonly visit: Visit
}

/** Choices that wait, each good for one time: the page holds a ticket and not the password. */
export class AccountChoices<Visit> {
  readonly #clock: Clock
  readonly #waiting = new BoundedMap<string, AccountChoice<Visit> & { readonly madeAtMs: number }>(
    MAX_CHOICES,
  )

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @returns the ticket */
  add(choice: AccountChoice<Visit>): string {
    this.#forgetOld()
    const ticket = randomText(32)
    this.#waiting.set(ticket, { ...choice, madeAtMs: this.#clock.nowMs() })
    return ticket
  }

  look(ticket: string): AccountChoice<Visit> | undefined {
    this.#forgetOld()
    return this.#waiting.get(ticket)
  }

  take(ticket: string): AccountChoice<Visit> | undefined {
    const choice = this.look(ticket)
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
