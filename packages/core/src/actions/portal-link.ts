import { PortalSsoError } from '../errors.js'
import { toDestinationRequest } from '../host/destinations.js'
import { type PortalResponse, redirect, respond } from '../http/http.js'
import { renderPage } from '../http/page.js'
import { toLoginUrl, toOwnUrl } from '../http/refusal.js'
import { isBrowser, isNavigation } from '../http/request-guard.js'
import type { Route, Visit } from '../http/visit.js'
import type { Context } from '../sessions/context.js'
import { asAnswer, openForCustomer } from './portal-session.js'

/** `GET /portal_link`: a signed-in customer's click becomes a portal session, and the browser goes there. */
export async function openPortal(context: Context, visit: Visit): Promise<PortalResponse> {
  const { route } = visit
  const { headers } = visit.request
  const isAfterLogin = route.query.get('after') === 'login'

  if (!isNavigation(headers)) throw notANavigation(route)
  if (context.config.crossSite === 'deny' && headers['sec-fetch-site'] === 'cross-site' && !isAfterLogin) {
    throw new PortalSsoError('cross_site', `Another website has sent you here. ${howToOpen(route)}`)
  }
  if (isAfterLogin) return hop(route)

  try {
    return await openForCustomer(
      context,
      visit,
      route.redirectUrl,
      (session) => asAnswer(redirect(session.access_url)),
      () => toDestinationRequest(route.query),
    )
  } catch (error) {
    const elsewhere = error instanceof PortalSsoError ? toElsewhere(context, visit, error) : undefined
    if (elsewhere === undefined) throw error
    return redirect(elsewhere)
  }
}

/** Where a refusal leads a person instead, if anywhere. */
function toElsewhere(
  { config, emit }: Context,
  { request, route }: Visit,
  { code }: PortalSsoError,
): string | undefined {
  const isNobody = code === 'not_signed_in'
  if (isNobody && route.query.get('after') === 'hop') {
    // Back from the sign-in page already: to send them there again would go round for ever.
    emit({ type: 'misconfigured', ...NOBODY_AFTER_LOGIN })
    return undefined
  }
  if (!isBrowser(request.headers)) return undefined
  if (isNobody) return config.loginUrl && toLoginUrl(config.loginUrl, route)
  if (code === 'superseded') return config.afterLogoutUrl
  return code === 'no_customer' ? config.noCustomerUrl : undefined
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
    'nobody is signed in, right after the sign-in page: mounted before your sign-in, or a user without an id?',
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
