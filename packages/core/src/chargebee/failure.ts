import { OutOfTime } from '../time/deadline.js'
import { QueueFull } from './call-queue.js'
import type { Exchange } from './http-client.js'

/**
 * - `timeout`: the deadline passed.
 * - `network`: no answer at all.
 * - `broken`: an answer that is none of Chargebee's: a redirect, not JSON, cut off, no portal session in it.
 * - `busy`: Chargebee can't answer now (409, 429, 5xx), or too many calls wait already (no status).
 * - `refused`: Chargebee does not do what was asked.
 */
export type FailureKind = 'timeout' | 'network' | 'broken' | 'busy' | 'refused'

export interface ChargebeeFailureInit {
  /** The status of the answer. @default 0: there was none */
  readonly status?: number
  /** Chargebee's `api_error_code`, such as `resource_not_found`. */
  readonly apiErrorCode?: string | undefined
  /** The older `error_code`, which can be more exact, such as `UNSUPPORTED_PORT`. */
  readonly errorCode?: string | undefined
  readonly retryAfterMs?: number | undefined
  /** Node's code for a network failure, such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`. */
  readonly networkCode?: string | undefined
}

/**
 * A call that gave no portal session. Holds codes of Chargebee's answer, never its texts, which may quote what was
 * sent: an error is logged, inspected and passed on by people who don't expect a customer's data in it.
 */
export class ChargebeeFailure extends Error {
  override readonly name = 'ChargebeeFailure'
  readonly status: number
  readonly apiErrorCode: string | undefined
  readonly errorCode: string | undefined
  readonly retryAfterMs: number | undefined
  readonly networkCode: string | undefined
  /** How many requests were sent for it, all tries together. */
  requestsSent = 0

  constructor(
    readonly kind: FailureKind,
    { status = 0, apiErrorCode, errorCode, retryAfterMs, networkCode }: ChargebeeFailureInit = {},
  ) {
    super(`Chargebee: ${kind}${status ? ` (${[status, apiErrorCode].filter(Boolean).join(' ')})` : ''}`)
    this.status = status
    this.apiErrorCode = apiErrorCode
    this.errorCode = errorCode
    this.retryAfterMs = retryAfterMs
    this.networkCode = networkCode
  }

  /** Chargebee's own code says that there is no such thing. Any other 404 may come from a proxy in between. */
  get isNotFound(): boolean {
    return this.status === 404 && this.apiErrorCode === 'resource_not_found'
  }

  /**
   * Chargebee does not confirm a sign-in. The answer is not documented, so this holds for every answer that may mean it.
   */
  get isDenial(): boolean {
    const isWrongState = this.status === 409 && this.apiErrorCode === 'invalid_state_for_request'
    return this.isNotFound || this.status === 400 || isWrongState
  }
}

/** Turns what the SDK throws (plain objects mostly, its own errors with a wrong status, network errors) into one class. */
export function toChargebeeFailure(error: unknown, exchange: Exchange, now: number): ChargebeeFailure {
  if (error instanceof OutOfTime || exchange.deadline.hasEnded())
    return new ChargebeeFailure('timeout', { status: exchange.status ?? 0 })
  if (error instanceof QueueFull) return new ChargebeeFailure('busy')
  const status = exchange.status ?? toStatus(error)
  if (status === undefined) return new ChargebeeFailure('network', { networkCode: toNetworkCode(error) })
  if (status === 409 || status === 429 || status >= 500) {
    const retryAfterMs = toRetryAfterMs(exchange.retryAfter, now)
    return new ChargebeeFailure('busy', {
      status,
      apiErrorCode: toCode(error, 'api_error_code'),
      retryAfterMs,
    })
  }
  if (status < 400) return new ChargebeeFailure('broken', { status })
  // Chargebee's own refusals are JSON objects; the SDK hands them on as they are, with what it adds itself.
  const apiErrorCode = error instanceof Error ? undefined : toCode(error, 'api_error_code')
  return new ChargebeeFailure('refused', { status, apiErrorCode, errorCode: toCode(error, 'error_code') })
}

function toCode(error: unknown, field: 'api_error_code' | 'error_code'): string | undefined {
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return undefined
  const value = (error as Record<string, unknown>)[field]
  return typeof value === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(value) ? value : undefined
}

/** `Retry-After` as seconds or as an HTTP date (RFC 9110, section 10.2.3); `undefined` for anything else. */
export function toRetryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const date = /^[A-Z][a-z]{2}, /.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** The status that the SDK gives, which is right for answers in JSON. */
function toStatus(error: unknown): number | undefined {
  if (error instanceof Error || typeof error !== 'object' || error === null) return undefined
  const { http_status_code: status } = error as { http_status_code?: unknown }
  return typeof status === 'number' ? status : undefined
}

function toNetworkCode(error: unknown): string | undefined {
  const { code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : undefined
}
