import { retrieveRemembered } from './actions/list-sessions.js'
import { openPortal } from './actions/portal-link.js'
import { finishLogin, startLogin } from './actions/portal-login.js'
import { endRemembered, type LogoutResult, logOut } from './actions/portal-logout.js'
import { comeBack } from './actions/portal-return.js'
import { type CreateSessionParameters, createForHost, createForScript } from './actions/portal-session.js'
import { createChargebeeApi } from './chargebee/api.js'
import type { PortalSession, PublicPortalSession } from './chargebee/portal-session.js'
import { createAnswerCookies } from './cookies/answer-cookies.js'
import { createBegunLogins } from './cookies/login-state.js'
import { createSessionJar } from './cookies/session-jar.js'
import { PortalSsoError } from './errors.js'
import { createEmitter } from './events.js'
import { AlreadyAnswered, callHost } from './host/callbacks.js'
import { type Content, type PortalRequest, type PortalResponse, respond } from './http/http.js'
import { refuse } from './http/refusal.js'
import { isSpeculative, SPECULATION_VARY } from './http/request-guard.js'
import { createRouteTable, type RouteTable } from './http/route-table.js'
import { toConfig } from './options/config.js'
import type { PortalSsoOptions, RouteName } from './options/options.js'
import type { Context, Route, Visit } from './sessions/context.js'
import { createFence } from './state/fence.js'
import { createLogins } from './state/login-keys.js'
import { createRequestLimiter } from './state/rate-limit.js'
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
   * The sessions that this browser remembers, as Chargebee has them now, oldest first: whoever they were opened for,
   * so compare `customer_id` before you show them to somebody.
   * @throws PortalSsoError where Chargebee can't be asked
   */
  sessions(native: Native[0]): Promise<PublicPortalSession[]>
  /** Takes no new work, waits for what is under way, closes connections. */
  close(): Promise<void>
}

/** What an adapter builds on: the framework-neutral middleware. */
export interface PortalSso<Native extends readonly unknown[], ErrorNative extends readonly unknown[]> {
  /** Whether a request is ours; for all others this look-up is everything that happens. */
  readonly find: RouteTable['find']
  /**
   * Answers a request that {@link find} knows; `undefined` where somebody else has answered it already.
   * Rejects only with what the host itself threw.
   */
  handle(route: Route, request: PortalRequest<Native>): Promise<PortalResponse | undefined>
  /**
   * What an answer holds, to be asked for when its status, headers and cookies are set: the host's `onError` renders
   * a refusal itself. `undefined`: it has done so, and nothing more is to be sent.
   */
  render(
    response: PortalResponse,
    request: PortalRequest<Native>,
    errorNative: ErrorNative,
  ): Promise<Content | undefined>
  /** See {@link PortalFunctions}. */
  logout(request: PortalRequest<Native>): Promise<LogoutResult>
  createSession(request: PortalRequest<Native>, parameters?: CreateSessionParameters): Promise<PortalSession>
  sessions(request: Pick<PortalRequest<Native>, 'headers'>): Promise<PublicPortalSession[]>
  close(): Promise<void>
}

