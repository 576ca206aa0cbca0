import { ChargebeeFailure } from './chargebee-failure.js'
import { toPortalSsoError } from './chargebee-refusal.js'
import type { Context, Visit } from './context.js'
import { type Deadline, withDeadline } from './deadline.js'
import { PortalSsoError } from './errors.js'
import type { Passage } from './fence.js'
import { type DiscardReason, discard, findObstacle, giveUp, handOut } from './hand-out.js'
import { AlreadyAnswered, askHost } from './host-callbacks.js'
import { type PortalRequest, type PortalResponse, redirect } from './http.js'
import type { Config } from './options.js'
import { isCustomerId, isSessionId, type PortalSession, toPublic } from './portal-session.js'
import { isBrowser, mayBeNavigation } from './request-guard.js'
import { toLocalPath } from './safe-url.js'
import { makeRoom } from './session-room.js'

// A path of the host; several of these cookies travel with each request for ten minutes.
const MAX_RETURN_TO_LENGTH = 512
// Chargebee's limit for an e-mail address (API reference, customer attributes).
const MAX_EMAIL_LENGTH = 70

/** `GET /portal_login`: to Chargebee's own sign-in page, from which the browser comes back to the callback. */
export async function startLogin<Native extends readonly unknown[]>(
  { begunLogins, config }: Context<Native>,
  { request, route, cookies }: Visit<Native>,
): Promise<PortalResponse> {
  const { headers } = request
  if (!mayBeNavigation(headers)) throw notANavigation()
  const { baseUrl, portalUrl, routes } = config
  const returnTo = toReturnTo(single(route.query, 'return_to'), baseUrl.origin)
  const state = await begunLogins.begin({ returnTo }, headers.cookie, cookies)

  // In the path, because nobody says whether Chargebee keeps a query of ours (return_url is undocumented there).
  const callback = `${baseUrl.origin}${baseUrl.path}${route.mountPath}${routes.callback}/${state}`
  const query = new URLSearchParams({ return_url: callback, cancel_url: callback })
  const email = single(route.query, 'email')
  if (email && email.length <= MAX_EMAIL_LENGTH) query.set('email', email)
  // What Chargebee's own example opens its sign-up form with (github.com/chargebee/customer-portal-php).
  const fragment = route.query.has('signup') ? '#cb-portal-signup' : ''
  return redirect(`${portalUrl.origin}/portal/login?${query}${fragment}`)
}

/**
 * `GET /portal_callback/{state}`: back from there. Nothing in the address is believed: the state must be one that
 * this browser began, once, and who has signed in is what Chargebee says when it activates the session.
 */
export async function finishLogin<Native extends readonly unknown[]>(
  context: Context<Native>,
  visit: Visit<Native>,
): Promise<PortalResponse> {
  const { begunLogins, config, fence } = context
  const { request, route, cookies } = visit
  if (!mayBeNavigation(request.headers)) throw notANavigation()
  // First of all: a logout that comes while Chargebee is still asked must find it.
  const passage = fence.arrive()
  try {
    const begun = await begunLogins.take(route.state ?? '', request.headers.cookie, cookies)
    if (!begun) {
      throw new PortalSsoError(
        'login_not_begun',
        'This sign-in was not begun in this browser, or too long ago, or is used already. Please sign in again.',
      )
    }
    if (isCancelled(route.query)) return redirect(toCancelUrl(config, visit))
    await complete(context, visit, passage, toClaim(route.query))
    return redirect(toReturnTo(begun.returnTo, config.baseUrl.origin))
  } catch (error) {
    const isLate = error instanceof PortalSsoError && error.code === 'superseded'
    if (isLate && isBrowser(request.headers)) return redirect(config.afterLogoutUrl)
    throw error
  } finally {
    passage.leave()
  }
}

/** What the address says; to be confirmed by Chargebee. */
interface Claim {
  readonly sessionId: string
  readonly token: string
}

