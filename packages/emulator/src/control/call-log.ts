import type { IncomingHttpHeaders } from 'node:http'
import type { Operation } from '../api/operations.js'
import type { Clock } from '../util/clock.js'
import { frozenCopy } from '../util/deep-freeze.js'

/** One request that reached the emulator's API, whatever came of it. */
export interface EmulatorCall {
  /** `unknown`: a path or method that is none of the four operations. */
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
}

export class CallLog {
  readonly #clock: Clock
  readonly #calls: EmulatorCall[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The entry is the log's own; the caller fills in `status` and `replayed`. */
  add(call: {
    operation: Operation | undefined
    method: string
    path: string
    headers: IncomingHttpHeaders
    params: ReadonlyMap<string, string>
  }): EmulatorCall {
    const { authorization: _, ...headers } = call.headers
    const idempotencyKey = headers['chargebee-idempotency-key']
    const entry: EmulatorCall = {
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
    this.#calls.push(entry)
    return entry
  }

  snapshot(): readonly Readonly<EmulatorCall>[] {
    return frozenCopy(this.#calls)
  }
}
