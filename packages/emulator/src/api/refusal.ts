import { type Answer, chargebeeError } from './chargebee-errors.js'

/** Thrown by a check, caught where the answer is made. */
export class Refusal extends Error {
  readonly answer: Answer

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`)
    this.name = 'Refusal'
    this.answer = answer
  }
}

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

/** A required parameter is missing or blank (recorded: chargebee/chargebee-python 54, chargebee/chargebee-php 44). */
export function missing(param: string): Refusal {
  return new Refusal(
    chargebeeError(400, {
      param,
      message: `${param} : cannot be blank`,
      errorCode: 'param_required',
      errorMsg: 'cannot be blank',
    }),
  )
}

/** The wording that newer recordings have for an id in the path (chargebee/chargebee-ios 27), without `param`. */
export function notFound(id: string): Refusal {
  return new Refusal(chargebeeError(404, { message: `${id} not found` }))
}
