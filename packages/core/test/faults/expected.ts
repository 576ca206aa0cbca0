import type { PortalSsoErrorCode } from '../../src/errors.js'
import type { Column } from './columns.ts'
import type { Effect, Fault } from './fault.ts'

/** What a cell has to come to. Each line is one of the contract's, which is named. */
export interface Expected {
  /** It goes as if there were no fault. */
  readonly succeeds: boolean
  /** Of the refusal, where there is one. */
  readonly codes?: readonly PortalSsoErrorCode[]
  /** How many calls of the operation may reach the server. */
  readonly calls: readonly [least: number, most: number]
  /** What `upstream.failed` has to say; `undefined`: no such event is asked for. */
  readonly status?: number
  /** What `misconfigured` has to name. */
  readonly setting?: RegExp
}

// Section 7: "Create: at most 3 tries in the deadline", "Logout: at most 2 tries per id".
const MOST_CALLS = { create: 3, logout: 2, retrieve: 3, activate: 3 } as const

export function toExpected(fault: Fault, column: Column, effect: Effect): Expected {
  const { operation, times } = column
  const most = MOST_CALLS[operation]
  // Nothing reaches a server that can't be reached.
  const reaches = fault.misbehave !== undefined
  const several = [reaches ? (operation === 'create' ? 2 : 1) : 0, reaches ? most : 0] as const
  const stays = fault.misbehave === undefined || times > 1

  switch (effect.is) {
    case 'fine':
      return { succeeds: true, calls: [1, 1] }
    case 'unknown':
      // Section 8: "no Chargebee customer: 404". Section 4: a 404 with `resource_not_found` counts as ended.
      return operation === 'create'
        ? { succeeds: false, codes: ['customer_unknown'], calls: [1, 1], setting: /getCustomerId/ }
        : { succeeds: true, calls: [1, 1] }
    case 'denied':
      // Section 4: "Wrong state, shape or answer: 400 or 502".
      return { succeeds: false, codes: ['login_refused', 'chargebee_refused'], calls: [1, 1] }
    case 'doubt':
      // Section 4: "On doubt: end the session, 502".
      return {
        succeeds: false,
        codes: ['chargebee_invalid'],
        calls: [1, 1],
        ...(effect.setting && { setting: effect.setting }),
      }
    case 'refused':
      // Section 8: "refusals after one call, with an event that names the likely setting".
      return { succeeds: false, codes: toCodes(column, 'chargebee_refused'), calls: [1, 1], ...effect }
    case 'late':
      // Section 8: "no answer in the deadline: 504".
      return { succeeds: false, codes: toCodes(column, 'timeout'), calls: [reaches ? 1 : 0, most], ...effect }
    case 'broken':
      // Section 8: "an answer without a valid session, or a redirect, after the tries: 502".
      return stays
        ? { succeeds: false, codes: toCodes(column, 'chargebee_invalid'), calls: several, ...effect }
        : { succeeds: true, calls: [2, 2], ...effect }
    case 'unreachable':
      // Section 8: "Chargebee busy or down after the tries: 503 with Retry-After".
      return stays
        ? {
            succeeds: false,
            codes: toCodes(column, 'chargebee_unavailable'),
            calls: several,
            status: 0,
            ...(effect.setting && { setting: effect.setting }),
          }
        : { succeeds: true, calls: [2, 2] }
    case 'busy': {
      // Section 7: 429 is tried again "with Retry-After that fits" only.
      if (effect.isFinal)
        return { succeeds: false, codes: toCodes(column, 'chargebee_unavailable'), calls: [1, 1], ...effect }
      return stays
        ? { succeeds: false, codes: toCodes(column, 'chargebee_unavailable'), calls: several, ...effect }
        : { succeeds: true, calls: [2, 2], ...effect }
    }
    case 'none':
      throw new Error(`${fault.name} is no case for ${column.name}`)
  }
}

/** Section 8: "the same on logout: 503, what was not ended stays remembered". */
function toCodes({ operation }: Column, code: PortalSsoErrorCode): PortalSsoErrorCode[] {
  return [operation === 'logout' ? 'logout_incomplete' : code]
}
