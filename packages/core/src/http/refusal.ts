import { STATUS_CODES } from 'node:http'
import type { PortalSsoError, PortalSsoErrorCode } from '../errors.js'
import type { Config } from '../options/options.js'
import { type Content, type PortalResponse, respond } from './http.js'
import { toLoginUrl, toOwnUrl } from './own-url.js'
import { renderPage, type WayOn } from './page.js'
import { isBrowser } from './request-guard.js'
import { toPublicPath } from './route-table.js'
import type { Route, Visit } from './visit.js'

type Places = Pick<Config, 'baseUrl' | 'routes' | 'loginUrl' | 'returnUrl' | 'afterLogoutUrl'>

/** The one place where a refusal becomes an answer: a page for a person, RFC 9457 for a script. */
export function refuse(
  { config }: { readonly config: Places },
  { request, route }: Visit,
  error: PortalSsoError,
): PortalResponse {
  const wantsPage = route.name !== 'session' && isBrowser(request.headers)
  const content = wantsPage ? toPage(error, route, config) : toProblem(error)
  return respond(error.status, { headers: error.headers, content, error })
}

function toProblem(error: PortalSsoError): Content {
  const { status, code, message } = error
  const problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    code,
  }
  return { headers: { 'Content-Type': 'application/problem+json' }, body: JSON.stringify(problem) }
}

function toPage(error: PortalSsoError, route: Route, places: Places): Content {
  return renderPage({
    title: toTitle(error.code, route),
    text: error.message,
    waysOn: toWaysOn(error.code, route, places),
  })
}

const TITLES: Readonly<Record<PortalSsoErrorCode, string>> = {
  not_signed_in: 'Please sign in first',
  not_a_navigation: 'Open the billing portal with a link',
  not_same_origin: 'This did not come from our own pages',
  no_customer: 'No billing account yet',
  unknown_destination: 'There is no such page',
  login_not_begun: 'Please sign in again',
  login_malformed: 'Please sign in again',
  login_refused: 'Please sign in again',
  method_not_allowed: 'Please confirm',
  speculative: 'Not prepared in advance',
  too_many_requests: 'Too many clicks',
  too_many_sessions: 'Earlier visits are still open',
  switch_incomplete: 'An earlier visit is still open',
  superseded: 'You have just signed out',
  logout_incomplete: 'You are not signed out of the billing portal yet',
  chargebee_refused: 'The billing portal could not be opened',
  chargebee_invalid: 'The billing portal could not be opened',
  chargebee_unavailable: 'The billing portal is not available',
  store_unavailable: 'The billing portal is not available',
  timeout: 'This takes too long',
  closing: 'We are restarting',
}

const LOGIN_TITLES: Partial<Record<PortalSsoErrorCode, string>> = {
  not_a_navigation: 'Sign in with a link',
  chargebee_refused: 'The sign-in did not work',
  chargebee_invalid: 'The sign-in did not work',
  chargebee_unavailable: 'Signing in is not possible now',
}

function toTitle(code: PortalSsoErrorCode, route: Route): string {
  return (isLogin(route) ? LOGIN_TITLES[code] : undefined) ?? TITLES[code]
}

const isLogin = ({ name }: Route) => name === 'login' || name === 'callback'

/** Never a dead end: every page leads on, at least back to the host. */
function toWaysOn(code: PortalSsoErrorCode, route: Route, places: Places): WayOn[] {
  if (route.name === 'logout') {
    return [
      { label: 'Sign out of the billing portal', postTo: route.publicPath },
      { label: 'Continue without', href: places.afterLogoutUrl },
    ]
  }
  const back: WayOn = { label: 'Back', href: places.returnUrl }
  if (isLogin(route)) {
    return [{ label: 'Sign in', href: toPublicPath(places, route.mountPath, 'login') }, back]
  }
  if (route.name !== 'portal') return [back]
  switch (code) {
    case 'not_signed_in':
      return [places.loginUrl ? { label: 'Sign in', href: toLoginUrl(places.loginUrl, route) } : back]
    case 'no_customer':
      return [back]
    case 'unknown_destination':
      return [{ label: 'Open the billing portal', href: route.publicPath }, back]
    default:
      return [{ label: 'Open the billing portal', href: toOwnUrl(route) }, back]
  }
}
