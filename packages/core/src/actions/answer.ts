import { createAnswerCookies } from '../cookies/answer-cookies.js'
import { PortalSsoError } from '../errors.js'
import { AlreadyAnswered } from '../host/callbacks.js'
import { type PortalRequest, type PortalResponse, respond } from '../http/http.js'
import { refuse } from '../http/refusal.js'
import { isSpeculative, SPECULATION_VARY } from '../http/request-guard.js'
import type { Route, Visit } from '../http/visit.js'
import type { RouteName } from '../options/options.js'
import type { Context } from '../sessions/context.js'
import { openPortal } from './portal-link.js'
import { finishLogin, startLogin } from './portal-login.js'
import { logOut } from './portal-logout.js'
import { comeBack } from './portal-return.js'
import { createForScript } from './portal-session.js'

interface RouteEntry {
  readonly methods: readonly string[]
  readonly action: (context: Context, visit: Visit) => Promise<PortalResponse>
}

/** Which route does what. */
const ROUTES: Readonly<Record<RouteName, RouteEntry>> = {
  portal: { methods: ['GET'], action: openPortal },
  session: { methods: ['POST'], action: createForScript },
  logout: { methods: ['GET', 'POST'], action: logOut },
  return: { methods: ['GET'], action: comeBack },
  login: { methods: ['GET'], action: startLogin },
  callback: { methods: ['GET'], action: finishLogin },
}

/** Everything that any route looks at. Nothing is cached anyway; a cache that does all the same must not mix answers up. */
const VARY = `${SPECULATION_VARY}, Sec-Fetch-Mode, Sec-Fetch-Dest, Sec-Fetch-Site, Origin, Accept, Cookie`

/**
 * The answer to a request for one of the routes; `undefined` where the host has answered it already.
 * Rejects only with what the host itself threw.
 */
export async function answer(
  context: Context,
  route: Route,
  request: PortalRequest,
): Promise<PortalResponse | undefined> {
  const visit: Visit = { request, route, cookies: createAnswerCookies() }
  const response = await answerOrRefuse(context, visit)
  if (!response) return undefined
  request.appendCookies(visit.cookies.list())
  return { ...response, vary: VARY }
}

async function answerOrRefuse(context: Context, visit: Visit): Promise<PortalResponse | undefined> {
  const { request } = visit
  if (isSpeculative(request.headers)) return refuse(context, visit, speculative())
  if (request.method === 'HEAD') return respond(204)
  try {
    return await act(context, visit)
  } catch (error) {
    if (error instanceof AlreadyAnswered) return undefined
    if (!(error instanceof PortalSsoError)) throw error
    context.emit({ type: 'request.refused', code: error.code, detail: error.message })
    return refuse(context, visit, error)
  }
}

async function act(context: Context, visit: Visit): Promise<PortalResponse> {
  const { methods, action } = ROUTES[visit.route.name]
  if (context.isClosing()) throw closing()
  if (!methods.includes(visit.request.method)) throw methodNotAllowed(visit.route, methods)
  return action(context, visit)
}

export function speculative(): PortalSsoError {
  return new PortalSsoError('speculative', 'This page is not prepared in advance; open it with a click.')
}

export function closing(): PortalSsoError {
  return new PortalSsoError('closing', 'Please try again in a moment.', { headers: { 'Retry-After': '5' } })
}

function methodNotAllowed(route: Route, methods: readonly string[]): PortalSsoError {
  const text =
    route.name === 'portal'
      ? 'The billing portal opens with a plain link, not with a form.'
      : `This address takes ${methods.join(' or ')} only.`
  const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods
  return new PortalSsoError('method_not_allowed', text, { headers: { Allow: allowed.join(', ') } })
}
