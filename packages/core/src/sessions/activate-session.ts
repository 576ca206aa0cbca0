import type { ActivateParameters } from '../chargebee/api.js'
import { ChargebeeFailure } from '../chargebee/failure.js'
import { isCustomerId, type PortalSession, toPublic } from '../chargebee/portal-session.js'
import type { JarContent } from '../cookies/session-jar.js'
import { unreadableSize } from '../cookies/unreadable.js'
import { PortalSsoError } from '../errors.js'
import { AlreadyAnswered, askHost } from '../host/callbacks.js'
import { toClient } from '../http/client-address.js'
import type { PortalRequest } from '../http/http.js'
import type { Visit } from '../http/visit.js'
import type { Owner } from '../session-store.js'
import { toStateOwner } from '../state/login-keys.js'
import type { CreateOwners, Passage } from '../state/passage.js'
import { orUnavailable, withinOf } from '../state/store-calls.js'
import { type Deadline, waitAtMost, withDeadline } from '../time/deadline.js'
import type { Context } from './context.js'
import { toPortalSsoError } from './failed-call.js'
import { abandon, discard, handOut } from './hand-out.js'
import { makeRoom } from './make-room.js'

// A minute more than a sign-in that was begun lives.
const USED_MS = 11 * 60_000

/** What the return address says. Chargebee has to confirm it. */
export interface Claim {
  readonly sessionId: string
  readonly token: string
}

/** Activates the session, remembers it, and lets the host sign its customer in. */
export async function signIn(context: Context, visit: Visit, passage: Passage, claim: Claim): Promise<void> {
  const { request, cookies } = visit
  const { clock, config, ender, emit, jar } = context
  const brought = await jar.read(request.headers.cookie)
  const { session, sealed, owners, leftMs } = await withDeadline(clock, config.timeoutMs, (deadline) =>
    activateAndHandOut(context, visit, { passage, claim, brought, deadline }),
  )
  const { id: sessionId, customer_id: customerId } = session
  // `onLogin` may answer the request itself, and the cookies must be in that answer.
  request.appendCookies(cookies.list())
  let isSignedIn = false
  try {
    await tellHost(context, request, session, () => {
      isSignedIn = true
    })
  } catch (error) {
    // The host has answered, and the session has left with that answer.
    if (error instanceof AlreadyAnswered) {
      if (isSignedIn) emit({ type: 'login.completed', customerId, sessionId })
    } else {
      const isOver = await waitAtMost(clock, leftMs, ender.end({ id: sessionId, owners }, 'doubt'))
      // The answer has the cookie already. Where the session is not over, a logout needs it there.
      if (isOver === true) {
        cookies.add('cleared', jar.forget((await jar.read(sealed.split(';')[0])).sessions))
        request.appendCookies(cookies.list())
      }
    }
    throw error
  }
  // A sign-out arrived during `onLogin` and has ended the session.
  if (ender.isOver(sessionId)) throw superseded()
  emit({ type: 'login.completed', customerId, sessionId })
}

interface Activation {
  readonly passage: Passage
  readonly claim: Claim
  readonly brought: JarContent
  readonly deadline: Deadline
}

interface Activated {
  readonly session: PortalSession
  /** `Set-Cookie` value. */
  readonly sealed: string
  readonly owners: readonly Owner[]
  /** What is left of the time for Chargebee. */
  readonly leftMs: number
}

