import { isSessionId, type PortalSession } from '../chargebee/portal-session.js'
import type { AnswerCookies } from '../cookies/answer-cookies.js'
import type { RememberedSession } from '../cookies/session-jar.js'
import type { PortalSsoError } from '../errors.js'
import { AlreadyAnswered } from '../host/callbacks.js'
import type { HandOut } from '../http/answer-head.js'
import type { Delivery } from '../http/delivery.js'
import type { PortalRequest } from '../http/http.js'
import type { Passage } from '../state/passage.js'
import { storeUnavailable } from '../state/store-calls.js'
import type { Deadline } from '../time/deadline.js'
import type { Context } from './context.js'

type HandOutContext = Pick<Context, 'ender' | 'emit' | 'inBackground' | 'jar' | 'passages'>

export type DiscardReason = 'doubt' | 'logout'

export interface Leaving {
  readonly request: PortalRequest
  readonly cookies: AnswerCookies
  readonly passage: Passage
  readonly deadline: Deadline
  /** The customer that the session was made for. A doubtful session may name another one. */
  readonly customerId: string
  readonly loginId: string
  /** This customer's other sessions in the browser, which stay. */
  readonly others: readonly RememberedSession[]
  /** Where the answer is ours. */
  readonly head?: HandOut['head']
  /** What to say when a sign-out came first. */
  readonly superseded: () => PortalSsoError
}

/**
 * Remembers a session and hands it out, with its cookie in `cookies`. A session that may not leave is ended. Remembering
 * comes first: a close that comes later finds the session, and a close that came before has superseded the create.
 */
export async function handOut(
  context: HandOutContext,
  session: PortalSession,
  leaving: Leaving,
): Promise<string> {
  const { jar } = context
  const { request, cookies, passage, deadline, customerId, loginId, others, head } = leaving
  if (request.isAnswered()) return abandon(context, session, leaving, new AlreadyAnswered())
  const shown = others.map(({ sessionId, createdAt }) => ({ id: sessionId, createdAt: createdAt * 1000 }))
  const outcome = await passage.remember(session.id, shown, deadline).catch((error: unknown) => ({ error }))
  if (outcome === 'closed') return abandon(context, session, leaving, leaving.superseded(), 'logout')
  if (outcome !== 'remembered') {
    // Whether a sign-out came is unknown.
    const error =
      outcome === 'unknown' ? storeUnavailable(new Error('the store has lost a create')) : outcome.error
    return abandon(context, session, leaving, error)
  }
  // There is no `await` from here to the hand-out.
  const sealed = jar.remember(session.id, customerId, loginId)
  if (request.isAnswered()) return abandon(context, session, leaving, new AlreadyAnswered())
  const { owners } = passage
  const delivered = context.passages.deliver({ id: session.id, owners })
  context.inBackground(
    new Promise<Delivery>((resolve) =>
      request.handOut({ cookie: sealed, ...(head && { head }) }, resolve),
    ).then(async (delivery) => {
      delivered()
      if (delivery === 'delivered') return
      if (delivery !== 'lost') context.emit({ type: 'misconfigured', ...replaced(delivery.replacedBy) })
      await discard(context, session, owners, 'doubt', session.customer_id)
    }),
  )
  cookies.add('new', [sealed])
  cookies.add('renewed', jar.renew(others))
  return sealed
}

function replaced(replacedBy: string) {
  return {
    setting: 'what runs around portalSso()',
    message: `the answer with a new portal session left with ${replacedBy}, so the session was ended; our status, Location and Set-Cookie have to stay as they are, and nothing may throw behind them`,
  }
}

/** Ends a session that must not leave, and throws `reason`. Where it could not be ended, every sign-out finds it. */
export async function abandon(
  context: Pick<Context, 'ender' | 'emit'>,
  session: PortalSession,
  { passage, deadline, customerId }: Pick<Leaving, 'passage' | 'deadline' | 'customerId'>,
  reason: unknown,
  by: DiscardReason = 'doubt',
): Promise<never> {
  const { owners } = passage
  const isOver = await deadline.waitFor(discard(context, session, owners, by, customerId))
  // A session whose id has an impossible form can't be ended, so no logout must try.
  if (isOver !== true && isSessionId(session.id)) await context.ender.putOff({ id: session.id, owners }, by)
  throw reason
}

/** Ends a session that was not handed out, and says whether it is over. */
export async function discard(
  { ender, emit }: Pick<Context, 'ender' | 'emit'>,
  session: PortalSession,
  owners: Passage['owners'],
  by: DiscardReason,
  customerId: string,
): Promise<boolean> {
  const isKnown = isSessionId(session.id)
  if (isKnown && (await ender.end({ id: session.id, owners }, by))) return true
  emit({ type: 'session.orphaned', customerId, ...(isKnown && { sessionId: session.id }) })
  return false
}
