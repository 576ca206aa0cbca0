import { isCustomerId } from '../chargebee/portal-session.js'
import { PortalSsoError } from '../errors.js'
import type { PortalRequest } from '../http/http.js'
import { type AnyNative, type Config, NO_CUSTOMER } from '../options/options.js'
import { type DeadlineClock, EXPIRED, waitAtMost } from '../time/deadline.js'

/** The host has answered the request itself, or the browser is gone. No answer of ours is sent. */
export class AlreadyAnswered extends Error {
  constructor() {
    super('the response has been sent, or its connection has ended, without us')
  }
}

export interface HostTime {
  readonly clock: DeadlineClock
  /** How long a callback may take. */
  readonly timeoutMs: number
}

/**
 * Calls back into the host and waits for it, at most `timeoutMs`. What the host throws comes out as it was thrown.
 * @throws AlreadyAnswered when the callback has ended the response itself
 */
export async function askHost<T>(
  request: PortalRequest,
  { clock, timeoutMs }: HostTime,
  callback: (...native: AnyNative) => T | PromiseLike<T>,
): Promise<T> {
  const given = startHost(callback, request.native)
  // Most hosts answer in the same turn, without a promise.
  const answer = isPromise(given) ? await waitAtMost(clock, timeoutMs, settleHost(given)) : given
  if (request.isAnswered()) throw new AlreadyAnswered()
  if (answer === EXPIRED) {
    throw new PortalSsoError('timeout', 'This takes longer than it should. Please try again.', {
      cause: new Error(`a callback of the host gave nothing within ${timeoutMs} ms`),
    })
  }
  return answer
}

/** Calls a function of the host, which may throw, reject or give what it likes. */
export async function callHost<Arguments extends readonly unknown[], T>(
  callback: (...callbackArguments: Arguments) => T | PromiseLike<T>,
  callbackArguments: Arguments,
): Promise<T> {
  const given = startHost(callback, callbackArguments)
  return isPromise(given) ? settleHost(given) : given
}

function startHost<Arguments extends readonly unknown[], T>(
  callback: (...callbackArguments: Arguments) => T | PromiseLike<T>,
  callbackArguments: Arguments,
): T | PromiseLike<T> {
  try {
    return callback(...callbackArguments)
  } catch (error) {
    throw toThrown(error)
  }
}

async function settleHost<T>(given: PromiseLike<T>): Promise<T> {
  try {
    return await given
  } catch (error) {
    throw toThrown(error)
  }
}

/** Frameworks take `undefined`, `null`, `0` and `''` for "no error" and leave the request hanging. */
function toThrown(error: unknown): unknown {
  return error || new Error('a callback of the host threw an empty value', { cause: error })
}

function isPromise<T>(given: T | PromiseLike<T>): given is PromiseLike<T> {
  return typeof (given as PromiseLike<T> | undefined)?.then === 'function'
}

/**
 * The signed-in customer's id at Chargebee. No id comes from anywhere else.
 * @throws PortalSsoError `not_signed_in`, `no_customer` or `timeout`
 * @throws TypeError where the host gives what can't be an id; and what the host itself throws
 */
export async function identify(
  { clock, config }: { readonly clock: DeadlineClock; readonly config: Config },
  request: PortalRequest,
): Promise<string> {
  const customerId: unknown = await askHost(
    request,
    { clock, timeoutMs: config.timeoutMs },
    config.getCustomerId,
  )
  if (isCustomerId(customerId)) return customerId
  if (customerId === undefined || customerId === null || customerId === '') {
    throw new PortalSsoError('not_signed_in', 'The billing portal opens for signed-in customers.')
  }
  if (customerId === NO_CUSTOMER) {
    throw new PortalSsoError('no_customer', 'There is no billing account for you yet.')
  }
  throw new TypeError(
    "portalSso(): getCustomerId returned something that can't be a Chargebee customer id: " +
      'it takes a string of 1 to 50 visible ASCII characters, null for nobody, or NO_CUSTOMER',
  )
}