/** Resolves with a session that is handed out, its cookie in `cookies`. A session that may not leave is ended. */
async function activateAndHandOut(
  context: Context,
  { request, route, cookies }: Visit,
  { passage, claim, brought, deadline }: Activation,
): Promise<Activated> {
  const { logins } = context
  const { state = '' } = route
  const { sessions: remembered, unreadable } = brought
  const begin = async (owners: CreateOwners) => {
    const begun = await passage.begin(owners, { kind: 'activate', ...claim }, deadline)
    if (!begun.isOpen) throw superseded()
    return begun
  }
  // The customer is not known before Activate answers. Until then a logout of this browser finds the create by the state,
  // because it brings the cookie of this sign-in.
  await begin({ own: logins.ofCookies([], [state]).own, customer: undefined })
  const client = toClient(request.clientAddress)
  const parameters = { ...claim, client, idempotencyKey: passage.id }
  const session = await activate(context, { state, owners: passage.owners, parameters }, deadline)
  const { customer_id: customerId } = session
  const { keys, loginId } = logins.ofSignIn(state, customerId, remembered)
  const leaving = { request, cookies, passage, deadline, customerId, loginId, superseded }
  const giveUp = (error: unknown) => {
    const isLate = error instanceof PortalSsoError && error.code === 'superseded'
    return abandon(context, session, leaving, error, isLate ? 'logout' : 'doubt')
  }
  const begun = await begin(keys).catch(giveUp)
  const room = {
    remembered,
    unreadableSize: unreadableSize(unreadable),
    keys,
    begun,
    deadline,
    cookies,
    others: 'keep',
  } as const
  const others = await makeRoom(context, room).catch(giveUp)
  const sealed = await handOut(context, session, { ...leaving, others })
  return { session, sealed, owners: passage.owners, leftMs: deadline.remainingMs() }
}

/** The cookie is cleared in the browser. A copy of it must not activate anything else. */
async function useOnce({ store }: Pick<Context, 'store'>, state: string, deadline: Deadline): Promise<void> {
  const isFirst = await orUnavailable(store.once(toStateOwner(state), USED_MS, withinOf(deadline)))
  if (!isFirst) throw loginNotBegun()
}

export function loginNotBegun(): PortalSsoError {
  return new PortalSsoError(
    'login_not_begun',
    'This sign-in was not begun in this browser, or too long ago, or is used already. Please sign in again.',
  )
}

function superseded(): PortalSsoError {
  return new PortalSsoError('superseded', 'You have signed out, so this sign-in was given up.')
}

interface ActivateFacts {
  readonly state: string
  readonly owners: readonly Owner[]
  readonly parameters: ActivateParameters
}

/**
 * @throws PortalSsoError also where the answer is in doubt. An id that is only in the address is never ended: the session
 * may be another person's.
 */
async function activate(
  context: Context,
  { state, owners, parameters }: ActivateFacts,
  deadline: Deadline,
): Promise<PortalSession> {
  const { activateLimit, api, emit, ender } = context
  const end = activateLimit.begin(parameters.client)
  let session: PortalSession
  let inVain = 0
  try {
    // Only when the call has its place in line: where that is full, the same way back may be tried again.
    const before = () => useOnce(context, state, deadline)
    session = await api.activate({ ...parameters, before }, deadline)
  } catch (error) {
    if (!(error instanceof ChargebeeFailure)) throw error
    inVain = error.requestsSent
    throw toLoginError(error)
  } finally {
    end(inVain)
  }
  const isActivated = session.id === parameters.sessionId && session.status === 'activated'
  if (isActivated && isCustomerId(session.customer_id)) return session
  if (isActivated) await discard({ emit, ender }, session, owners, 'doubt', '')
  const cause = new Error('what Chargebee activated is not what was asked for')
  throw new PortalSsoError('chargebee_invalid', NOT_SIGNED_IN, { cause })
}

async function tellHost(
  { clock, config }: Context,
  request: PortalRequest,
  session: PortalSession,
  onSignedIn: () => void,
): Promise<void> {
  // The routes of this flow are served with the option only.
  const onLogin = config.login?.onLogin
  if (!onLogin) return
  await askHost(request, { clock, timeoutMs: config.timeoutMs }, async (...native) => {
    await onLogin(toPublic(session), ...native)
    onSignedIn()
  })
}

/** What the customer is told. What went wrong at Chargebee is in the events. */
function toLoginError(error: ChargebeeFailure): unknown {
  if (error.isDenial) {
    const text = 'Chargebee did not confirm this sign-in, or it took too long. Please sign in again.'
    return new PortalSsoError('login_refused', text, { cause: error })
  }
  const refusal = toPortalSsoError(error)
  if (!(refusal instanceof PortalSsoError)) return refusal
  return new PortalSsoError(refusal.code, NOT_SIGNED_IN, { cause: error, headers: refusal.headers })
}

const NOT_SIGNED_IN = 'The sign-in could not be completed. Please try again.'
