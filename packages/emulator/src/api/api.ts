import type { ApiConfig } from '../site/api-options.js'
import { type Answer, chargebeeError } from './chargebee-errors.js'
import type { CustomerOperations } from './customer-operations.js'
import { checkHeaders } from './header-checks.js'
import type { IdempotencyKeys } from './idempotency.js'
import { type Operation, routeOf } from './operations.js'
import { Refusal } from './refusal.js'
import type { ApiRequest } from './request.js'
import type { SessionOperations } from './session-operations.js'

interface Parts {
  readonly apiKey: string
  readonly config: ApiConfig
  readonly sessions: SessionOperations
  readonly customers: CustomerOperations
  readonly idempotencyKeys: IdempotencyKeys
}

/**
 * Chargebee's API as far as it is emulated: one request in, one answer out. It works synchronously, so two calls
 * never interleave and one idempotency key never makes two sessions.
 */
export class Api {
  readonly #apiKey: string
  readonly #config: ApiConfig
  readonly #idempotencyKeys: IdempotencyKeys
  readonly #operations: Readonly<Record<Operation, (id: string, request: ApiRequest) => Answer>>

  constructor({ apiKey, config, sessions, customers, idempotencyKeys }: Parts) {
    this.#apiKey = apiKey
    this.#config = config
    this.#idempotencyKeys = idempotencyKeys
    this.#operations = {
      create: (id, request) => sessions.create(id, request),
      retrieve: (id) => sessions.retrieve(id),
      logout: (id, request) => sessions.logout(id, request),
      activate: (id, request) => sessions.activate(id, request),
      create_customer: (_, request) => customers.create(request),
      retrieve_customer: (id) => customers.retrieve(id),
      list_customers: (_, request) => customers.list(request),
    }
  }

  answer(request: ApiRequest): Answer {
    try {
      const unauthenticated = this.authenticate(request.headers.authorization)
      if (unauthenticated !== undefined) return unauthenticated
      const route = routeOf(request.method, request.path)
      if (route === 'unknown-path') return chargebeeError(404)
      if (route === 'wrong-method') return chargebeeError(405)
      checkHeaders(request.headers, this.#config.malformedHeaders)
      return this.#once(request, () => this.#operations[route.operation](route.id, request))
    } catch (error) {
      if (error instanceof Refusal) return error.answer
      throw error
    }
  }

  /**
   * HTTP Basic, the key as the user and an empty password. The colon may be missing: Chargebee's Go and PHP SDKs
   * send every call that way.
   *
   * @returns the refusal, if it is one
   */
  authenticate(authorization: string | undefined): Answer | undefined {
    const encoded = /^basic ([a-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1]
    if (encoded === undefined) return chargebeeError(401)
    const [key, ...password] = Buffer.from(encoded, 'base64').toString().split(':')
    if (key !== this.#apiKey) return chargebeeError(401, { errorCode: 'api_authentication_invalid_key' })
    if (password.join(':') === '') return undefined
    const message = 'Sorry, authentication failed. The password has to be empty'
    return chargebeeError(401, { apiErrorCode: 'basic_authentication_failed', message })
  }

  /** Runs a POST at most once per idempotency key. */
  #once({ method, path, headers, body }: ApiRequest, process: () => Answer): Answer {
    const given = headers['chargebee-idempotency-key']
    if (method !== 'POST' || typeof given !== 'string' || given === '') return process()
    const key = this.#config.idempotencyScope === 'path' ? `${path} ${given}` : given
    // Chargebee compares path, body and headers. Which headers it does not say, so none count here.
    const payload = `${path}\n${body}`
    const stored = this.#idempotencyKeys.find(key, payload)
    if (stored === 'other-payload') return chargebeeError(422)
    if (stored !== undefined) {
      return { ...stored, headers: { ...stored.headers, 'chargebee-idempotency-replayed': 'true' } }
    }
    const answer = process()
    if (answer.status === 200) this.#idempotencyKeys.store(key, payload, answer)
    return answer
  }
}