/** What the middleware takes from outside besides its options; tests put their own in its place. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly clock?: Clock
}

interface RouteEntry {
  readonly methods: readonly string[]
  readonly action: <Native extends readonly unknown[]>(
    context: Context<Native>,
    visit: Visit<Native>,
  ) => Promise<PortalResponse>
}

const ROUTES: Readonly<Record<RouteName, RouteEntry>> = {
  portal: { methods: ['GET'], action: openPortal },
  session: { methods: ['POST'], action: createForScript },
  logout: { methods: ['GET', 'POST'], action: logOut },
  return: { methods: ['GET'], action: comeBack },
  login: { methods: ['GET'], action: startLogin },
  callback: { methods: ['GET'], action: finishLogin },
}

/** Everything that any route looks at. Nothing is cached anyway; a cache that does all the same must not mix answers up. */
const VARY = `${SPECULATION_VARY}, Sec-Fetch-Mode, Sec-Fetch-Dest, Sec-Fetch-Site, Origin, Accept, Cookie`

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
): PortalSso<Native, ErrorNative> {
  const config = toConfig(options, env)
  const { onError } = options
  const { site, secrets, onEvent } = config
  const { now } = clock
  const emit = createEmitter({ site, now, onEvent })
  const api = createChargebeeApi({ config, emit, clock })
  const cookieSettings = { site, secrets, secure: config.baseUrl.secure, emit }
  const underWay = new Set<Promise<unknown>>()
  let isClosing = false

  /** `close()` waits for everything that came through here. */
  function track<T>(work: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = work.then(
      () => underWay.delete(settled),
      () => underWay.delete(settled),
    )
    underWay.add(settled)
    return work
  }

  const context: Context<Native> = {
    config,
    api,
    emit,
    clock,
    jar: createSessionJar({ ...cookieSettings, now }),
    begunLogins: createBegunLogins({ ...cookieSettings, now }),
    ender: createSessionEnder({ api, emit, timeoutMs: config.logoutTimeoutMs, clock }),
    fence: createFence(clock),
    logins: createLogins({ ...config, clock }),
    limiter: createRequestLimiter(config.rateLimit),
    inBackground: (work) => void track(work).catch(() => {}),
  }

  if (!config.baseUrl.takesReturn) {
    emit({
      type: 'misconfigured',
      setting: 'baseUrl',
      message: `Chargebee sends customers back to ports 443, 80, 8443 and 8080 only; run on 8080 to be brought back from the portal${config.login ? ', and to sign in there at all' : ''}`,
    })
  }

  const routes = createRouteTable(config)
  async function idle(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay)
  }

  async function run(visit: Visit<Native>): Promise<PortalResponse> {
    const { methods, action } = ROUTES[visit.route.name]
    if (isClosing) throw closing()
    if (!methods.includes(visit.request.method)) throw methodNotAllowed(visit.route, methods)
    const answer = await action(context, visit)
    return { ...answer, cookies: visit.cookies.list() }
  }

  async function answerTo(route: Route, request: PortalRequest<Native>): Promise<PortalResponse | undefined> {
    const visit: Visit<Native> = { request, route, cookies: createAnswerCookies() }
    if (isSpeculative(request.headers)) return refuse(context, visit, speculative())
    if (request.method === 'HEAD') return respond(204)
    try {
      return await run(visit)
    } catch (error) {
      if (error instanceof AlreadyAnswered) return undefined
      if (!(error instanceof PortalSsoError)) throw error
      emit({ type: 'request.refused', code: error.code })
      return refuse(context, visit, error)
    }
  }

  return {
    find: routes.find,

    async handle(route, request) {
      const answer = await track(answerTo(route, request))
      return answer && { ...answer, vary: VARY }
    },

    async render({ error, content }, request, errorNative) {
      if (!error || !onError || error.code === 'speculative') return content
      const rendered = await waitAtMost(clock, config.timeoutMs, callHost(onError, [error, ...errorNative]))
      return rendered === EXPIRED && !request.isAnswered() ? content : undefined
    },

    async logout(request) {
      if (isClosing) return { ended: 0, pending: (await context.jar.read(request.headers.cookie)).length }
      const cookies = createAnswerCookies()
      const result = await track(endRemembered(context, request, cookies))
      request.appendCookies(cookies.list())
      return result
    },

    async createSession(request, parameters = {}) {
      if (isClosing) throw closing()
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
      if (isClosing) throw closing()
      return track(retrieveRemembered(context, request))
    },

    async close() {
      isClosing = true
      // An answer that a slow browser does not take must not keep the host from ending.
      await waitAtMost(clock, config.timeoutMs + config.logoutTimeoutMs, idle())
      await context.ender.close()
      api.close()
    },
  }
}

function speculative(): PortalSsoError {
  return new PortalSsoError('speculative', 'This page is not prepared in advance; open it with a click.')
}

function closing(): PortalSsoError {
  return new PortalSsoError('closing', 'Please try again in a moment.', { headers: { 'Retry-After': '5' } })
}

function methodNotAllowed(route: Route, methods: readonly string[]): PortalSsoError {
  const text =
    route.name === 'portal'
      ? 'The billing portal opens with a plain link, not with a form.'
      : `This address takes ${methods.join(' or ')} only.`
  const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods
  return new PortalSsoError('method_not_allowed', text, { headers: { Allow: allowed.join(', ') } })
}
