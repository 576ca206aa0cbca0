import { PortalSsoError } from '../errors.js'
import type { Within } from '../session-store.js'
import type { Deadline } from '../time/deadline.js'

/** How long a request waits for the store, at most. */
export const STORE_MS = 2_000

/** What is left of a deadline, and no more than a request waits for the store. */
export function withinOf(deadline: Pick<Deadline, 'remainingMs'>, mostMs = STORE_MS): Within {
  return { withinMs: Math.min(mostMs, deadline.remainingMs()) }
}

/**
 * What the store gives.
 * @throws PortalSsoError `store_unavailable`
 */
export async function orUnavailable<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (cause) {
    throw storeUnavailable(cause)
  }
}

export function storeUnavailable(cause: unknown): PortalSsoError {
  return new PortalSsoError(
    'store_unavailable',
    'The billing portal is not available right now. Please try again in a moment.',
    { headers: { 'Retry-After': '5' }, cause },
  )
}
