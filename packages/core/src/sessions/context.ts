import type { ChargebeeApi } from '../chargebee/api.js'
import type { AnswerCookies } from '../cookies/answer-cookies.js'
import type { BegunLogins } from '../cookies/login-state.js'
import type { SessionJar } from '../cookies/session-jar.js'
import type { Emit } from '../events.js'
import type { PortalRequest } from '../http/http.js'
import type { Config, RouteName } from '../options/options.js'
import type { Fence } from '../state/fence.js'
import type { Logins } from '../state/login-keys.js'
import type { RequestLimiter } from '../state/rate-limit.js'
import type { SessionEnder } from '../state/session-ender.js'
import type { Clock } from '../time/clock.js'

/** What is built once per middleware, for every action to use. */
export interface Context<Native extends readonly unknown[] = readonly unknown[]> {
  readonly config: Config<Native>
  readonly api: ChargebeeApi
  readonly jar: SessionJar
  readonly begunLogins: BegunLogins
  readonly ender: SessionEnder
  readonly fence: Fence
  readonly logins: Logins<Native>
  readonly limiter: RequestLimiter
  readonly emit: Emit
  readonly clock: Clock
  /** Work that no request waits for, but `close()` does. */
  readonly inBackground: (work: Promise<void>) => void
}

/** A request that is ours: which route it is for, and where that stands in the public address. */
export interface Route {
  readonly name: RouteName
  /** What the public address has in front of the route, as the host sees it: `''` or `/billing`. */
  readonly mountPath: string
  /** The route's own address for a browser, without query. */
  readonly publicPath: string
  readonly query: URLSearchParams
  /** What follows the callback route: `/portal_callback/{state}`. */
  readonly state?: string
}

/** One request on its way through an action. */
export interface Visit<Native extends readonly unknown[]> {
  readonly request: PortalRequest<Native>
  readonly route: Route
  /** What goes out with the answer, whatever it is. */
  readonly cookies: AnswerCookies
}
