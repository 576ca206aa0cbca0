// The global one is missing in some test environments.
import { setImmediate } from 'node:timers'
import type { AnswerCookies } from '../cookies/answer-cookies.js'
import type { JarContent } from '../cookies/session-jar.js'
import { NO_COOKIE_AT_ALL, toClearAtSignOut, toUnreadableEvent } from '../cookies/unreadable.js'
import { PortalSsoError } from '../errors.js'
import { json, type PortalRequest, type PortalResponse, redirect } from '../http/http.js'
import { isBrowser, isNavigation, originOfPost } from '../http/request-guard.js'
import type { Visit } from '../http/visit.js'
import type { Moment } from '../session-store.js'
import type { Context } from '../sessions/context.js'
import {
  type CookieEnding,
  type Ending,
  endOwners,
  endRememberedSessions,
  NOTHING,
} from '../sessions/end-sessions.js'
import type { LoginKeys } from '../state/login-keys.js'
import { type Deadline, withDeadline } from '../time/deadline.js'
import { notSameOrigin } from './portal-session.js'

/** How many portal sessions of this browser are over now, and how many could not be ended yet. */
export interface LogoutResult {
  readonly ended: number
  readonly pending: number
}

/** `POST | GET /portal_logout`: ends every session that this browser remembers, for any customer. */
export async function logOut(context: Context, { request, cookies }: Visit): Promise<PortalResponse> {
  const { config } = context
  const { headers, method } = request
  if (method === 'GET') {
    if (!isNavigation(headers) || headers['sec-fetch-site'] !== 'same-origin') throw needsPost()
  } else {
    const origin = originOfPost(headers, config.baseUrl.origin)
    if (origin === 'other' || origin === 'hidden') throw notSameOrigin(origin)
  }
  const result = await endRemembered(context, request, cookies)
  if (result.pending > 0) {
    throw new PortalSsoError(
      'logout_incomplete',
      'The billing portal could not be reached to sign you out there. Please try again in a moment, above all on a shared device.',
      { headers: { 'Retry-After': '5' } },
    )
  }
  return isBrowser(headers) ? redirect(config.afterLogoutUrl) : json(result)
}

/**
 * Ends, in parallel and within `logoutTimeoutMs`, what the browser remembers and what the store knows of its login:
 * creates that are under way, and sessions whose cookie is still on its way to the browser. Never rejects.
 */
export async function endRemembered(
  context: Context,
  request: PortalRequest,
  cookies: AnswerCookies,
): Promise<LogoutResult> {
  const { begunLogins, clock, config, jar, passages, store } = context
  const arrived = store.arrive()
  const since = passages.tick()
  cookies.putOffNoClearing()
  return withDeadline(clock, config.logoutTimeoutMs, async (deadline) => {
    const { cookie } = request.headers
    const [brought, states] = await Promise.all([jar.readSilently(cookie), begunLogins.statesIn(cookie)])
    const { sessions: remembered, unreadable } = brought
    cookies.add('cleared', jar.forget(toClearAtSignOut(unreadable, config.maxSessions)))
    const ofBrowser = context.logins.ofCookies(remembered, states)
    const over = endRememberedSessions(context, remembered, 'logout', deadline, cookies)
    const ofHost = context.logins.ofLogout(request, deadline)
    const ofCookies = { sessions: remembered, over, since }
    const [cookiesLeft, { ending, isUnsure }] = await Promise.all([
      over,
      endLogin(context, { arrived, ofCookies, ofBrowser, ofHost, deadline }),
    ])
    const isMissing = ending.ids.size > 0 && config.getLoginId !== undefined && states.length === 0
    const said = await ofHost
    const isSignedIn = said !== undefined && (said.own.length > 0 || said.customer !== undefined)
    tellOfCookies(context, brought, { isSignedIn, isMissing })
    return toResult(context, {
      ids: [...remembered.map(({ sessionId }) => sessionId), ...ending.ids],
      left: [...cookiesLeft.map(({ sessionId }) => sessionId), ...ending.left],
      ending,
      isUnsure,
    })
  })
}

interface Login {
  readonly arrived: Moment
  readonly ofCookies: CookieEnding
  readonly ofBrowser: LoginKeys
  /** What the host adds; `undefined`: it has not said in time who this is. */
  readonly ofHost: Promise<LoginKeys | undefined>
  readonly deadline: Deadline
}

interface LoginEnding {
  readonly ending: Ending
  /** The host has not said in time who this is. */
  readonly isUnsure: boolean
}

/** Ends what the store knows: at once by the browser's ids, and by what the host says as soon as it has said it. */
async function endLogin(context: Context, login: Login): Promise<LoginEnding> {
  const { arrived, ofCookies, ofBrowser, deadline } = login
  const end = ({ own, customer }: LoginKeys) =>
    endOwners(
      context,
      { all: own, ...(customer !== undefined && { underWay: [customer] }), arrived, by: 'logout' },
      ofCookies,
      deadline,
    )
  // Most hosts answer in the same turn. One question to the store is enough then.
  const isLate = (await Promise.race([login.ofHost, nextTurn()])) === LATER
  const first = isLate ? end(ofBrowser) : undefined
  const ofHost = await login.ofHost
  const all = ofHost && { ...ofHost, own: [...ofBrowser.own, ...ofHost.own] }
  const [early, ending] = await Promise.all([first, all ? end(all) : (first ?? end(ofBrowser))])
  return { ending: merge(early, ending), isUnsure: ofHost === undefined }
}

/** The creates that the second close found under way include those of the first. */
function merge(first: Ending = NOTHING, second: Ending = first): Ending {
  return {
    ids: new Set([...first.ids, ...second.ids]),
    left: new Set([...first.left, ...second.left]),
    underWay: second.underWay,
    failure: first.failure ?? second.failure,
  }
}

const LATER = Symbol('later')

function nextTurn(): Promise<typeof LATER> {
  return new Promise((resolve) => setImmediate(resolve, LATER))
}

interface Found extends LoginEnding {
  readonly ids: readonly string[]
  readonly left: readonly string[]
}

function toResult({ ender, passages }: Context, { ids, left, ending, isUnsure }: Found): LogoutResult {
  // A session can be found in the cookies and in the store: one of the two ends may succeed where the other fails.
  const open = new Set(left.filter((id) => !ender.isOver(id)))
  // Without an answer of the host any create that is under way may be of this login.
  const underWay = isUnsure ? passages.underWay() : ending.underWay
  const unknown = ending.failure === undefined ? 0 : 1
  return { ended: new Set(ids).size - open.size, pending: open.size + underWay + unknown }
}

/** Unreadable cookies change nothing in the answer, since it is not known what is in them. */
function tellOfCookies(
  { emit }: Pick<Context, 'emit'>,
  { sessions, unreadable }: JarContent,
  { isSignedIn, isMissing }: { readonly isSignedIn: boolean; readonly isMissing: boolean },
): void {
  if (isMissing && sessions.length === 0 && unreadable.length === 0) emit(NO_COOKIE_AT_ALL)
  const event = toUnreadableEvent(unreadable, { isSignedIn, remembersOthers: sessions.length > 0 })
  if (event) emit(event)
}

function needsPost(): PortalSsoError {
  return new PortalSsoError(
    'method_not_allowed',
    'Signing out of the billing portal takes a click on this site.',
    {
      headers: { Allow: 'POST' },
    },
  )
}
