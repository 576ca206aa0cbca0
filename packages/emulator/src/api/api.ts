import type { IncomingHttpHeaders } from 'node:http'
import type { Customers } from '../site/customers.js'
import type { WrongTokenStatus } from '../site/login-options.js'
import { type PortalSessionRecord, type PortalSessions, toResource } from '../site/portal-sessions.js'
import { type Answer, chargebeeError, jsonAnswer } from './chargebee-errors.js'
import { checkForm, checkHeaders, checkRoute, Refusal, wrongValue } from './checks.js'
import type { IdempotencyKeys } from './idempotency.js'
import { type Operation, routeOf } from './operations.js'

export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly ipAddress: string
}

interface Parts {
  readonly apiKey: string
  readonly customers: Customers
  readonly sessions: PortalSessions
  readonly idempotencyKeys: IdempotencyKeys
  readonly wrongTokenStatus: WrongTokenStatus
}

/**
 * Chargebee's portal-session API: one request in, one answer out. It works synchronously, so two calls never
 * interleave and one idempotency key never makes two sessions.
 */
export class Api {
  readonly #apiKey: string
  readonly #customers: Customers
  readonly #sessions: PortalSessions
  readonly #idempotencyKeys: IdempotencyKeys
  readonly #wrongTokenStatus: WrongTokenStatus
  readonly #operations: Readonly<Record<Operation, (id: string, request: ApiRequest) => Answer>> = {
    create: (_, request) => this.#create(request),
    retrieve: (id) => sessionAnswer(this.#sessions.find(id)),
    logout: (id, { ipAddress }) => sessionAnswer(this.#sessions.logout(id, ipAddress)),
    activate: (id, request) => this.#activate(id, request),
  }

  constructor(parts: Parts) {
    this.#apiKey = parts.apiKey
    this.#customers = parts.customers
    this.#sessions = parts.sessions
    this.#idempotencyKeys = parts.idempotencyKeys
    this.#wrongTokenStatus = parts.wrongTokenStatus
  }

  answer(request: ApiRequest): Answer {
    try {
      this.#authenticate(request.headers.authorization)
      const { operation, id } = checkRoute(routeOf(request.method, request.path))
      checkHeaders(request.headers)
      return this.#once(request, () => this.#operations[operation](id, request))
    } catch (error) {
      if (error instanceof Refusal) return error.answer
      throw error
    }
  }

  /** HTTP Basic, the key as the user and an empty password. */
  #authenticate(authorization: string | undefined): void {
    const encoded = /^basic ([a-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1]
    if (encoded === undefined) throw new Refusal(chargebeeError(401))
    const credentials = Buffer.from(encoded, 'base64').toString()
    if (credentials === `${this.#apiKey}:`) return
    if (!credentials.startsWith(`${this.#apiKey}:`)) {
      throw new Refusal(chargebeeError(401, { errorCode: 'api_authentication_invalid_key' }))
    }
    const message = 'Sorry, authentication failed. The password has to be empty'
    throw new Refusal(chargebeeError(401, { apiErrorCode: 'basic_authentication_failed', message }))
  }

  /** Runs a POST at most once per idempotency key. */
  #once({ method, path, headers, body }: ApiRequest, process: () => Answer): Answer {
    const key = headers['chargebee-idempotency-key']
    if (method !== 'POST' || typeof key !== 'string' || key === '') return process()
    // Chargebee compares path, body and headers. Which headers it does not say, so none count here.
    const payload = `${path}\n${body}`
    const stored = this.#idempotencyKeys.find(key, payload)
    if (stored === 'other-payload') throw new Refusal(chargebeeError(422))
    if (stored !== undefined) {
      return { ...stored, headers: { ...stored.headers, 'chargebee-idempotency-replayed': 'true' } }
    }
    const answer = process()
    if (answer.status === 200) this.#idempotencyKeys.store(key, payload, answer)
    return answer
  }

  #create(request: ApiRequest): Answer {
    const params = checkForm(request)
    // The schema makes `customer` optional, but `customer_id` in the answer is not: it can't be left out.
    const customerId = params.get('customer[id]')
    if (!customerId) throw wrongValue('customer[id]', 'cannot be blank')
    const customer = this.#customers.find(customerId)
    if (customer === undefined) {
      return chargebeeError(404, { param: 'customer[id]', message: `${customerId} not found` })
    }
    const redirectUrl = params.get('redirect_url')
    const forwardUrl = params.get('forward_url')
    return sessionAnswer(
      this.#sessions.create({
        customer,
        ...(redirectUrl && { redirectUrl }),
        ...(forwardUrl && { forwardUrl }),
      }),
    )
  }

  /** How Chargebee refuses a wrong token or a second activation is not documented: see `LoginOptions`. */
  #activate(id: string, request: ApiRequest): Answer {
    const token = checkForm(request).get('token')
    if (!token) throw wrongValue('token', 'cannot be blank')
    const result = this.#sessions.activate(id, token)
    switch (result.outcome) {
      case 'activated':
        return sessionAnswer(result.session)
      case 'not-found':
        return chargebeeError(404)
      case 'wrong-token':
        throw wrongToken(this.#wrongTokenStatus)
      case 'wrong-state':
        return chargebeeError(409)
    }
  }
}

function wrongToken(status: WrongTokenStatus): Refusal {
  const problem = 'is not the token of this session'
  if (status === 400) return wrongValue('token', problem)
  return new Refusal(
    chargebeeError(status, { param: 'token', message: `token : ${problem}`, errorMsg: problem }),
  )
}

function sessionAnswer(session: PortalSessionRecord | undefined): Answer {
  return session === undefined
    ? chargebeeError(404)
    : jsonAnswer(200, { portal_session: toResource(session) })
}
