import { answer, closing, speculative } from './actions/answer.js'
import { endSessionsOf, type SessionsOf } from './actions/end-sessions-of.js'
import { type PortalHealth, toHealth } from './actions/health.js'
import { createHostSignOut, type HostSignOut } from './actions/host-sign-out.js'
import { retrieveRemembered } from './actions/list-sessions.js'
import { endRemembered, type LogoutResult } from './actions/portal-logout.js'
import { type CreateSessionParameters, createForHost } from './actions/portal-session.js'
import type { PortalSession, PublicPortalSession } from './chargebee/portal-session.js'
import { createAnswerCookies } from './cookies/answer-cookies.js'
import { AlreadyAnswered, callHost } from './host/callbacks.js'
import type { Content, PortalRequest, PortalResponse } from './http/http.js'
import { isSpeculative } from './http/request-guard.js'
import { createRouteTable, type RouteTable } from './http/route-table.js'
import type { Route } from './http/visit.js'
import { createInFlight } from './in-flight.js'
import { toConfig } from './options/config.js'
import { checkEnvironment } from './options/environment.js'
import type { PortalSsoOptions } from './options/options.js'
import { createContext } from './sessions/create-context.js'
import { type Clock, systemClock } from './time/clock.js'
import { EXPIRED, waitAtMost } from './time/deadline.js'

/** The routes as functions for the host's own pages, with the framework's arguments. */
export interface PortalFunctions<Native extends readonly unknown[], Middleware> {
  /**
   * Ends this browser's portal sessions and clears their cookies on the response. To be called in the host's own
   * sign-out, before its session is destroyed. Resolves within `logoutTimeoutMs` and never rejects.
   */
  logout(...native: Native): Promise<LogoutResult>
  /**
   * The bare portal session of the signed-in customer, remembered by a cookie on the response.
   * @throws PortalSsoError as the portal link would refuse; Error when the response has been sent already
   */
  createSession(
    ...nativeAndParameters: [...Native, parameters?: CreateSessionParameters]
  ): Promise<PortalSession>
  /**
   * The sessions that this browser remembers, as Chargebee has them now, oldest first: for any customer who was here,
   * so compare `customer_id` before you show them.
   * Each session is a call and takes a point of `rateLimit`, on a counter of its own; over it none is asked for.
   * @throws PortalSsoError where Chargebee can't be asked, or not yet again
   */
  sessions(native: Native[0]): Promise<PublicPortalSession[]>
  /**
   * Ends a customer's portal sessions, or those of one login, in all browsers: when a password was changed, an account
   * closed, or a login ended at the identity provider. What is being opened for them at that moment is superseded.
   * Resolves within `logoutTimeoutMs`; what is `pending` then is tried again in the background.
   *
   * @param who the customer's id at Chargebee, `{ customerId }`, or `{ loginId }` with what `getLoginId` gave
   * @throws TypeError without the option `store`, and for anything but an id
   * @throws PortalSsoError `store_unavailable` where the store can't be asked
   */
  endSessions(who: SessionsOf): Promise<LogoutResult>
  /**
   * A middleware for a sign-out that another library owns, mounted in front of it: ends this browser's portal sessions
   * when that path is asked for, and goes on to the library, at the latest after `logoutTimeoutMs`.
   *
   * @param path as in the address, such as `/logout`; where the middleware is mounted at a path, what follows that
   * @throws TypeError for what is no path
   */
  onSignOut(path: string): Middleware
  /**
   * What this process knows without asking anything: how it went lately with Chargebee and the store, what waits. For a
   * page of the host's that a monitor looks at; no customer's request is to depend on it.
   */
  health(): PortalHealth
  /** Takes no new work, waits for what is under way, closes connections. */
  close(): Promise<void>
}