/** Activates the session, remembers it, and lets the host sign its customer in. */
async function complete<Native extends readonly unknown[]>(
  context: Context<Native>,
  { request, route, cookies }: Visit<Native>,
  passage: Passage,
  claim: Claim,
): Promise<void> {
  const { state = '' } = route
  const { config, emit, jar, logins } = context
  const remembered = await jar.read(request.headers.cookie)
  // Who it is turns out later; a logout of this browser must find it already.
  passage.enter(logins.ofCookies(remembered, [state]), undefined)
  const session = await withDeadline(config.timeoutMs, (deadline) => activate(context, claim, deadline))
  const { customer_id: customerId } = session
  const abandon = async (reason: unknown, by: DiscardReason) => {
    await giveUp(context, passage, session, { by, withinMs: config.logoutTimeoutMs, customerId })
    throw reason
  }
  const customer = jar.customerDigest(customerId)
  const { keys, loginId } = logins.ofSignIn(state, customerId, remembered)
  passage.enter(keys, customer)
  let sealed: readonly string[] = []
  try {
    const others = await withDeadline(config.logoutTimeoutMs, (deadline) =>
      makeRoom(context, { remembered, keys, customer, passage, deadline, cookies, others: 'keep' }),
    )
    sealed = [await jar.remember(session.id, customerId, loginId), ...(await jar.renew(others))]
  } catch (error) {
    return abandon(error, 'doubt')
  }

  // From here to the hand-out nothing may wait: what a logout does not find under way it finds remembered.
  const obstacle = findObstacle(request, passage)
  if (obstacle) return abandon(obstacle.reason, obstacle.by)
  handOut(context, request, passage, session)
  // The host may answer by itself in there.
  request.appendCookies([...cookies.splice(0), ...sealed])
  const completed = () => emit({ type: 'login.completed', customerId, sessionId: session.id })
  try {
    await tellHost(config, request, session)
    completed()
  } catch (error) {
    // Where the host has answered, the session has left with that answer.
    if (error instanceof AlreadyAnswered) completed()
    // Its cookie may stay: the next logout finds that it is over, or ends it.
    else await discard(context, session, 'doubt', customerId)
    throw error
  }
}

/**
 * @throws PortalSsoError also where the answer is in doubt. An id that is only in the address is never ended: it may
 * be somebody else's session.
 */
async function activate(
  { api, emit, ender }: Pick<Context, 'api' | 'emit' | 'ender'>,
  { sessionId, token }: Claim,
  deadline: Deadline,
): Promise<PortalSession> {
  let session: PortalSession
  try {
    session = await api.activate(sessionId, token, deadline)
  } catch (error) {
    throw toLoginError(error)
  }
  const isActivated = session.id === sessionId && session.status === 'activated'
  if (isActivated && isCustomerId(session.customer_id)) return session
  if (isActivated) await discard({ emit, ender }, session, 'doubt', '')
  const cause = new Error('what Chargebee activated is not what was asked for')
  throw new PortalSsoError('chargebee_invalid', FAILED, { cause })
}

async function tellHost<Native extends readonly unknown[]>(
  { login, timeoutMs }: Config<Native>,
  request: PortalRequest<Native>,
  session: PortalSession,
): Promise<void> {
  // The routes of this flow are served with the option only.
  const onLogin = login?.onLogin
  if (onLogin) await askHost(request, timeoutMs, (...native) => onLogin(toPublic(session), ...native))
}

/** What the customer is told; who they are and what went wrong at Chargebee is not for this page. */
function toLoginError(error: unknown): unknown {
  if (error instanceof ChargebeeFailure && error.isDenial) {
    const text = 'Chargebee did not confirm this sign-in, or it took too long. Please sign in again.'
    return new PortalSsoError('login_refused', text, { cause: error })
  }
  const refusal = toPortalSsoError(error)
  if (!(refusal instanceof PortalSsoError)) return refusal
  return new PortalSsoError(refusal.code, FAILED, { cause: error, headers: refusal.headers })
}

const FAILED = 'The sign-in could not be completed. Please try again.'

/** Chargebee sends the same address for both ways back; without its parameters the customer has turned round. */
function isCancelled(query: URLSearchParams): boolean {
  return ![...query.keys()].some((name) => name.startsWith('auth_session'))
}

function toClaim(query: URLSearchParams): Claim {
  const sessionId = single(query, 'auth_session_id')
  const token = single(query, 'auth_session_token')
  if (isSessionId(sessionId) && isSessionId(token)) return { sessionId, token }
  throw new PortalSsoError(
    'login_malformed',
    'What the sign-in page has sent along can not be right. Please sign in again.',
  )
}

/** The parameter, if it is there exactly once; twice is never a choice between the two. */
function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name)
  return values.length === 1 ? values[0] : undefined
}

function toReturnTo(value: string | undefined, origin: string): string {
  const path = value && value.length <= MAX_RETURN_TO_LENGTH ? toLocalPath(value, origin) : undefined
  return path ?? '/'
}

function toCancelUrl<Native extends readonly unknown[]>(
  { baseUrl, login, loginUrl, routes }: Config<Native>,
  { route }: Visit<Native>,
): string {
  if (login?.cancelUrl !== undefined) return login.cancelUrl
  // A host whose only sign-in is this one: to begin it again is not what somebody wants who has turned round.
  const start = `${baseUrl.path}${route.mountPath}${routes.login}`
  return loginUrl === undefined || loginUrl.split(/[?#]/, 1)[0] === start ? '/' : loginUrl
}

function notANavigation(): PortalSsoError {
  return new PortalSsoError(
    'not_a_navigation',
    'Signing in is for people only, not inside a frame and not by a script. Open it with a plain link in its own tab.',
  )
}
