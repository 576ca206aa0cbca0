import type { Context, Route, Visit } from './context.js'
import { type DestinationRequest, toDestinationRequest, toForwardUrl } from './destinations.js'
import { PortalSsoError } from './errors.js'
import { identify } from './host-callbacks.js'
import { json, type PortalResponse, redirect, respond } from './http.js'
import { openSession } from './open-session.js'
import { type Config, NO_CUSTOMER } from './options.js'
import { renderPage } from './page.js'
import type { PortalSession } from './portal-session.js'
import { toLoginUrl, toOwnUrl } from './refusal.js'
import { isBrowser, isNavigation, originOfPost } from './request-guard.js'

/** `GET /portal_link`: a signed-in customer's click becomes a portal session, and the browser goes there. */
export async function openPortal<Native extends readonly unknown[]>(
  context: Context<Native>,
  visit: Visit<Native>,
): Promise<PortalResponse> {
  const { config, emit } = context
  const { request, route, cookies } = visit
  const { headers } = request
  const after = route.query.get('after')

  if (!isNavigation(headers)) throw notANavigation(route)
  if (config.crossSite === 'deny' && headers['sec-fetch-site'] === 'cross-site' && after !== 'login') {
    throw new PortalSsoError('cross_site', `Another website has sent you here. ${howToOpen(route)}`)
  }
  if (after === 'login') return hop(route)

  const identity = await identify(config, request)
  if (identity === undefined) {
    if (after === 'hop') emit({ type: 'misconfigured', ...NOBODY_AFTER_LOGIN })
    if (config.loginUrl && after !== 'hop' && isBrowser(headers))
      return redirect(toLoginUrl(config.loginUrl, route))
    throw notSignedIn()
  }
  if (identity === NO_CUSTOMER) {
    if (config.noCustomerUrl && isBrowser(headers)) return redirect(config.noCustomerUrl)
    throw noCustomer()
  }

  const destination = toDestinationRequest(route.query)
  const session = await openCounted(
    context,
    request,
    cookies,
    identity.customerId,
    route.mountPath,
    destination,
  )
  return redirect(session.access_url)
}

/** `POST /portal_session`: the same for Chargebee.js and single-page apps, which want the bare resource. */
export async function createForScript<Native extends readonly unknown[]>(
  context: Context<Native>,
  { request, route, cookies }: Visit<Native>,
): Promise<PortalResponse> {
  const origin = originOfPost(request.headers, context.config.baseUrl.origin)
  if (origin !== 'same') throw notSameOrigin(origin)
  const customerId = await identifyCustomer(context, request)
  return json(await openCounted(context, request, cookies, customerId, route.mountPath, undefined))
}

export interface CreateSessionParameters {
  /** A destination, as in `?to=NAME` of the portal link. */
  readonly to?: string
  /** Which subscription, for `to: 'edit-subscription'`. */
  readonly subscriptionId?: string
}

/** The same for a page of the host's own, which no mount is known of but `basePath`. */
export async function createForHost<Native extends readonly unknown[]>(
  context: Context<Native>,
  request: Visit<Native>['request'],
  cookies: string[],
  { to, subscriptionId }: CreateSessionParameters,
): Promise<PortalSession> {
  const customerId = await identifyCustomer(context, request)
  const destination = to === undefined ? undefined : { to, subscriptionId }
  return openCounted(context, request, cookies, customerId, context.config.basePath, destination)
}

/** The customer's id, where nobody and nobody's record are both refusals. */
async function identifyCustomer<Native extends readonly unknown[]>(
  { config }: Context<Native>,
  request: Visit<Native>['request'],
): Promise<string> {
  const identity = await identify(config, request)
  if (identity === undefined) throw notSignedIn()
  if (identity === NO_CUSTOMER) throw noCustomer()
  return identity.customerId
}

async function openCounted<Native extends readonly unknown[]>(
  context: Context<Native>,
  request: Visit<Native>['request'],
  cookies: string[],
  customerId: string,
  mountPath: string,
  destination: DestinationRequest | undefined,
): Promise<PortalSession> {
  await context.limiter.count(customerId)
  return openSession(context, request, cookies, {
    customerId,
    forwardUrl: destination && (await toForwardUrl(context, request, destination)),
    redirectUrl: toRedirectUrl(context.config, mountPath),
  })
}

/** Where Chargebee sends the browser when the customer leaves the portal; `undefined`: it would refuse our port. */
export function toRedirectUrl(
  { baseUrl, routes, returnUrl }: Pick<Config<[]>, 'baseUrl' | 'routes' | 'returnUrl'>,
  mountPath: string,
): string | undefined {
  if (!baseUrl.takesReturn) return undefined
  return baseUrl.origin + (routes.return === false ? returnUrl : baseUrl.path + mountPath + routes.return)
}

/**
 * A page between the host's sign-in form and the portal. The directive `form-action` of a Content Security Policy
 * holds for all redirects that follow a form, and helmet's default allows the host itself only.
 */
function hop(route: Route): PortalResponse {
  const next = toOwnUrl(route, 'hop')
  const content = renderPage({
    title: 'To the billing portal',
    text: 'The billing portal opens in a moment.',
    waysOn: [{ label: 'Open the billing portal', href: next }],
    refreshTo: next,
  })
  return respond(200, { content })
}

const NOBODY_AFTER_LOGIN = {
  setting: 'getCustomerId',
  message:
    'nobody was signed in right after the sign-in page: is portalSso() mounted before your sign-in, or is this a user without an id?',
} as const

function howToOpen({ publicPath }: Route): string {
  return `Open it with a plain link in its own tab: <a href="${publicPath}" target="_top">.`
}

function notANavigation(route: Route): PortalSsoError {
  return new PortalSsoError(
    'not_a_navigation',
    `The billing portal opens for people only, not inside a frame and not by a script. ${howToOpen(route)}`,
  )
}

function notSignedIn(): PortalSsoError {
  return new PortalSsoError('not_signed_in', 'The billing portal opens for signed-in customers.')
}

function noCustomer(): PortalSsoError {
  return new PortalSsoError('no_customer', 'There is no billing account for you yet.')
}

/** For a POST that is refused; `hidden` is mostly a page's own policy, so the text names it. */
export function notSameOrigin(origin: 'other' | 'hidden' | 'unstated'): PortalSsoError {
  return new PortalSsoError(
    'not_same_origin',
    origin === 'hidden'
      ? "The browser hid where this came from (Origin: null). A page with Referrer-Policy: no-referrer makes it do so; 'same-origin' does not."
      : 'This takes a request from the same origin as this site.',
  )
}
