import { PortalSsoError } from '../errors.js'
import { toDestinationRequest } from '../host/destinations.js'
import { type PortalResponse, redirect, respond } from '../http/http.js'
import { toLoginUrl, toOwnUrl } from '../http/own-url.js'
import { renderPage } from '../http/page.js'
import { isBrowser, isForeign, isNavigation } from '../http/request-guard.js'
import type { Route, Visit } from '../http/visit.js'
import type { Context } from '../sessions/context.js'
import { ask } from './ask.js'
import { asAnswer, openForCustomer } from './portal-session.js'

/** `GET /portal_link`: a signed-in customer's click becomes a portal session, and the browser goes there. */
export async function openPortal(context: Context, visit: Visit): Promise<PortalResponse> {
  const { route } = visit
  const { headers } = visit.request
  if (!isNavigation(headers)) throw notANavigation(route)
  const { baseUrl, crossSite } = context.config
  const isAsked = crossSite === 'ask' && isForeign(headers, baseUrl.origin)
  if (route.query.get('after') === 'login') return hop(context, visit, isAsked)
  if (isAsked) return ask(context, 'portal', ASKED, toOwnUrl(route))

  try {
    return await openForCustomer(
      context,
      visit,
      route.redirectUrl,
      (session) => asAnswer(redirect(session.access_url)),
      () => toDestinationRequest(route.query),
    )
  } catch (error) {
    const elsewhere = error instanceof PortalSsoError ? await toElsewhere(context, visit, error) : undefined
    if (elsewhere === undefined) throw error
    return redirect(elsewhere)
  }
}

/** Where a refusal leads a person instead, if anywhere. */
async function toElsewhere(
  { config, emit, hopCookie }: Context,
  { request, route, cookies }: Visit,
  { code }: PortalSsoError,
): Promise<string | undefined> {
  const isAnonymous = code === 'not_signed_in'
  if (isAnonymous && route.query.get('after') === 'hop') {
    // Back from the sign-in page already: to send them there again would go round for ever.
    emit({ type: 'misconfigured', ...NOBODY_AFTER_LOGIN })
    return undefined
  }
  if (!isBrowser(request.headers)) return undefined
  if (isAnonymous && config.loginUrl) {
    cookies.add('new', [hopCookie.give(route.mountPath)])
    return toLoginUrl(config.loginUrl, route)
  }
  if (code === 'superseded') return config.afterLogoutUrl
  return code === 'no_customer' ? config.noCustomerUrl : undefined
}

/**
 * A page between the host's sign-in form and the portal. The directive `form-action` of a Content Security Policy
 * holds for all redirects that follow a form, and helmet's default allows the host itself only. It goes on by itself,
 * unless another website began the navigation in a browser that has not been sent to the sign-in page from here.
 */
async function hop(context: Context, visit: Visit, isAsked: boolean): Promise<PortalResponse> {
  const { hopCookie } = context
  const { request, route, cookies } = visit
  const { cookie } = request.headers
  const next = toOwnUrl(route, 'hop')
  if (isAsked && !(await hopCookie.isGood(cookie, route.mountPath)))
    return ask(context, 'portal', ASKED, next)
  cookies.add('cleared', hopCookie.clear(cookie))
  const content = renderPage({
    title: 'To the billing portal',
    text: 'The billing portal opens in a moment.',
    waysOn: [{ label: 'Open the billing portal', href: next }],
    refreshTo: next,
  })
  return respond(200, { content })
}

const ASKED = {
  title: 'Continue to the billing portal?',
  text: 'Another website or an e-mail has sent you here. Nothing has been opened yet.',
  label: 'Open the billing portal',
} as const

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
