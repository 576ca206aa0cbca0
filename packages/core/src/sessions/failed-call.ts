import { ChargebeeFailure } from '../chargebee/failure.js'
import { PortalSsoError } from '../errors.js'

export const FAILED = 'The billing portal could not be opened. Nothing was changed. Please try again later.'
const UNAVAILABLE = 'The billing portal is not available at this moment. Please try again in a little while.'

const DEFAULT_RETRY_AFTER_SECONDS = 10
const MAX_RETRY_AFTER_SECONDS = 300

/** The refusal for a failed call. Any other error is given back as it is. */
export function toPortalSsoError(error: unknown): unknown {
  if (!(error instanceof ChargebeeFailure)) return error
  if (error.isNotFound) {
    return new PortalSsoError('customer_unknown', 'There is no billing account for you yet.', {
      cause: error,
    })
  }
  switch (error.kind) {
    case 'timeout':
      return new PortalSsoError('timeout', UNAVAILABLE, { cause: error })
    case 'refused':
      return new PortalSsoError('chargebee_refused', FAILED, { cause: error })
    case 'broken':
      return new PortalSsoError('chargebee_invalid', FAILED, { cause: error })
    case 'busy':
    case 'network': {
      const asked = Math.ceil((error.retryAfterMs ?? 0) / 1000) || DEFAULT_RETRY_AFTER_SECONDS
      return unavailable(Math.min(asked, MAX_RETRY_AFTER_SECONDS), error)
    }
  }
}

export function unavailable(retryAfterSeconds: number, cause?: ChargebeeFailure): PortalSsoError {
  const headers = { 'Retry-After': String(retryAfterSeconds) }
  return new PortalSsoError('chargebee_unavailable', UNAVAILABLE, { cause, headers })
}
