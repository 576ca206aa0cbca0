import type { IncomingHttpHeaders } from 'node:http'
import { absoluteUrl, redirectUrlProblem } from '../site/url-rules.js'
import { FormError, isForm, parseFormBody } from '../util/form-body.js'
import { chargebeeError } from './chargebee-errors.js'
import { Refusal, wrongValue } from './refusal.js'

export type Params = ReadonlyMap<string, string>

/** Longest parameters of portal sessions, in characters (source: Chargebee's API reference, create and activate). */
const SESSION_LENGTHS = { redirect_url: 250, forward_url: 250, 'customer[id]': 50, token: 70 } as const

/**
 * The form of a request. A body that does not say it is a form is not looked at (recorded for JSON:
 * chargebee/chargebee-python 54).
 *
 * @throws {Refusal} 400
 */
export function readForm(request: { headers: IncomingHttpHeaders; body: string }): Params {
  return isForm(request.headers) ? readParams(request.body) : new Map()
}

/** @throws {Refusal} 400: a name twice, or not balanced */
export function readParams(text: string): Params {
  try {
    return parseFormBody(text)
  } catch (error) {
    if (error instanceof FormError) throw wrongValue(error.param, error.message)
    throw error
  }
}

/** @throws {Refusal} 400 */
export function checkLengths(params: Params, lengths: Readonly<Record<string, number>>): void {
  for (const [param, max] of Object.entries(lengths)) {
    if ((params.get(param)?.length ?? 0) > max)
      throw wrongValue(param, `cannot be longer than ${max} characters`)
  }
}

/**
 * The form of a call on portal sessions, its known parameters within their limits. Unknown parameters pass.
 *
 * @throws {Refusal} 400
 */
export function readSessionForm(request: { headers: IncomingHttpHeaders; body: string }): Params {
  const params = readForm(request)
  checkLengths(params, SESSION_LENGTHS)
  const forwardUrl = params.get('forward_url')
  if (forwardUrl && absoluteUrl(forwardUrl) === undefined) throw wrongValue('forward_url', 'invalid url')
  const redirectUrl = params.get('redirect_url')
  if (redirectUrl) checkRedirectUrl(redirectUrl)
  return params
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
