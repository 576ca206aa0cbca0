import { validateHeaderName, validateHeaderValue } from 'node:http'
import { type Answer, answerForStatus } from '../api/chargebee-errors.js'
import {
  isOperationPattern,
  OPERATION_CHOICE,
  type Operation,
  type OperationPattern,
} from '../api/operations.js'

/**
 * How a call goes wrong on the connection:
 * - `no-headers`: received, not processed, never answered;
 * - `no-end`: the answer begins and its body never ends;
 * - `truncated`: the answer begins and the connection closes in the middle of its body;
 * - `reset`: the connection is reset, the call is not processed;
 * - `reset-after`: the call is processed, then the connection is reset without an answer.
 *
 * `no-end` and `truncated` spoil the true answer, so the call is processed, unless the rule brings its own.
 */
export type FaultKind = 'no-headers' | 'no-end' | 'truncated' | 'reset' | 'reset-after'

/** How the next calls go wrong. Without `status`, `body` and `kind` a call is only late, by `delayMs`. */
export interface FaultRule {
  operation: OperationPattern
  /** How many calls it is good for; `Infinity` for all that follow. Default 1. */
  times?: number
  /** Alone it brings Chargebee's own error body for that status (an HTML page for 502, 504 and the like). */
  status?: number
  headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON; text that begins with `<` as HTML unless `headers` says otherwise. */
  body?: string | Uint8Array | object
  kind?: FaultKind
  /** How long the call waits, in milliseconds of the machine, before all that; alone it only makes it slow. */
  delayMs?: number
}

export interface Fault {
  readonly kind?: FaultKind
  readonly delayMs?: number
  /** Sent instead of processing the call. */
  readonly answer?: Answer
}

const KINDS: readonly FaultKind[] = ['no-headers', 'no-end', 'truncated', 'reset', 'reset-after']
const WITHOUT_ANSWER: ReadonlySet<FaultKind> = new Set(['no-headers', 'reset', 'reset-after'])
const FIELDS: ReadonlySet<string> = new Set([
  'operation',
  'times',
  'status',
  'headers',
  'body',
  'kind',
  'delayMs',
])
const MAX_DELAY_MS = 600_000
const MAX_RULES = 1000

interface PendingFault {
  readonly operation: OperationPattern
  readonly fault: Fault
  times: number
}

/** Rules in the order in which they were given; the first that fits a call is used, and used up. */
export class Faults {
  #pending: PendingFault[] = []

  /** @throws {TypeError} what is wrong with the rule */
  add(rule: FaultRule): () => void {
    checkRule(rule)
    const answer = toAnswer(rule)
    const { kind, delayMs } = rule
    const fault: Fault = {
      ...(kind && { kind }),
      ...(delayMs !== undefined && { delayMs }),
      ...(answer && { answer }),
    }
    if (this.#pending.length >= MAX_RULES) throw new TypeError(`fail: at most ${MAX_RULES} rules at a time`)
    const pending = { operation: rule.operation, fault, times: rule.times ?? 1 }
    this.#pending.push(pending)
    return () => this.#remove(pending)
  }

  /** What is left of each rule. */
  state(): { operation: OperationPattern; times: number | 'Infinity'; does: string }[] {
    return this.#pending.map(({ operation, times, fault }) => ({
      operation,
      times: Number.isFinite(times) ? times : 'Infinity',
      does: [fault.delayMs && `after ${fault.delayMs} ms`, fault.answer?.status, fault.kind]
        .filter(Boolean)
        .join(', '),
    }))
  }

  clear(): void {
    this.#pending = []
  }

  take(operation: Operation | 'unknown'): Fault | undefined {
    const pending = this.#pending.find((rule) => rule.operation === '*' || rule.operation === operation)
    if (pending === undefined) return undefined
    pending.times -= 1
    if (pending.times <= 0) this.#remove(pending)
    return pending.fault
  }

  #remove(pending: PendingFault): void {
    this.#pending = this.#pending.filter((other) => other !== pending)
  }
}

function toAnswer({ status, headers, body }: FaultRule): Answer | undefined {
  if (status === undefined && body === undefined) return undefined
  const given = Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  )
  if (body === undefined) {
    const plain = answerForStatus(status ?? 200)
    return { ...plain, headers: { ...plain.headers, ...given } }
  }
  // Not instanceof: under Jest a test's Buffer comes from another realm.
  const raw = typeof body === 'string' || ArrayBuffer.isView(body) ? (body as string | Uint8Array) : undefined
  const type = typeof body === 'string' && body.startsWith('<') ? 'text/html' : 'application/json'
  return {
    status: status ?? 200,
    headers: { 'content-type': `${type};charset=utf-8`, ...given },
    body: raw ?? JSON.stringify(body),
  }
}

function checkRule(rule: FaultRule): void {
  if (typeof rule !== 'object' || rule === null)
    throw new TypeError("fail(rule): a rule like { operation: 'create' }")
  const unknown = Object.keys(rule).find((field) => !FIELDS.has(field))
  if (unknown !== undefined) {
    throw new TypeError(`fail: there is no '${unknown}'; a rule has ${[...FIELDS].join(', ')}`)
  }
  const { operation, times, status, headers, body, kind, delayMs } = rule
  if (!isOperationPattern(operation)) {
    throw new TypeError(`fail: operation is ${OPERATION_CHOICE}; got ${JSON.stringify(operation)}`)
  }
  if (times !== undefined && times !== Number.POSITIVE_INFINITY && !(Number.isInteger(times) && times > 0)) {
    throw new TypeError(`fail: times is a whole number from 1, or Infinity; got ${String(times)}`)
  }
  if (status !== undefined && !(Number.isInteger(status) && status >= 200 && status <= 599)) {
    throw new TypeError(`fail: status is a whole number from 200 to 599; got ${String(status)}`)
  }
  if (kind !== undefined && !KINDS.includes(kind)) {
    throw new TypeError(
      `fail: kind is ${KINDS.map((name) => `'${name}'`).join(', ')}; got ${JSON.stringify(kind)}`,
    )
  }
  if (body !== undefined && typeof body !== 'string' && (typeof body !== 'object' || body === null)) {
    throw new TypeError('fail: body is a string, bytes (a Buffer) or an object (sent as JSON)')
  }
  if (delayMs !== undefined && !(Number.isInteger(delayMs) && delayMs >= 0 && delayMs <= MAX_DELAY_MS)) {
    throw new TypeError(
      `fail: delayMs is a whole number of milliseconds up to ${MAX_DELAY_MS}; got ${String(delayMs)}`,
    )
  }
  checkHeaders(headers)
  const hasAnswer = status !== undefined || body !== undefined
  if (headers !== undefined && !hasAnswer) throw new TypeError('fail: headers go with a status or a body')
  if (kind === undefined && delayMs === undefined && !hasAnswer)
    throw new TypeError('fail: say what should happen: status, body, kind or delayMs')
  if (kind !== undefined && hasAnswer && WITHOUT_ANSWER.has(kind)) {
    throw new TypeError(`fail: kind '${kind}' sends no answer, so status and body mean nothing`)
  }
}

function checkHeaders(headers: unknown): void {
  if (headers === undefined) return
  if (typeof headers !== 'object' || headers === null)
    throw new TypeError('fail: headers is an object of strings')
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') throw new TypeError(`fail: header '${name}' is not a string`)
    // Both throw a TypeError that names the header.
    validateHeaderName(name)
    validateHeaderValue(name, value)
  }
}
