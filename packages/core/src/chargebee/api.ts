import { randomUUID } from 'node:crypto'
import Chargebee from 'chargebee'
import type { Emit, Operation } from '../events.js'
import type { Config } from '../options/options.js'
import type { Clock } from '../time/clock.js'
import { type Deadline, EXPIRED, OutOfTime } from '../time/deadline.js'
import { createCallQueue, type Lane } from './call-queue.js'
import { ChargebeeFailure, toChargebeeFailure, toHint } from './failure.js'
import { createHttpClient, type Exchange } from './http-client.js'
import { isSessionId, type PortalSession } from './portal-session.js'
import { createRetryBudget } from './retry-budget.js'

export interface CreateParameters {
  readonly customerId: string
  readonly redirectUrl: string | undefined
  readonly forwardUrl: string | undefined
  /** One per click: the same for its retries, never for another click, whose answer would be this one's used address. */
  readonly idempotencyKey: string
}

/** The portal-session operations. All reject with {@link ChargebeeFailure} only, at the deadline at the latest. */
export interface ChargebeeApi {
  /** What Chargebee answered; whether it is what was asked for is for the caller to check. */
  create(parameters: CreateParameters, deadline: Deadline): Promise<PortalSession>
  /** Resolves when Chargebee has confirmed that the session is over, or that it knows none of this id. */
  logout(sessionId: string, deadline: Deadline): Promise<void>
  /** The session as it is now, or `undefined` where Chargebee knows none of this id. */
  retrieve(sessionId: string, deadline: Deadline): Promise<PortalSession | undefined>
  /** Confirms a sign-in at Chargebee. What it answered, as for {@link create}. */
  activate(sessionId: string, token: string, deadline: Deadline): Promise<PortalSession>
  close(): void
}

export interface ChargebeeApiOptions {
  readonly config: Pick<Config, 'apiKey' | 'apiUrl'>
  readonly emit: Emit
  readonly clock: Clock
}

interface OperationRules {
  readonly maxRequests: number
  readonly lane: Lane
}

const RULES: Readonly<Record<Operation, OperationRules>> = {
  create: { maxRequests: 3, lane: 'opening' },
  activate: { maxRequests: 2, lane: 'opening' },
  retrieve: { maxRequests: 2, lane: 'opening' },
  logout: { maxRequests: 2, lane: 'ending' },
}

const BACKOFF_MS = 150
const RETRIED_STATUS = new Set([409, 429, 500, 502, 503, 504])

export function createChargebeeApi({ config, emit, clock }: ChargebeeApiOptions): ChargebeeApi {
  const { apiUrl } = config
  const httpClient = createHttpClient(apiUrl, clock)
  const queue = createCallQueue()
  const budget = createRetryBudget(clock)
  const chargebee = new Chargebee({
    // The SDK pastes site and suffix together into a host; the whole host as "site" is the way to give it an origin.
    site: apiUrl.hostname,
    hostSuffix: '',
    protocol: apiUrl.protocol === 'https:' ? 'https' : 'http',
    port: Number(apiUrl.port) || (apiUrl.protocol === 'https:' ? 443 : 80),
    apiKey: config.apiKey,
    httpClient: { makeApiRequest: httpClient.makeApiRequest },
    sdkTelemetryEnabled: false,
  })

  async function attempt<T>(
    { operation, sessionId }: { operation: Operation; sessionId?: string },
    deadline: Deadline,
    once: () => Promise<T>,
  ): Promise<T> {
    const { maxRequests, lane } = RULES[operation]
    let requestsLeft = maxRequests
    budget.noteCall()
    for (let count = 1; ; count++) {
      const exchange: Exchange = { deadline, requestsLeft }
      try {
        const answer = await queue.run(lane, deadline, () =>
          deadline.waitFor(httpClient.during(exchange, once)),
        )
        if (answer === EXPIRED) throw new OutOfTime('out of time')
        return answer
      } catch (error) {
        const failure = toChargebeeFailure(error, exchange, clock.now())
        // An answer like any other: a session may be gone already, a customer removed, a sign-in used.
        if (operation === 'activate' ? failure.isDenial : failure.isNotFound) throw failure
        const { kind, status, apiErrorCode, networkCode } = failure
        const reason = apiErrorCode ?? networkCode ?? kind
        emit({
          type: 'upstream.failed',
          operation,
          status,
          attempt: count,
          reason,
          ...(sessionId && { sessionId }),
        })
        // Once for all tries.
        const hint = count === 1 ? toHint(failure, operation) : undefined
        if (hint) emit({ type: 'misconfigured', ...hint })
        requestsLeft = Math.min(exchange.requestsLeft, requestsLeft - 1)
        const waitMs = toWaitMs(failure, count)
        if (requestsLeft <= 0 || waitMs >= deadline.remainingMs() || !budget.take()) throw failure
        await clock.wait(waitMs)
      }
    }
  }

  return {
    create: ({ customerId, redirectUrl, forwardUrl, idempotencyKey }, deadline) =>
      attempt({ operation: 'create' }, deadline, async () => {
        const answer = await chargebee.portalSession.create(
          {
            customer: { id: customerId },
            ...(redirectUrl !== undefined && { redirect_url: redirectUrl }),
            ...(forwardUrl !== undefined && { forward_url: forwardUrl }),
          },
          { 'chargebee-idempotency-key': idempotencyKey },
        )
        return toPortalSession(answer)
      }),
    async logout(sessionId, deadline) {
      await unlessUnknown(sessionId, () =>
        attempt({ operation: 'logout', sessionId }, deadline, async () => {
          const session = toPortalSession(await chargebee.portalSession.logout(sessionId))
          if (session.id !== sessionId || session.status !== 'logged_out')
            throw new Error('not the answer to what was asked')
        }),
      )
    },
    retrieve: (sessionId, deadline) =>
      unlessUnknown(sessionId, () =>
        attempt({ operation: 'retrieve', sessionId }, deadline, async () => {
          const session = toPortalSession(await chargebee.portalSession.retrieve(sessionId))
          if (session.id !== sessionId) throw new Error('not the answer to what was asked')
          return session
        }),
      ),
    activate(sessionId, token, deadline) {
      // One for all tries: a token is good once, and a replay gives what the first try would have given.
      const headers = { 'chargebee-idempotency-key': randomUUID() }
      return attempt({ operation: 'activate', sessionId }, deadline, async () =>
        toPortalSession(await chargebee.portalSession.activate(sessionId, { token }, headers)),
      )
    },
    close: () => httpClient.close(),
  }
}

/** `undefined` where Chargebee itself says that it knows no session of this id. */
async function unlessUnknown<T>(sessionId: string, call: () => Promise<T>): Promise<T | undefined> {
  if (!isSessionId(sessionId)) throw new ChargebeeFailure('refused', 0)
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
    throw new Error('not the answer to what was asked')
  }
  return session as PortalSession
}

/** How long to wait before the next try; for ever, where another would change nothing. */
function toWaitMs({ kind, status, retryAfterMs }: ChargebeeFailure, count: number): number {
  if (kind === 'timeout' || kind === 'refused') return Number.POSITIVE_INFINITY
  if (kind === 'busy' && !RETRIED_STATUS.has(status)) return Number.POSITIVE_INFINITY
  if (status === 429 && retryAfterMs === undefined) return Number.POSITIVE_INFINITY
  const backoffMs = BACKOFF_MS * 2 ** (count - 1) * (0.5 + Math.random())
  // On top of what was asked for: whoever was told the same time must not come back at the same moment.
  return (retryAfterMs ?? 0) + backoffMs
}
