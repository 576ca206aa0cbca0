import Chargebee from 'chargebee'
import type { Emit } from '../events.js'
import type { Clock } from '../time/clock.js'
import type { Deadline } from '../time/deadline.js'
import type { Lately } from '../time/lately.js'
import { createAttempts } from './attempts.js'
import { ChargebeeFailure } from './failure.js'
import { createHttpClient } from './http-client.js'
import { isSessionId, type PortalSession } from './portal-session.js'

export interface CreateParameters {
  readonly customerId: string
  readonly redirectUrl: string | undefined
  readonly forwardUrl: string | undefined
  /** One key per click, the same for its retries. Another click with the same key would get this click's used address. */
  readonly idempotencyKey: string
}

export interface ActivateParameters {
  readonly sessionId: string
  readonly token: string
  /** The client that asks, where it is known. No client has more than one such call waiting. */
  readonly client: string | undefined
  /** One key for all tries. A token works once, and a replay gives the answer that the first try would have got. */
  readonly idempotencyKey: string
  /** To be done when the call has its place in line, before any request; what it throws is thrown, and nothing sent. */
  readonly before?: () => Promise<void>
}

/** The portal-session operations. All reject with {@link ChargebeeFailure} only, at the deadline at the latest. */
export interface ChargebeeApi {
  /** Gives Chargebee's answer. The caller checks whether it is what was asked for. */
  create(parameters: CreateParameters, deadline: Deadline): Promise<PortalSession>
  /** Resolves when Chargebee has confirmed that the session is over, or that it knows none of this id. */
  logout(sessionId: string, deadline: Deadline): Promise<void>
  /** The session as it is now, or `undefined` where Chargebee knows none of this id. */
  retrieve(sessionId: string, deadline: Deadline): Promise<PortalSession | undefined>
  /** Confirms a sign-in at Chargebee. Gives Chargebee's answer, unchecked like that of {@link create}. */
  activate(parameters: ActivateParameters, deadline: Deadline): Promise<PortalSession>
  /** How many calls wait in line. */
  waiting(): number
  lately(): Lately
  close(): void
}

export interface ChargebeeApiOptions {
  /** Name of the site, for the trace. */
  readonly site: string
  readonly apiKey: string
  /** Origin of the API. */
  readonly apiUrl: URL
  readonly emit: Emit
  readonly clock: Clock
}

export function createChargebeeApi({ site, apiKey, apiUrl, emit, clock }: ChargebeeApiOptions): ChargebeeApi {
  const httpClient = createHttpClient(apiUrl, clock)
  const attempts = createAttempts({ httpClient, site, emit, clock })
  const chargebee = new Chargebee({
    // The SDK pastes site and suffix together into a host; the whole host as "site" is the way to give it an origin.
    site: apiUrl.hostname,
    hostSuffix: '',
    protocol: apiUrl.protocol === 'https:' ? 'https' : 'http',
    port: Number(apiUrl.port) || (apiUrl.protocol === 'https:' ? 443 : 80),
    apiKey,
    httpClient: { makeApiRequest: httpClient.makeApiRequest },
    sdkTelemetryEnabled: false,
  })

  return {
    create: ({ customerId, redirectUrl, forwardUrl, idempotencyKey }, deadline) => {
      const parameters = {
        customer: { id: customerId },
        ...(redirectUrl !== undefined && { redirect_url: redirectUrl }),
        ...(forwardUrl !== undefined && { forward_url: forwardUrl }),
      }
      const headers = { 'chargebee-idempotency-key': idempotencyKey }
      const once = async () => toPortalSession(await chargebee.portalSession.create(parameters, headers))
      return attempts.make({ operation: 'create', once }, deadline)
    },
    async logout(sessionId, deadline) {
      const once = async () => {
        const session = toPortalSession(await chargebee.portalSession.logout(sessionId))
        if (session.id !== sessionId || session.status !== 'logged_out') throw new NotTheAnswer()
      }
      await unlessUnknown(sessionId, () => attempts.make({ operation: 'logout', sessionId, once }, deadline))
    },
    retrieve: (sessionId, deadline) => {
      const once = async () => {
        const session = toPortalSession(await chargebee.portalSession.retrieve(sessionId))
        if (session.id !== sessionId) throw new NotTheAnswer()
        return session
      }
      return unlessUnknown(sessionId, () =>
        attempts.make({ operation: 'retrieve', sessionId, once }, deadline),
      )
    },
    activate({ sessionId, token, client, idempotencyKey, before }, deadline) {
      const headers = { 'chargebee-idempotency-key': idempotencyKey }
      const once = async () =>
        toPortalSession(await chargebee.portalSession.activate(sessionId, { token }, headers))
      return attempts.make({ operation: 'activate', sessionId, client, before, once }, deadline)
    },
    waiting: attempts.waiting,
    lately: attempts.lately,
    close: () => httpClient.close(),
  }
}

class NotTheAnswer extends Error {
  constructor() {
    super('not the answer to what was asked')
  }
}

/** `undefined` where Chargebee itself says that it knows no session of this id. */
async function unlessUnknown<T>(sessionId: string, call: () => Promise<T>): Promise<T | undefined> {
  if (!isSessionId(sessionId)) throw new ChargebeeFailure('refused')
  try {
    return await call()
  } catch (error) {
    if (error instanceof ChargebeeFailure && error.isNotFound) return undefined
    throw error
  }
}

function toPortalSession(answer: { portal_session?: unknown }): PortalSession {
  const session = answer?.portal_session
  if (typeof session !== 'object' || session === null || typeof (session as PortalSession).id !== 'string') {
    throw new NotTheAnswer()
  }
  return session as PortalSession
}
