import type { ApiConfig } from '../site/api-options.js'
import type { Customers } from '../site/customers.js'
import type { WrongTokenStatus } from '../site/login-options.js'
import {
  type Actor,
  type PortalSessionRecord,
  type PortalSessions,
  toResource,
} from '../site/portal-sessions.js'
import { type Answer, chargebeeError, jsonAnswer } from './chargebee-errors.js'
import { readSessionForm } from './form-checks.js'
import { missing, notFound, Refusal, wrongValue } from './refusal.js'
import type { ApiRequest } from './request.js'

interface Parts {
  readonly customers: Customers
  readonly sessions: PortalSessions
  readonly config: ApiConfig
  readonly wrongTokenStatus: WrongTokenStatus
}

/** The four operations on portal sessions. */
export class SessionOperations {
  readonly #customers: Customers
  readonly #sessions: PortalSessions
  readonly #config: ApiConfig
  readonly #wrongTokenStatus: WrongTokenStatus

  constructor(parts: Parts) {
    this.#customers = parts.customers
    this.#sessions = parts.sessions
    this.#config = parts.config
    this.#wrongTokenStatus = parts.wrongTokenStatus
  }

  create(_: string, request: ApiRequest): Answer {
    this.#checkSettings()
    const params = readSessionForm(request)
    // The schema makes `customer` optional, but `customer_id` in the answer is not: it can't be left out.
    const customerId = params.get('customer[id]')
    if (!customerId?.trim()) throw missing('customer[id]')
    const customer = this.#customers.find(customerId)
    if (customer === undefined) {
      return chargebeeError(404, { param: 'customer[id]', message: `${customerId} not found` })
    }
    const redirectUrl = params.get('redirect_url')
    const forwardUrl = params.get('forward_url')
    const wanted = { customer, ...(redirectUrl && { redirectUrl }), ...(forwardUrl && { forwardUrl }) }
    return sessionAnswer(this.#sessions.create(wanted, actor(request)))
  }

  retrieve(id: string): Answer {
    return sessionAnswer(this.#sessions.find(id) ?? unknown(id))
  }

  logout(id: string, request: ApiRequest): Answer {
    return sessionAnswer(this.#sessions.logout(id, actor(request)) ?? unknown(id))
  }

  /** How Chargebee refuses a wrong token or a second activation is not documented: see `LoginOptions`. */
  activate(id: string, request: ApiRequest): Answer {
    const token = readSessionForm(request).get('token')
    if (!token?.trim()) throw missing('token')
    const result = this.#sessions.activate(id, token, actor(request))
    switch (result.outcome) {
      case 'activated':
        return sessionAnswer(result.session)
      case 'not-found':
        return unknown(id)
      case 'wrong-token':
        throw wrongToken(this.#wrongTokenStatus)
      case 'wrong-state':
        return chargebeeError(409)
    }
  }

  /** The docs say that both must be on to use the API. The code fits its description best; it is a guess. */
  #checkSettings(): void {
    const { ssoByApi, portalPublished } = this.#config
    if (ssoByApi && portalPublished) return
    const what = ssoByApi ? 'The customer portal is not published' : 'Single sign-on by API is not enabled'
    throw new Refusal(
      chargebeeError(400, { apiErrorCode: 'configuration_incompatible', message: `${what} for this site` }),
    )
  }
}

function unknown(id: string): never {
  throw notFound(id)
}

function actor({ ipAddress }: ApiRequest): Actor {
  return { by: 'api', ipAddress }
}

function wrongToken(status: WrongTokenStatus): Refusal {
  const problem = 'is not the token of this session'
  if (status === 400) return wrongValue('token', problem)
  return new Refusal(
    chargebeeError(status, { param: 'token', message: `token : ${problem}`, errorMsg: problem }),
  )
}

function sessionAnswer(session: PortalSessionRecord): Answer {
  return jsonAnswer(200, { portal_session: toResource(session) })
}
