import { PortalSsoError } from '../errors.js'
import { AlreadyAnswered, identify } from '../host/callbacks.js'
import { toDestinationRequest } from '../host/destinations.js'
import { type PortalRequest, type PortalResponse, redirect, respond } from '../http/http.js'
import { toLoginUrl, toOwnUrl } from '../http/own-url.js'
import { renderPage } from '../http/page.js'
import { isBrowser, isForeign, isNavigation } from '../http/request-guard.js'
import { toText } from '../http/texts.js'
import type { Route, Visit } from '../http/visit.js'
import type { Context } from '../sessions/context.js'
import { ask } from './ask.js'
import { asAnswer, openForCustomer } from './portal-session.js'

/** `GET /portal_link`: a signed-in customer's click becomes a portal session, and the browser goes there. */
export async function openPortal(context: Context, visit: Visit): Promise<PortalResponse> {
  const { route } = visit
  const { headers } = visit.request
  if (!isNavigation(headers)) {
    await tellOfStrippedHeaders(context, visit.request)
    throw notANavigation(route)
  }
  const { baseUrl, crossSite } = context.config
  const isAsked = crossSite === 'ask' && isForeign(headers, baseUrl.origin)
  if (route.query.get('after') === 'login') return hop(context, visit, isAsked)
  if (isAsked) return ask(context, 'portal', toOwnUrl(route))

  try {
    return await openForCustomer(
      context,
      visit,
      route.redirectUrl,
      (session) => asAnswer(redirect(session.access_url)),
      () => toDestinationRequest(route.query),
    )
  } catch (error) {
    if (!(error instanceof PortalSsoError)) throw error
    const elsewhere = await toElsewhere(context, visit, error)
    if (elsewhere === undefined) throw withHint(error, route)
    return redirect(elsewhere)
  }
}

/** Where a refusal leads a person instead, if anywhere. */
async function toElsewhere(
  { config, hopCookie }: Context,
  { request, route, cookies }: Visit,
  { code }: PortalSsoError,
): Promise<string | undefined> {
  const isAnonymous = code === 'not_signed_in'
  if (isAnonymous && route.query.get('after') === 'hop') {
    // The browser comes from the sign-in page. Sending it there again would be a loop.
    return undefined
  }
  if (!isBrowser(request.headers)) return undefined
  if (isAnonymous && config.loginUrl) {
    cookies.add('new', [hopCookie.give(route.mountPath)])
    return toLoginUrl(config.loginUrl, route)
  }
  if (code === 'superseded') return config.afterLogoutUrl
  return code === 'no_customer' || code === 'customer_unknown' ? config.noCustomerUrl : undefined
}

/** Any stranger can ask for `after=hop`. So the hint is part of the refusal, and not a line in the log. */
function withHint(error: PortalSsoError, { query }: Route): PortalSsoError {
  if (error.code !== 'not_signed_in' || query.get('after') !== 'hop') return error
  return new PortalSsoError(error.code, NOBODY_AFTER_LOGIN)
}

/**
 * A page between the host's sign-in form and the portal. The directive `form-action` of a Content Security Policy
 * holds for all redirects that follow a form, and helmet's default allows the host itself only. The page goes on by
 * itself. It waits for a click where another website began the navigation and we have not sent this browser to the
 * sign-in page.
 */
async function hop(context: Context, visit: Visit, isAsked: boolean): Promise<PortalResponse> {
  const { hopCookie } = context
  const { request, route, cookies } = visit
  const { cookie } = request.headers
  const next = toOwnUrl(route, 'hop')
  if (isAsked && !(await hopCookie.isGood(cookie, route.mountPath))) return ask(context, 'portal', next)
  cookies.add('cleared', hopCookie.clear(cookie))
  const { pages } = context.config
  const content = renderPage(pages, {
    ...toText('after_login', 'portal', pages.texts),
    waysOn: [{ label: pages.labels.open, href: next }],
    refreshTo: next,
  })
  return respond(200, { content })
}

const NOBODY_AFTER_LOGIN =
  'getCustomerId knows no customer right after the sign-in page: mounted before your sign-in, or a user without an id?'

/**
 * A CDN that drops unlisted headers makes each click look like a script. A request of a signed-in customer without any
 * of these headers is a sign of that. A request of anyone else is not reported: strangers could fill the log.
 */
async function tellOfStrippedHeaders(context: Context, request: PortalRequest): Promise<void> {
  if (isBrowser(request.headers) || SENT_BY_BROWSERS.some((name) => request.headers[name] !== undefined))
    return
  try {
    await identify(context, request)
  } catch (error) {
    if (error instanceof AlreadyAnswered) throw error
    return
  }
  context.emit({
    type: 'misconfigured',
    setting: 'the proxy or CDN',
    message:
      "a signed-in customer's click came with neither Accept: text/html nor Sec-Fetch-Mode: does something in front drop them? Let Accept through, or Sec-Fetch-Mode, Sec-Fetch-Dest and Sec-Fetch-Site",
  })
}

const SENT_BY_BROWSERS = ['sec-fetch-mode', 'sec-fetch-dest', 'sec-fetch-site'] as const

function howToOpen({ publicPath }: Route): string {
  return `Open it with a plain link in its own tab: <a href="${publicPath}" target="_top">.`
}

function notANavigation(route: Route): PortalSsoError {
  return new PortalSsoError(
    'not_a_navigation',
    `The billing portal opens for people only, not inside a frame and not by a script. ${howToOpen(route)}`,
  )
}
