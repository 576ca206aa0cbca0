/** An answer as it goes onto the wire. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** `type` of an error body (source: Chargebee's error-handling page; `payment` does not occur here). */
type ErrorType = 'invalid_request' | 'operation_failed' | 'untyped'

interface ErrorFacts {
  readonly type: ErrorType
  readonly apiErrorCode: string
  readonly message: string
}

interface ErrorDetails {
  readonly message?: string
  readonly apiErrorCode?: string
  /** The legacy `error_code`, where it differs from `api_error_code`. */
  readonly errorCode?: string
  /** The legacy `error_msg`, where it differs from `message`. */
  readonly errorMsg?: string
  readonly param?: string
}

/**
 * What Chargebee answers with each status when nothing more is known.
 * `type` and `api_error_code` are values that Chargebee's OpenAPI description allows for that status; the
 * messages of 401 and 404 are those seen in public recordings, the others are ours.
 */
const ERRORS: Readonly<Record<number, ErrorFacts>> = {
  400: { type: 'invalid_request', apiErrorCode: 'invalid_request', message: 'The request is invalid' },
  401: {
    type: 'untyped',
    apiErrorCode: 'api_authentication_failed',
    message: 'Sorry, authentication failed. Invalid api key',
  },
  403: {
    type: 'operation_failed',
    apiErrorCode: 'api_authorization_failed',
    message: 'The API key does not have the privileges for this operation',
  },
  404: {
    type: 'invalid_request',
    apiErrorCode: 'resource_not_found',
    message: "Sorry, we couldn't find that resource",
  },
  405: {
    type: 'invalid_request',
    apiErrorCode: 'http_method_not_supported',
    message: 'The HTTP method is not supported for this URL',
  },
  409: {
    type: 'invalid_request',
    apiErrorCode: 'invalid_state_for_request',
    message: 'The operation is not allowed in the current state of the resource',
  },
  422: {
    type: 'invalid_request',
    apiErrorCode: 'unable_to_process_request',
    message: 'The idempotency key was already used with another request',
  },
  429: {
    type: 'operation_failed',
    apiErrorCode: 'api_request_limit_exceeded',
    message: 'The request limit of the site is exceeded, try again in a minute',
  },
  500: { type: 'operation_failed', apiErrorCode: 'internal_error', message: 'Sorry, something went wrong' },
  503: {
    type: 'operation_failed',
    apiErrorCode: 'internal_temporary_error',
    message: 'Sorry, something went wrong, try again',
  },
}

const JSON_HEADERS = { 'content-type': 'application/json;charset=utf-8' }

export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: { ...JSON_HEADERS, ...headers }, body: JSON.stringify(body) }
}

/**
 * An error with both generations of fields: `message`, `type`, `api_error_code`, `param` and the legacy
 * `error_code`, `error_msg`, `error_param`, `http_status_code` (a real sample of both:
 * chargebee/chargebee-dotnet issue 23).
 */
export function chargebeeError(status: number, details: ErrorDetails = {}): Answer {
  const facts = ERRORS[status] ?? ERRORS[status < 500 ? 400 : 500]
  if (facts === undefined) throw new Error(`no error body for ${status}`)
  const message = details.message ?? facts.message
  const apiErrorCode = details.apiErrorCode ?? facts.apiErrorCode
  return jsonAnswer(status, {
    message,
    type: facts.type,
    api_error_code: apiErrorCode,
    ...(details.param !== undefined && { param: details.param }),
    error_code: details.errorCode ?? apiErrorCode,
    error_msg: details.errorMsg ?? message,
    ...(details.param !== undefined && { error_param: details.param }),
    http_status_code: status,
  })
}

/**
 * The answer for a bare status: Chargebee's own body where it has one, else what stands in front of it (a
 * load balancer's HTML page for 502, 504 and the like), else nothing.
 */
export function answerForStatus(status: number): Answer {
  if (status === 429) {
    // On a test site 429 has the header (chargebee/chargebee-python 56, chargebee/chargebee-php 52).
    const answer = chargebeeError(status)
    return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } }
  }
  if (ERRORS[status] !== undefined || (status >= 400 && status < 500)) return chargebeeError(status)
  if (status >= 500) {
    const body = `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`
    return { status, headers: { 'content-type': 'text/html;charset=utf-8' }, body }
  }
  return { status, headers: {}, body: '' }
}
