import { isSessionId, type PortalSession } from '../chargebee/portal-session.js'
import type { PortalSsoError } from '../errors.js'
import { AlreadyAnswered } from '../host/callbacks.js'
import type { HandOut } from '../http/answer-head.js'
import type { Delivery } from '../http/delivery.js'
import type { PortalRequest } from '../http/http.js'
import type { Passage } from '../state/fence.js'
import type { Deadline } from '../time/deadline.js'
import type { Context } from './context.js'

type HandOutContext = Pick<Context, 'ender' | 'emit' | 'inBackground'>

export type DiscardReason = 'doubt' | 'logout'

/**
 * Why a session that was made may not leave for the browser, if anything has happened meanwhile.
 * @param superseded what to say when a sign-out came first
 */
export function findObstacle(
  request: PortalRequest,
  passage: Passage,
  superseded: () => PortalSsoError,
): { readonly reason: Error; readonly by: DiscardReason } | undefined {
  if (request.isAnswered()) return { reason: new AlreadyAnswered(), by: 'doubt' }
  if (passage.isDefeated()) return { reason: superseded(), by: 'logout' }
  return undefined
}

/** The session leaves for the browser, with the answer to this request; it is ended where that does not get out. */
export function handOut(
  context: HandOutContext,
  request: PortalRequest,
  passage: Passage,
  session: PortalSession,
  leaving: HandOut,
): void {
  passage.handOut(session.id)
  context.inBackground(
    new Promise<Delivery>((resolve) => request.handOut(leaving, resolve)).then(async (delivery) => {
      passage.settle()
      if (delivery === 'delivered') return
      if (delivery !== 'lost') context.emit({ type: 'misconfigured', ...replaced(delivery.replacedBy) })
      await discard(context, session, 'doubt', session.customer_id)
    }),
  )
}

function replaced(replacedBy: string) {
  return {
    setting: 'what runs around portalSso()',
    message: `the answer with a new portal session left with ${replacedBy}, so the session was ended; our status, Location and Set-Cookie have to stay as they are, and nothing may throw behind them`,
  }
}

export interface GiveUpParameters {
  readonly by: DiscardReason
  readonly deadline: Deadline
  /** Whom it was made for; the session itself may say otherwise. */
  readonly customerId: string
}

/** Ends a session that must not leave; what could not be ended in time stays known to the fence. */
export async function giveUp(
  context: HandOutContext,
  passage: Passage,
  session: PortalSession,
  { by, deadline, customerId }: GiveUpParameters,
): Promise<void> {
  const isOver = await deadline.waitFor(discard(context, session, by, customerId))
  // An id of an impossible form can't be ended by anybody, so no logout must try.
  if (isOver !== true && isSessionId(session.id)) passage.leaveBehind(session.id)
}

/** Ends a session that was not handed out, and says whether it is over. */
export async function discard(
  { ender, emit }: Pick<HandOutContext, 'ender' | 'emit'>,
  session: PortalSession,
  by: DiscardReason,
  customerId: string,
): Promise<boolean> {
  const isKnown = isSessionId(session.id)
  if (isKnown && (await ender.end(session.id, by))) return true
  emit({ type: 'session.orphaned', customerId, ...(isKnown && { sessionId: session.id }) })
  return false
}
