import { PortalSsoError } from '../errors.js'

/** How long a request waits for the store, at most. */
export const STORE_MS = 2_000

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
    {
      headers: { 'Retry-After': '5' },
      cause,
    },
  )
}
