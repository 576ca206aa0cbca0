import type { ApiConfig } from '../site/api-options.js'
import type { Clock } from '../util/clock.js'
import { type Answer, chargebeeError } from './chargebee-errors.js'

const MINUTE_MS = 60_000

/** The site's limits on calls: so many in a minute, and so many at the same time. */
export class Limits {
  readonly #config: Pick<ApiConfig, 'rateLimit' | 'maxConcurrent'>
  readonly #clock: Clock
  #minuteStartMs = Number.NEGATIVE_INFINITY
  #inMinute = 0
  #underWay = 0

  constructor(config: Pick<ApiConfig, 'rateLimit' | 'maxConcurrent'>, clock: Clock) {
    this.#config = config
    this.#clock = clock
  }

  /** @returns what takes the call's place back, or the refusal */
  enter(): (() => void) | Answer {
    const { rateLimit, maxConcurrent } = this.#config
    const now = this.#clock.nowMs()
    if (now - this.#minuteStartMs >= MINUTE_MS) {
      this.#minuteStartMs = now
      this.#inMinute = 0
    }
    this.#inMinute += 1
    if (rateLimit !== false && this.#inMinute > rateLimit) {
      return tooMany(Math.max(1, Math.ceil((this.#minuteStartMs + MINUTE_MS - now) / 1000)))
    }
    if (maxConcurrent !== false && this.#underWay >= maxConcurrent) return tooMany(1)
    this.#underWay += 1
    return () => {
      this.#underWay -= 1
    }
  }
}

function tooMany(seconds: number): Answer {
  const answer = chargebeeError(429)
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } }
}
