import type { AnswerCookies } from '../cookies/answer-cookies.js'
import type { RouteName } from '../options/options.js'
import type { PortalRequest } from './http.js'

/** A request that is ours: which route it is for, and where that stands in the public address. */
export interface Route {
  readonly name: RouteName
  /** What the public address has in front of the route, as the host sees it: `''` or `/billing`. */
  readonly mountPath: string
  /** The route's own address for a browser, without query. */
  readonly publicPath: string
  /** Where Chargebee sends the browser when the customer leaves the portal; `undefined` where it refuses our port. */
  readonly redirectUrl: string | undefined
  readonly query: URLSearchParams
  /** What follows the callback route: `/portal_callback/{state}`. */
  readonly state?: string
}

/** One request on its way through an action. */
export interface Visit {
  readonly request: PortalRequest
  readonly route: Route
  /** The cookies of the answer, a refusal included. */
  readonly cookies: AnswerCookies
}
