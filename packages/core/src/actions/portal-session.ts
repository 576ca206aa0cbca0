import type { PortalSession } from '../chargebee/portal-session.js'
import { PortalSsoError } from '../errors.js'
import { identify } from '../host/callbacks.js'
import { type DestinationRequest, toForwardUrl } from '../host/destinations.js'
import { json, type PortalResponse } from '../http/http.js'
import { originOfPost } from '../http/request-guard.js'
import type { Visit } from '../http/visit.js'
import type { Context } from '../sessions/context.js'
import { openSession, type ToHandOut } from '../sessions/open-session.js'

/** Where a session that the host asks for leads; without `to` to the portal's front page. */
export interface CreateSessionParameters {
  /** A destination, as in `?to=NAME` of the portal link. */
  readonly to?: string
  /** Which subscription, for `to: 'edit-subscription'`. */
  readonly subscriptionId?: string
}

/** `POST /portal_session`: for Chargebee.js and single-page apps, which want the bare resource. */
export async function createForScript(context: Context, visit: Visit): Promise<PortalResponse> {
  const origin = originOfPost(visit.request.headers, context.config.baseUrl.origin)
  if (origin !== 'same') throw notSameOrigin(origin)
  return openForCustomer(context, visit, visit.route.redirectUrl, (session) => asAnswer(json(session)))
}

/** The same for a page of the host's own. */
export async function createForHost(
  context: Context,
  visit: Omit<Visit, 'route'>,
  redirectUrl: string | undefined,
  { to, subscriptionId }: CreateSessionParameters,
): Promise<PortalSession> {
  const destination = () => (to === undefined ? undefined : { to, subscriptionId })
  return openForCustomer(context, visit, redirectUrl, (session) => ({ result: session }), destination)
}

/**
 * Opens a session for the customer who is signed in, and counts the click.
 * @param destination looked at after the rate limit, so that guessing names is limited as well
 */
export async function openForCustomer<T>(
  context: Context,
  { request, cookies }: Omit<Visit, 'route'>,
  redirectUrl: string | undefined,
  toHandOut: ToHandOut<T>,
  destination?: () => DestinationRequest | undefined,
): Promise<T> {
  // A logout that arrives while the host is still being asked must find this create, so it is entered first.
  const passage = context.passages.arrive()
  try {
    const customerId = await identify(context, request)
    const brought = await context.jar.read(request.headers.cookie)
    const login = await context.logins.ofCreate(request, customerId, brought.sessions)
    await context.limiter.countClick(login)
    const asked = destination?.()
    const forwardUrl = asked && (await toForwardUrl(context, request, asked))
    const parameters = { customerId, forwardUrl, redirectUrl, brought, login }
    return await openSession(context, request, cookies, passage, parameters, toHandOut)
  } finally {
    passage.leave()
  }
}

/** An answer of ours that hands a session out: it leaves with this status and `Location`, or the session is ended. */
export function asAnswer(result: PortalResponse): ReturnType<ToHandOut<PortalResponse>> {
  return { result, head: { status: result.status, location: result.headers.Location } }
}

/** For a POST that is refused. `hidden` mostly comes from the page's own policy, so the text names it. */
export function notSameOrigin(origin: 'other' | 'hidden' | 'unstated'): PortalSsoError {
  return new PortalSsoError(
    'not_same_origin',
    origin === 'hidden'
      ? "The browser hid where this came from (Origin: null). A page with Referrer-Policy: no-referrer makes it do so; 'same-origin' does not."
      : 'This takes a request from the same origin as this site.',
  )
}
