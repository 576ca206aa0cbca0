import type { PortalSession } from '../chargebee/portal-session.js'
import type { AnswerCookies } from '../cookies/answer-cookies.js'
import type { JarContent } from '../cookies/session-jar.js'
import { unreadableSize } from '../cookies/unreadable.js'
import { PortalSsoError } from '../errors.js'
import type { HandOut } from '../http/answer-head.js'
import type { PortalRequest } from '../http/http.js'
import type { CreateLogin } from '../state/login-keys.js'
import type { Passage } from '../state/passage.js'
import { type Deadline, withDeadline } from '../time/deadline.js'
import type { Context } from './context.js'
import { findDoubt } from './doubt.js'
import { FAILED, toPortalSsoError } from './failed-call.js'
import { abandon, handOut } from './hand-out.js'
import { makeRoom } from './make-room.js'

export interface OpenParameters {
  readonly customerId: string
  readonly forwardUrl: string | undefined
  readonly redirectUrl: string | undefined
  /** What this browser remembers. */
  readonly brought: JarContent
  readonly login: CreateLogin
}

/** Makes what a session is handed out as, before it is handed out. `head` is there where the answer is ours. */
export type ToHandOut<T> = (session: PortalSession) => Pick<HandOut, 'head'> & { readonly result: T }

/**
 * Creates a portal session, checks that it is what was asked for, and remembers it. The new cookie is in `cookies` when
 * this resolves, and leaves in the same answer as the session. A session that is not handed out in the end is ended: a
 * doubtful one, one that a logout superseded, one whose answer did not leave.
 */
export async function openSession<T>(
  context: Context,
  request: PortalRequest,
  cookies: AnswerCookies,
  passage: Passage,
  parameters: OpenParameters,
  toHandOut: ToHandOut<T>,
): Promise<T> {
  const { clock, config, emit } = context
  const { customerId, forwardUrl, redirectUrl } = parameters
  const { sessions: remembered, unreadable } = parameters.brought
  const { keys, loginId } = parameters.login
  return withDeadline(clock, config.timeoutMs, async (deadline) => {
    const begun = await passage.begin(keys, { kind: 'create', customerId, forwardUrl, redirectUrl }, deadline)
    if (!begun.isOpen) throw superseded()
    const place = { remembered, unreadableSize: unreadableSize(unreadable), keys, begun, deadline, cookies }
    const others = await makeRoom(context, place)
    const session = await create(context, passage.id, parameters, deadline)
    const leaving = { request, cookies, passage, deadline, customerId, loginId, others, superseded }

    const doubt = findDoubt(session, customerId, config.portalHosts)
    if (doubt) {
      if (doubt.mend) emit({ type: 'misconfigured', setting: 'portalHosts', message: doubt.mend })
      const cause = new Error(doubt.reason)
      return abandon(context, session, leaving, new PortalSsoError('chargebee_invalid', FAILED, { cause }))
    }
    // The address that leaves is the one that was checked, as the URL parser reads it.
    const checked = { ...session, access_url: new URL(session.access_url).href }
    const { result, head } = toHandOut(checked)
    await handOut(context, session, head ? { ...leaving, head } : leaving)
    emit({ type: 'session.created', customerId, sessionId: session.id })
    return result
  })
}

async function create(
  { api, config, emit }: Pick<Context, 'api' | 'config' | 'emit'>,
  idempotencyKey: string,
  { customerId, forwardUrl, redirectUrl }: OpenParameters,
  deadline: Deadline,
): Promise<PortalSession> {
  try {
    return await api.create({ customerId, forwardUrl, redirectUrl, idempotencyKey }, deadline)
  } catch (error) {
    const refusal = toPortalSsoError(error)
    if (refusal instanceof PortalSsoError && refusal.code === 'customer_unknown') {
      const message = `no customer "${customerId}" at site "${config.site}": wrong site, or not created yet?`
      emit({ type: 'misconfigured', setting: 'getCustomerId', message, customerId })
    }
    throw refusal
  }
}

function superseded(): PortalSsoError {
  return new PortalSsoError('superseded', 'You have signed out, so the billing portal was not opened.')
}
