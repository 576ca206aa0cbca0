import { isSessionId } from '../chargebee/portal-session.js'
import { PortalSsoError } from '../errors.js'
import { type PortalResponse, redirect } from '../http/http.js'
import { single, toEmail, toLoginStartUrl, toReturnTo } from '../http/own-url.js'
import { isBrowser, isForeign, isNavigation } from '../http/request-guard.js'
import { toPublicPath } from '../http/route-table.js'
import type { Visit } from '../http/visit.js'
import type { Config } from '../options/options.js'
import { type Claim, loginNotBegun, signIn } from '../sessions/activate-session.js'
import type { Context } from '../sessions/context.js'
import { ask } from './ask.js'

/** `GET /portal_login`: to Chargebee's own sign-in page, from which the browser comes back to the callback. */
export async function startLogin(
  context: Context,
  { request, route, cookies }: Visit,
): Promise<PortalResponse> {
  const { headers } = request
  if (!isNavigation(headers)) throw notANavigation()
  const { begunLogins, config } = context
  const { baseUrl, portalUrl } = config
  // Without this any website could push out a sign-in that is half finished. It could also sign a visitor in, where
  // Chargebee's page goes straight on.
  if (isForeign(headers, baseUrl.origin)) {
    return ask(context, 'login', toLoginStartUrl(route, baseUrl.origin))
  }
  const returnTo = toReturnTo(single(route.query, 'return_to'), baseUrl.origin)
  const state = await begunLogins.begin({ returnTo }, headers.cookie, cookies)

  // The state is in the path. Whether Chargebee keeps the query of a return_url is not documented.
  const callback = `${baseUrl.origin}${toPublicPath(config, route.mountPath, 'callback')}/${state}`
  const query = new URLSearchParams({ return_url: callback, cancel_url: callback })
  const email = toEmail(route.query)
  if (email) query.set('email', email)
  // What Chargebee's own example opens its sign-up form with (github.com/chargebee/customer-portal-php).
  const fragment = route.query.has('signup') ? '#cb-portal-signup' : ''
  return redirect(`${portalUrl.origin}/portal/login?${query}${fragment}`)
}

/**
 * `GET /portal_callback/{state}`: back from there. Nothing in the address is believed: the state must be one that
 * this browser began, once, and who has signed in is what Chargebee says when it activates the session.
 */
export async function finishLogin(context: Context, visit: Visit): Promise<PortalResponse> {
  const { begunLogins, config, passages } = context
  const { request, route, cookies } = visit
  if (!isNavigation(request.headers)) throw notANavigation()
  // A logout that arrives while Chargebee is still being asked must find this sign-in, so it is entered first.
  const passage = passages.arrive()
  try {
    const begun = await begunLogins.take(route.state ?? '', request.headers.cookie, cookies)
    if (!begun) throw loginNotBegun()
    if (isCancelled(route.query)) return redirect(toCancelUrl(config, visit))
    await signIn(context, visit, passage, toClaim(route.query))
    return redirect(toReturnTo(begun.returnTo, config.baseUrl.origin))
  } catch (error) {
    if (error instanceof PortalSsoError && isWorthAnotherTry(error))
      begunLogins.keep(route.state ?? '', cookies)
    const isLate = error instanceof PortalSsoError && error.code === 'superseded'
    if (isLate && isBrowser(request.headers)) return redirect(config.afterLogoutUrl)
    throw error
  } finally {
    passage.leave()
  }
}

/** The same address may succeed in a moment. */
function isWorthAnotherTry({ status }: PortalSsoError): boolean {
  return status === 429 || status === 503
}

/** Chargebee uses one address for success and for cancel. Without its parameters the customer has cancelled. */
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

function toCancelUrl(config: Config, { route }: Visit): string {
  const { login, loginUrl } = config
  if (login?.cancelUrl !== undefined) return login.cancelUrl
  // The only sign-in of this host may be this one. A customer who has cancelled it must not be sent into it again.
  const start = toPublicPath(config, route.mountPath, 'login')
  return loginUrl === undefined || isSamePath(loginUrl, start) ? '/' : loginUrl
}

function isSamePath(url: string, path: string): boolean {
  return url.replace(/[?#].*/, '').replace(/\/$/, '') === path
}

function notANavigation(): PortalSsoError {
  return new PortalSsoError(
    'not_a_navigation',
    'Signing in is for people only, not inside a frame and not by a script. Open it with a plain link in its own tab.',
  )
}
