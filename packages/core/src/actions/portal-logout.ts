import type { AnswerCookies } from '../cookies/answer-cookies.js'
import type { JarContent } from '../cookies/session-jar.js'
import { NO_COOKIE_AT_ALL, toClearAtSignOut, toUnreadableEvent } from '../cookies/unreadable.js'
import { PortalSsoError } from '../errors.js'
import { json, type PortalRequest, type PortalResponse, redirect } from '../http/http.js'
import { isBrowser, isNavigation, originOfPost } from '../http/request-guard.js'
import type { Visit } from '../http/visit.js'
import type { Context } from '../sessions/context.js'
import { end, endIds } from '../sessions/make-room.js'
import type { LoginKeys } from '../state/login-keys.js'
import { EXPIRED, withDeadline } from '../time/deadline.js'
import { notSameOrigin } from './portal-session.js'

/** How many portal sessions of this browser are over now, and how many could not be ended yet. */
export interface LogoutResult {
  readonly ended: number
  readonly pending: number
}

/** `POST | GET /portal_logout`: ends every session that this browser remembers, whoever it was opened for. */
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
 * Ends, in parallel and within `logoutTimeoutMs`, what the browser remembers and what the fence knows of its login:
 * creates that are under way, and sessions whose cookie is still on its way to the browser. Never rejects.
 */
export async function endRemembered(
  context: Context,
  request: PortalRequest,
  cookies: AnswerCookies,
): Promise<LogoutResult> {
  const { begunLogins, clock, config, ender, fence, jar, logins } = context
  const gate = fence.close()
  cookies.putOffNoClearing()
  try {
    return await withDeadline(clock, config.logoutTimeoutMs, async (deadline) => {
      const { cookie } = request.headers
      const [{ sessions: remembered, unreadable }, states] = await Promise.all([
        jar.readSilently(cookie),
        begunLogins.statesIn(cookie),
      ])
      const toClear = toClearAtSignOut(unreadable, config.maxSessions)
      cookies.add('cleared', jar.forget(toClear))
      const ids = new Set(remembered.map(({ sessionId }) => sessionId))
      const left = new Set<string>()
      let isUnsure = false

      const endOthers = async (login: LoginKeys) => {
        const others = gate.defeat(login).filter((id) => !ids.has(id) && !ender.isOver(id))
        if (others.length === 0) return 0
        for (const id of others) ids.add(id)
        for (const id of await endIds({ ender }, others, 'logout', deadline)) left.add(id)
        return others.length
      }
      const endJar = async () => {
        for (const { sessionId } of await end({ ender, jar }, remembered, 'logout', deadline, cookies))
          left.add(sessionId)
      }
      await Promise.all([
        endJar(),
        endOthers(logins.ofCookies(remembered, states)),
        logins.ofLogout(request, deadline).then(async (login) => {
          isUnsure = login === undefined
          const found = login ? await endOthers(login) : 0
          const isSignedIn = login !== undefined && (login.own.length > 0 || login.customer !== undefined)
          const isMissing = found > 0 && config.getLoginId !== undefined && states.length === 0
          tellOfCookies(context, { sessions: remembered, unreadable }, { isSignedIn, isMissing })
        }),
      ])

      const defeatedLeft = await deadline.waitFor(gate.defeated())
      const stillUnderWay = defeatedLeft === EXPIRED ? gate.underWay() : defeatedLeft.length
      // A host that does not say who this is leaves open whose the creates are that are under way.
      const undecided = isUnsure ? gate.undecided() : 0
      return { ended: ids.size - left.size, pending: left.size + stillUnderWay + undecided }
    })
  } finally {
    gate.open()
  }
}

/** The answer stays the same: what can't be read may be anything. */
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
