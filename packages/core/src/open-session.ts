import { randomUUID } from 'node:crypto'
import type { ChargebeeApi } from './chargebee-api.js'
import { ChargebeeFailure } from './chargebee-failure.js'
import type { Context } from './context.js'
import { type Deadline, settleWithin, withDeadline } from './deadline.js'
import { PortalSsoError } from './errors.js'
import { AlreadyAnswered } from './host-callbacks.js'
import type { PortalRequest } from './http.js'
import { isSessionId, type PortalSession } from './portal-session.js'
import { isPortalUrl, isSecure, MAX_ACCESS_URL_LENGTH, parseUrl } from './safe-url.js'
import { makeRoom } from './session-room.js'

export interface OpenParameters {
  readonly customerId: string
  readonly forwardUrl: string | undefined
  readonly redirectUrl: string | undefined
}

/**
 * Creates a portal session, makes sure that it is what was asked for, and remembers it in this browser: the new
 * cookie is among `cookies` when this resolves, to leave in the same answer as the session.
 */
export async function openSession<Native extends readonly unknown[]>(
  context: Context<Native>,
  request: PortalRequest<Native>,
  cookies: string[],
  parameters: OpenParameters,
): Promise<PortalSession> {
  const { api, config, emit, jar } = context
  return withDeadline(config.timeoutMs, async (deadline) => {
    const remembered = await makeRoom(
      context,
      config.maxSessions,
      request.headers.cookie,
      parameters.customerId,
      deadline,
      cookies,
    )
    const session = await createSession(api, parameters, deadline)
    const doubt = findDoubt(session, parameters.customerId, config.portalHosts)
    if (doubt) {
      if (doubt.mend) emit({ type: 'misconfigured', setting: 'portalHosts', message: doubt.mend })
      await discard(context, session, parameters.customerId, deadline)
      throw new PortalSsoError('chargebee_invalid', FAILED, { cause: new Error(doubt.reason) })
    }
    if (request.isAnswered()) {
      await discard(context, session, parameters.customerId, deadline)
      throw new AlreadyAnswered()
    }
    cookies.push(await jar.remember(session.id, parameters.customerId), ...(await jar.renew(remembered)))
    emit({ type: 'session.created', customerId: parameters.customerId, sessionId: session.id })
    return session
  })
}

const FAILED = 'The billing portal could not be opened. Nothing was changed. Please try again later.'
const UNAVAILABLE = 'The billing portal is not available at this moment. Please try again in a little while.'
const DEFAULT_RETRY_AFTER_SECONDS = 10
const MAX_RETRY_AFTER_SECONDS = 300

async function createSession(
  api: ChargebeeApi,
  parameters: OpenParameters,
  deadline: Deadline,
): Promise<PortalSession> {
  try {
    return await api.create({ ...parameters, idempotencyKey: randomUUID() }, deadline)
  } catch (error) {
    throw error instanceof ChargebeeFailure ? toRefusal(error) : error
  }
}

function toRefusal(failure: ChargebeeFailure): PortalSsoError {
  if (failure.isNotFound) {
    return new PortalSsoError('no_customer', 'There is no billing account for you yet.', { cause: failure })
  }
  switch (failure.kind) {
    case 'timeout':
      return new PortalSsoError('timeout', UNAVAILABLE, { cause: failure })
    case 'refused':
      return new PortalSsoError('chargebee_refused', FAILED, { cause: failure })
    case 'broken':
      return new PortalSsoError('chargebee_invalid', FAILED, { cause: failure })
    case 'busy':
    case 'network': {
      const asked = Math.ceil((failure.retryAfterMs ?? 0) / 1000) || DEFAULT_RETRY_AFTER_SECONDS
      const headers = { 'Retry-After': String(Math.min(asked, MAX_RETRY_AFTER_SECONDS)) }
      return new PortalSsoError('chargebee_unavailable', UNAVAILABLE, { cause: failure, headers })
    }
  }
}

interface Doubt {
  readonly reason: string
  /** What the people who run the host can do about it. */
  readonly mend?: string
}

/** On any doubt nobody is let in: the session may be somebody else's, or its address lead anywhere. */
function findDoubt(
  session: PortalSession,
  customerId: string,
  hosts: ReadonlySet<string>,
): Doubt | undefined {
  if (!isSessionId(session.id)) return { reason: 'the id of the portal session has an impossible form' }
  if (session.status !== 'created') return { reason: 'the portal session is not a new one' }
  if (session.customer_id !== customerId) return { reason: 'the portal session is for another customer' }
  const address: unknown = session.access_url
  if (typeof address !== 'string' || address.length > MAX_ACCESS_URL_LENGTH) {
    return { reason: 'the access URL has an impossible form' }
  }
  if (isPortalUrl(address, hosts)) return undefined
  const url = parseUrl(address)
  const mend =
    url &&
    isSecure(url) &&
    `Chargebee's access URL is on a host that is not listed; if it is yours, add portalHosts: ['${url.host}']`
  return { reason: 'the access URL is not on a host of the portal', ...(mend && { mend }) }
}

/** Ends a session that was not handed out; what takes longer than the request goes on by itself. */
async function discard(
  { ender, emit }: Pick<Context, 'ender' | 'emit'>,
  session: PortalSession,
  customerId: string,
  deadline: Deadline,
): Promise<void> {
  if (!isSessionId(session.id)) return emit({ type: 'session.orphaned', customerId })
  const ending = ender.end(session.id, 'doubt').then((ended) => {
    if (!ended) emit({ type: 'session.orphaned', customerId, sessionId: session.id })
  })
  await settleWithin(deadline.remainingMs(), ending)
}
