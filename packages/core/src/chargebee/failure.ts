import type { Operation } from '../events.js'
import { OutOfTime } from '../time/deadline.js'
import { QueueFull } from './call-queue.js'
import type { Exchange } from './http-client.js'

/**
 * - `timeout`: the deadline passed.
 * - `network`: no answer at all.
 * - `broken`: an answer that is none of Chargebee's: a redirect, not JSON, cut off, no portal session in it.
 * - `busy`: Chargebee can't now (409, 429, 5xx), or too many calls wait for it already (no status).
 * - `refused`: Chargebee won't.
 */
export type FailureKind = 'timeout' | 'network' | 'broken' | 'busy' | 'refused'

/**
 * A call that gave no portal session. Holds codes of Chargebee's answer, never its texts, which may quote what was
 * sent: an error is logged, inspected and passed on by people who don't expect a customer's data in it.
 */
export class ChargebeeFailure extends Error {
  override readonly name = 'ChargebeeFailure'
  constructor(
    readonly kind: FailureKind,
    /** The status of the answer; 0 without one. */
    readonly status: number,
    /** Chargebee's `api_error_code`, such as `resource_not_found`. */
    readonly apiErrorCode?: string,
    /** The older `error_code`, which can be more exact, such as `UNSUPPORTED_PORT`. */
    readonly errorCode?: string,
    readonly retryAfterMs?: number,
    /** Node's code of what went wrong on the way, such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`. */
    readonly networkCode?: string,
  ) {
    super(`Chargebee: ${kind}${status ? ` (${[status, apiErrorCode].filter(Boolean).join(' ')})` : ''}`)
  }

  /** Chargebee says in its own words that there is no such thing; any other 404 may come from something in between. */
  get isNotFound(): boolean {
    return this.status === 404 && this.apiErrorCode === 'resource_not_found'
  }

  /** A sign-in that Chargebee does not confirm. Undocumented, so all answers that may mean it: no setting is blamed. */
  get isDenial(): boolean {
    const isWrongState = this.status === 409 && this.apiErrorCode === 'invalid_state_for_request'
    return this.isNotFound || this.status === 400 || isWrongState
  }
}

/** Turns what the SDK throws (plain objects mostly, its own errors with a wrong status, network errors) into one class. */
export function toChargebeeFailure(error: unknown, exchange: Exchange, now: number): ChargebeeFailure {
  if (error instanceof OutOfTime || exchange.deadline.hasEnded())
    return new ChargebeeFailure('timeout', exchange.status ?? 0)
  const status = exchange.status ?? toStatus(error)
  if (error instanceof QueueFull) return new ChargebeeFailure('busy', 0)
  if (status === undefined)
    return new ChargebeeFailure('network', 0, undefined, undefined, undefined, toNetworkCode(error))
  const retryAfterMs = toRetryAfterMs(exchange.retryAfter, now)
  if (status === 409 || status === 429 || status >= 500) {
    return new ChargebeeFailure('busy', status, toCode(error, 'api_error_code'), undefined, retryAfterMs)
  }
  // Chargebee's own refusals are JSON objects; the SDK hands them on as they are, with what it adds itself.
  const apiErrorCode = error instanceof Error ? undefined : toCode(error, 'api_error_code')
  if (status < 400) return new ChargebeeFailure('broken', status)
  return new ChargebeeFailure('refused', status, apiErrorCode, toCode(error, 'error_code'))
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

/** What the SDK has to say, which is right for answers in JSON. */
function toStatus(error: unknown): number | undefined {
  if (error instanceof Error || typeof error !== 'object' || error === null) return undefined
  const { http_status_code: status } = error as { http_status_code?: unknown }
  return typeof status === 'number' ? status : undefined
}

function toNetworkCode(error: unknown): string | undefined {
  const { code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : undefined
}

const UNTRUSTED = /^CERT_|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|^ERR_TLS_CERT/

/** Which setting most likely explains a failure, for the people who run the host; `undefined`: none. */
export function toHint(
  { kind, status, apiErrorCode, errorCode, networkCode }: ChargebeeFailure,
  operation: Operation,
): { setting: string; message: string } | undefined {
  if (networkCode === 'ENOTFOUND') {
    return {
      setting: 'site and apiUrl',
      message: 'there is no host of this name, or no name server that knows it',
    }
  }
  if (networkCode !== undefined && UNTRUSTED.test(networkCode)) {
    return {
      setting: 'apiUrl',
      message: `its certificate is not trusted (${networkCode}); behind a proxy with an authority of its own, set NODE_EXTRA_CA_CERTS`,
    }
  }
  if (kind !== 'refused') return undefined
  if (apiErrorCode === 'site_not_found') {
    return { setting: 'site', message: 'Chargebee knows no site of this name; test sites end in -test' }
  }
  if (status === 401 && operation === 'activate') {
    return {
      setting: 'apiKey',
      message:
        'Chargebee confirmed no sign-in: the API key is wrong, or, where others work, somebody tried a wrong token',
    }
  }
  if (status === 401) {
    return {
      setting: 'apiKey',
      message: 'Chargebee does not accept the API key; a test key is good for the test site only',
    }
  }
  if (status === 403) {
    return {
      setting: 'apiKey',
      message: 'the API key may not do this; it takes a full-access key, not a read-only or publishable one',
    }
  }
  if (errorCode === 'UNSUPPORTED_PORT') {
    return {
      setting: 'baseUrl',
      message: 'Chargebee sends customers back to ports 443, 80, 8443 and 8080 only',
    }
  }
  if (status === 404) {
    return { setting: 'site and apiUrl', message: 'what answers there is not the API of a Chargebee site' }
  }
  return {
    setting: 'the Chargebee site settings',
    message:
      'Chargebee refused the request; most often "Customers can access the self-serve portal via Single Sign-On API" ' +
      'is off or not published (Settings > Configure Chargebee > Checkout and Self-Serve Portal)',
  }
}
