import type { IncomingHttpHeaders } from 'node:http'
import { absoluteUrl, redirectUrlProblem } from '../site/url-rules.js'
import { FormError, isForm, parseFormBody } from '../util/form-body.js'
import { type Answer, chargebeeError } from './chargebee-errors.js'
import { MAX_KEY_LENGTH } from './idempotency.js'
import type { Operation, Route } from './operations.js'

/** Thrown by a check, caught where the answer is made. */
export class Refusal extends Error {
  readonly answer: Answer

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`)
    this.name = 'Refusal'
    this.answer = answer
  }
}

/** Longest parameters, in characters (source: Chargebee's API reference, create and activate). */
const MAX_PARAM_LENGTH = { redirect_url: 250, forward_url: 250, 'customer[id]': 50, token: 70 } as const

/** Longest headers, in characters (source: Chargebee's pages on idempotency and business entities). */
const MAX_HEADER_LENGTH = {
  'chargebee-idempotency-key': MAX_KEY_LENGTH,
  'chargebee-business-entity-id': 50,
} as const

/** The `param_wrong_value` refusal; its wording is ours. */
export function wrongValue(param: string, problem: string): Refusal {
  return new Refusal(
    chargebeeError(400, {
      param,
      message: `${param} : ${problem}`,
      apiErrorCode: 'param_wrong_value',
      errorMsg: problem,
    }),
  )
}

/** @throws {Refusal} 404 or 405. An operation without an id in its path has an empty one. */
export function checkRoute(route: Route): { operation: Operation; id: string } {
  if (route === 'unknown-path') throw new Refusal(chargebeeError(404))
  if (route === 'wrong-method') throw new Refusal(chargebeeError(405))
  return { id: '', ...route }
}

/** @throws {Refusal} 400 */
export function checkHeaders(headers: IncomingHttpHeaders): void {
  for (const [name, max] of Object.entries(MAX_HEADER_LENGTH)) {
    const value = headers[name]
    if (typeof value === 'string' && value.length > max) throw wrongValue(name, tooLong(max))
  }
}

/**
 * The form of a request, its known parameters within their limits. Unknown parameters pass.
 *
 * @throws {Refusal} 400
 */
export function checkForm(request: {
  headers: IncomingHttpHeaders
  body: string
}): ReadonlyMap<string, string> {
  const params = readForm(request)
  for (const [param, max] of Object.entries(MAX_PARAM_LENGTH)) {
    if ((params.get(param)?.length ?? 0) > max) throw wrongValue(param, tooLong(max))
  }
  const forwardUrl = params.get('forward_url')
  if (forwardUrl && absoluteUrl(forwardUrl) === undefined) throw wrongValue('forward_url', 'invalid url')
  const redirectUrl = params.get('redirect_url')
  if (redirectUrl) checkRedirectUrl(redirectUrl)
  return params
}

function readForm({
  headers,
  body,
}: {
  headers: IncomingHttpHeaders
  body: string
}): ReadonlyMap<string, string> {
  if (body === '') return new Map()
  if (!isForm(headers)) {
    throw new Refusal(
      chargebeeError(400, { message: 'The body has to be application/x-www-form-urlencoded' }),
    )
  }
  try {
    return parseFormBody(body)
  } catch (error) {
    if (error instanceof FormError) throw wrongValue(error.param, error.message)
    throw error
  }
}

function checkRedirectUrl(url: string): void {
  const problem = redirectUrlProblem(url)
  if (problem === 'not-absolute') throw wrongValue('redirect_url', 'invalid url')
  if (problem === 'port') {
    // Word for word, blanks included, as in chargebee/chargebee-dotnet issue 23.
    throw new Refusal(
      chargebeeError(400, {
        param: 'redirect_url',
        message: 'redirect_url :  Only [443, 80, 8443, 8080] ports are allowed',
        errorCode: 'UNSUPPORTED_PORT',
        errorMsg: ' Only [443, 80, 8443, 8080] ports are allowed',
      }),
    )
  }
}

function tooLong(max: number): string {
  return `cannot be longer than ${max} characters`
}
