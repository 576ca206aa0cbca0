import { answer, closing, speculative } from './actions/answer.js'
import { retrieveRemembered } from './actions/list-sessions.js'
import { endRemembered, type LogoutResult } from './actions/portal-logout.js'
import { type CreateSessionParameters, createForHost } from './actions/portal-session.js'
import { createChargebeeApi } from './chargebee/api.js'
import type { PortalSession, PublicPortalSession } from './chargebee/portal-session.js'
import { createAnswerCookies } from './cookies/answer-cookies.js'
import { createHopCookie } from './cookies/hop-cookie.js'
import { createBegunLogins } from './cookies/login-state.js'
import { createSessionJar } from './cookies/session-jar.js'
import { createEmitter, type Emit } from './events.js'
import { AlreadyAnswered, callHost } from './host/callbacks.js'
import type { Content, PortalRequest, PortalResponse } from './http/http.js'
import { isSpeculative } from './http/request-guard.js'
import { createRouteTable, type RouteTable } from './http/route-table.js'
import type { Route } from './http/visit.js'
import { createInFlight, type InFlight } from './in-flight.js'
import { toConfig } from './options/config.js'
import type { Config, PortalSsoOptions } from './options/options.js'
import type { Context } from './sessions/context.js'
import { leaseOf } from './sessions/end-sessions.js'
import { createActivateLimit } from './state/activate-limit.js'
import { createLogins } from './state/login-keys.js'
import { createMemoryStore, OF_ONE_PROCESS } from './state/memory-store.js'
import { createPassages } from './state/passage.js'
import { createRequestLimiter } from './state/rate-limit.js'
import { createRecently } from './state/recently.js'
import { createRetryWorker } from './state/retry-worker.js'
import { createSessionEnder } from './state/session-ender.js'
import { type Clock, systemClock } from './time/clock.js'
import { EXPIRED, waitAtMost } from './time/deadline.js'

/** The same acts as the routes, as functions for the host's own pages, with the framework's arguments. */
export interface PortalFunctions<Native extends readonly unknown[]> {
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
   * @throws PortalSsoError where Chargebee can't be asked
   */
  sessions(native: Native[0]): Promise<PublicPortalSession[]>
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
  createSession(request: PortalRequest, parameters?: CreateSessionParameters): Promise<PortalSession>
  sessions(request: Pick<PortalRequest, 'headers'>): Promise<PublicPortalSession[]>
  close(): Promise<void>
}

// What is over or put off may take as long as this to be told to the store; no answer waits for it.
const STORE_WITHIN = { withinMs: 5_000 }
// A create that is not over by then has lost its process.
const CREATE_SLACK_MS = 7_000

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
  const config = toConfig(options, env)
  const inFlight = createInFlight()
  const context = createContext(config, clock, inFlight)
  const routes = createRouteTable(config)
  const { track, isClosing } = inFlight
  warnOfPort(config, context.emit)

  return {
    find: routes.find,

    handle: (route, request) => track(answer(context, route, request)),

    async render({ error, content }, request, errorNative) {
      const { onError, timeoutMs } = config
      if (!error || !onError || error.code === 'speculative') return content
      const rendered = await waitAtMost(clock, timeoutMs, callHost(onError, [error, ...errorNative]))
      return rendered === EXPIRED && !request.isAnswered() ? content : undefined
    },

    async logout(request) {
      if (isClosing()) {
        const { sessions } = await context.jar.read(request.headers.cookie)
        return { ended: 0, pending: sessions.length }
      }
      const cookies = createAnswerCookies()
      const result = await track(endRemembered(context, request, cookies))
      request.appendCookies(cookies.list())
      return result
    },

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

    async close() {
      // An answer that a slow browser does not take must not keep the host from ending.
      await waitAtMost(clock, config.timeoutMs + config.logoutTimeoutMs, inFlight.close())
      await context.worker.close()
      await context.ender.close()
      context.api.close()
    },
  }
}

/** Everything that requests share. */
function createContext(config: Config, clock: Clock, { inBackground, isClosing }: InFlight): Context {
  const { site, secrets, onEvent, logoutTimeoutMs, maxSessions } = config
  const { now } = clock
  const emit = createEmitter({ site, now, onEvent })
  const api = createChargebeeApi({ apiKey: config.apiKey, apiUrl: config.apiUrl, emit, clock })
  const store = config.store?.open({ site, emit }) ?? createMemoryStore({ now, limits: OF_ONE_PROCESS })
  const ender = createSessionEnder({
    api,
    emit,
    timeoutMs: logoutTimeoutMs,
    clock,
    forget: async ({ id, owners }) =>
      inBackground(store.forget({ sessions: [id] }, owners, STORE_WITHIN).catch(() => {})),
    async postpone({ id, owners }, by, inMs) {
      await store.postpone({ kind: 'session', id, owners, note: by }, inMs, STORE_WITHIN)
      worker.wake(inMs)
    },
  })
  const worker = createRetryWorker({ store, ender, clock, leaseMs: leaseOf(config) })
  const passages = createPassages({
    store,
    inBackground,
    clock,
    leaseMs: config.timeoutMs + CREATE_SLACK_MS,
    keptMs: logoutTimeoutMs,
  })
  const cookieSettings = { site, secure: config.baseUrl.secure, emit, now }
  return {
    config,
    api,
    emit,
    clock,
    jar: createSessionJar({ ...cookieSettings, secrets: secrets.jar, maxSessions }),
    begunLogins: createBegunLogins({ ...cookieSettings, secrets: secrets.loginState }),
    hopCookie: createHopCookie({ ...cookieSettings, secrets: secrets.jar }),
    ender,
    worker,
    passages,
    logins: createLogins({ ...config, clock }),
    store,
    limiter: createRequestLimiter(config.rateLimit, store),
    activateLimit: createActivateLimit(clock),
    recently: createRecently(clock),
    inBackground,
    isClosing,
  }
}

function warnOfPort({ baseUrl, login }: Config, emit: Emit): void {
  if (baseUrl.takesReturn) return
  emit({
    type: 'misconfigured',
    setting: 'baseUrl',
    message: `Chargebee sends customers back to ports 443, 80, 8443 and 8080 only; run on 8080 to be brought back from the portal${login ? ', and to sign in there at all' : ''}`,
  })
}
