import { STATUS_CODES } from 'node:http'
import type { PortalSsoError, PortalSsoErrorCode } from '../errors.js'
import type { Config } from '../options/options.js'
import { type Content, type PortalResponse, respond, toJson } from './http.js'
import { toLoginUrl, toOwnUrl } from './own-url.js'
import { renderPage, type WayOn } from './page.js'
import { isBrowser } from './request-guard.js'
import { toPublicPath } from './route-table.js'
import { toText } from './texts.js'
import type { Route, Visit } from './visit.js'

type Places = Pick<Config, 'baseUrl' | 'pages' | 'routes' | 'loginUrl' | 'returnUrl' | 'afterLogoutUrl'>

/**
 * The one place where a refusal becomes an answer: a page in plain words for a person, RFC 9457 with a `detail` for
 * developers for a script.
 */
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
  const { status, code, message, help } = error
  return toJson('application/problem+json', {
    type: help,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    code,
  })
}

function toPage(error: PortalSsoError, route: Route, places: Places): Content {
  const { pages } = places
  return renderPage(pages, {
    ...toText(error.code, route.name, pages.texts),
    waysOn: toWaysOn(error.code, route, places),
  })
}

const isLogin = ({ name }: Route) => name === 'login' || name === 'callback'

/** Never a dead end: every page leads on, at least back to the host. */
function toWaysOn(code: PortalSsoErrorCode, route: Route, places: Places): WayOn[] {
  const { labels } = places.pages
  if (route.name === 'logout') {
    return [
      { label: labels.signOut, postTo: route.publicPath },
      { label: labels.goOn, href: places.afterLogoutUrl },
    ]
  }
  const back: WayOn = { label: labels.back, href: places.returnUrl }
  if (isLogin(route)) {
    return [{ label: labels.signIn, href: toPublicPath(places, route.mountPath, 'login') }, back]
  }
  if (route.name !== 'portal') return [back]
  switch (code) {
    case 'not_signed_in':
      return [places.loginUrl ? { label: labels.signIn, href: toLoginUrl(places.loginUrl, route) } : back]
    case 'no_customer':
    case 'customer_unknown':
      return [back]
    case 'unknown_destination':
      return [{ label: labels.open, href: route.publicPath }, back]
    default:
      return [{ label: labels.open, href: toOwnUrl(route) }, back]
  }
}