/** What an adapter builds on: the framework-neutral middleware. */
export interface PortalSso {
  /** Whether a request is ours; for all others this look-up is everything that happens. */
  readonly find: RouteTable['find']
  /**
   * Answers a request that {@link find} knows; `undefined` where the host has answered it already.
   * Rejects only with what the host itself threw.
   */
  handle(route: Route, request: PortalRequest): Promise<PortalResponse | undefined>
  /**
   * What an answer holds, to be asked for when its status, headers and cookies are set: the host's `onError` renders
   * a refusal itself. `undefined`: it has done so, and nothing more is to be sent.
   * @param errorNative the framework's own arguments of an error handler, after the error
   */
  render(
    response: PortalResponse,
    request: PortalRequest,
    errorNative: readonly unknown[],
  ): Promise<Content | undefined>
  /** See {@link PortalFunctions}. */
  logout(request: PortalRequest): Promise<LogoutResult>
  /** See {@link PortalFunctions}. */
  createSession(request: PortalRequest, parameters?: CreateSessionParameters): Promise<PortalSession>
  /** See {@link PortalFunctions}. */
  sessions(request: Pick<PortalRequest, 'headers'>): Promise<PublicPortalSession[]>
  /** See {@link PortalFunctions}. */
  endSessions(who: SessionsOf): Promise<LogoutResult>
  /** See {@link PortalFunctions}. */
  health(): PortalHealth
  /** What the middleware that it is named after does first; then it goes on. */
  onSignOut(path: string): HostSignOut
  /** See {@link PortalFunctions}. */
  close(): Promise<void>
}

/** What the middleware takes from outside besides its options; tests put their own in its place. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly clock?: Clock
}

/**
 * Checks the options, builds everything once, and gives the middleware for an adapter to wrap.
 * @throws TypeError for a wrong, missing, unknown or misspelt option
 */
export function createPortalSso<
  Native extends readonly unknown[],
  ErrorNative extends readonly unknown[] = Native,
>(
  options: PortalSsoOptions<Native, ErrorNative>,
  { env = process.env, clock = systemClock }: Surroundings = {},
): PortalSso {
  checkEnvironment()
  const config = toConfig(options, env)
  const inFlight = createInFlight()
  const context = createContext(config, clock, inFlight)
  const routes = createRouteTable(
    config,
    once(() => context.emit({ type: 'misconfigured', ...UNKNOWN_MOUNT })),
  )
  const { track, isClosing } = inFlight

  async function logout(request: PortalRequest): Promise<LogoutResult> {
    if (isClosing()) {
      const { sessions } = await context.jar.read(request.headers.cookie)
      return { ended: 0, pending: sessions.length }
    }
    const cookies = createAnswerCookies()
    const result = await track(endRemembered(context, request, cookies))
    request.appendCookies(cookies.list())
    return result
  }

  return {
    find: routes.find,

    handle: (route, request) => track(answer(context, route, request)),

    async render({ error, content }, request, errorNative) {
      const { onError, timeoutMs } = config
      if (!error || !onError || error.code === 'speculative') return content
      const rendered = await waitAtMost(clock, timeoutMs, callHost(onError, [error, ...errorNative]))
      return rendered === EXPIRED && !request.isAnswered() ? content : undefined
    },

    logout,

    onSignOut: (path) => createHostSignOut(path, { config, logout }),

    async createSession(request, parameters = {}) {
      if (isClosing()) throw closing()
      if (isSpeculative(request.headers) || request.method === 'HEAD') throw speculative()
      if (request.isAnswered()) throw new AlreadyAnswered()
      const cookies = createAnswerCookies()
      try {
        return await track(createForHost(context, { request, cookies }, routes.returnForHost(), parameters))
      } finally {
        // Also when it is refused: earlier sessions may have been ended on the way.
        request.appendCookies(cookies.list())
      }
    },

    async sessions(request) {
      if (isClosing()) throw closing()
      return track(retrieveRemembered(context, request))
    },

    health: () => toHealth(context),

    async endSessions(who) {
      if (isClosing()) throw closing()
      return track(endSessionsOf(context, who))
    },

    async close() {
      // A slow browser that does not read its answer must not keep the host from ending.
      await waitAtMost(clock, config.timeoutMs + config.logoutTimeoutMs, inFlight.close())
      await context.worker.close()
      await context.ender.close()
      context.api.close()
    },
  }
}

const UNKNOWN_MOUNT = {
  setting: 'where portalSso() is mounted',
  message:
    "a pattern takes up the whole path, so what stands in front of the routes is not known: mount it at a path, as in app.use('/shop', portalSso(…)), or set basePath: '/shop'",
} as const

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}
