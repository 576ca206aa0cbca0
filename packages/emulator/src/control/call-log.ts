import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from '../api/chargebee-errors.js'
import type { Operation } from '../api/operations.js'
import { BoundedMap } from '../util/bounded-map.js'
import type { Clock } from '../util/clock.js'
import { frozenCopy } from '../util/plain-data.js'

/** One request that reached the emulator's API, whatever came of it. */
export interface EmulatorCall {
  /** Counts up from 1. */
  id: number
  /** `unknown`: a path or method that is none of the operations. */
  operation: Operation | 'unknown'
  method: string
  /** As on the request line, without the query. */
  path: string
  /** Lower-case names; without `authorization`, so that a failing test prints no key. */
  headers: Record<string, string | string[]>
  /** The form's names as sent, brackets included: `{ 'customer[id]': 'cus_1' }`. Empty if it was unreadable. */
  params: Record<string, string>
  /** `chargebee-idempotency-key`, if any. */
  idempotencyKey?: string
  /** The emulator's clock on arrival, milliseconds since the epoch. */
  at: number
  /** Of the answer; `null` until there is one, and for good when the call was cut or never answered. */
  status: number | null
  /** The answer was one stored for the same idempotency key. */
  replayed: boolean
  /** Of a refused call: why, in plain words. */
  why?: string
}

/** What is remembered; older calls are forgotten. Room for a soak test, and for no client to fill the memory. */
export const MAX_CALLS = 10_000
const MAX_CHARACTERS = 16_000_000
/** Calls without the right key have a share of their own: a stranger's calls push no others out. */
export const MAX_UNAUTHENTICATED = 500

/** Bodies of answers are for reading, on the front page: of the newest calls, and cut where they are long. */
export const MAX_ANSWERS = 100
export const MAX_ANSWER_CHARACTERS = 4_000

export class CallLog {
  readonly #clock: Clock
  /** With their sizes, oldest first. */
  readonly #calls = new Map<EmulatorCall, number>()
  readonly #unauthenticated = new Set<EmulatorCall>()
  readonly #answers = new BoundedMap<EmulatorCall, string>(MAX_ANSWERS)
  #characters = 0
  #lastId = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The entry is the log's own; `answered` fills it in. */
  add(call: {
    operation: Operation | undefined
    method: string
    path: string
    headers: IncomingHttpHeaders
    params: ReadonlyMap<string, string>
  }): EmulatorCall {
    const { authorization: _, ...headers } = call.headers
    const idempotencyKey = headers['chargebee-idempotency-key']
    this.#lastId += 1
    const entry: EmulatorCall = {
      id: this.#lastId,
      operation: call.operation ?? 'unknown',
      method: call.method,
      path: call.path,
      headers: headers as Record<string, string | string[]>,
      params: Object.fromEntries(call.params),
      ...(typeof idempotencyKey === 'string' && { idempotencyKey }),
      at: this.#clock.nowMs(),
      status: null,
      replayed: false,
    }
    const size = JSON.stringify(entry).length
    this.#calls.set(entry, size)
    this.#characters += size
    for (const oldest of this.#calls.keys()) {
      if (this.#calls.size <= MAX_CALLS && this.#characters <= MAX_CHARACTERS) break
      this.#forget(oldest)
    }
    return entry
  }

  answered(call: EmulatorCall, { status, headers, body }: Answer, why: string | undefined): void {
    call.status = status
    this.#answers.set(call, Buffer.from(body).toString().slice(0, MAX_ANSWER_CHARACTERS))
    call.replayed = headers['chargebee-idempotency-replayed'] === 'true'
    if (why !== undefined) call.why = why
    if (status !== 401 || !this.#calls.has(call)) return
    this.#unauthenticated.add(call)
    const [oldest] = this.#unauthenticated
    if (oldest !== undefined && this.#unauthenticated.size > MAX_UNAUTHENTICATED) this.#forget(oldest)
  }

  /** The newest, newest first. */
  newest(count: number): EmulatorCall[] {
    return [...this.#calls.keys()].slice(-count).reverse()
  }

  /** The body of its answer, as text; not of older calls. */
  answerOf(call: EmulatorCall): string | undefined {
    return this.#answers.get(call)
  }

  get size(): number {
    return this.#calls.size
  }

  snapshot(): readonly Readonly<EmulatorCall>[] {
    return frozenCopy([...this.#calls.keys()])
  }

  #forget(call: EmulatorCall): void {
    this.#characters -= this.#calls.get(call) ?? 0
    this.#calls.delete(call)
    this.#answers.delete(call)
    this.#unauthenticated.delete(call)
  }
}
