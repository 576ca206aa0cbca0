import { type PublicPortalSession, toPublic } from '../chargebee/portal-session.js'
import type { AnswerCookies } from '../cookies/answer-cookies.js'
import type { RememberedSession } from '../cookies/session-jar.js'
import { AlreadyAnswered, callHost } from '../host/callbacks.js'
import { type PortalRequest, type PortalResponse, redirect } from '../http/http.js'
import { isNavigation } from '../http/request-guard.js'
import type { Visit } from '../http/visit.js'
import type { Context } from '../sessions/context.js'
import { type Deadline, EXPIRED, withDeadline } from '../time/deadline.js'

// The customer is on the way back to a page; what Chargebee has to say about it must not keep them.
const TIMEOUT_MS = 2_000
// The rest is the host's, whose callback may have something to look up or to write.
const LOOK_TIMEOUT_MS = 1_200

/**
 * `GET /portal_return`: where Chargebee sends the browser when the customer leaves the portal. Forgets what was signed
 * out of there, tells the host of it, and goes on; also when Chargebee or the host have nothing to say.
 */
export async function comeBack(context: Context, { request, cookies }: Visit): Promise<PortalResponse> {
  // A frame, an image or a script of another website goes on, and nothing is asked or counted.
  if (!isNavigation(request.headers)) return redirect(context.config.returnUrl)
  const { clock, config, ender, jar, limiter } = context
  await withDeadline(clock, TIMEOUT_MS, async (deadline) => {
    const { sessions: remembered } = await jar.read(request.headers.cookie)
    const open = remembered.findLast(({ sessionId }) => !ender.isOver(sessionId))
    const isTooEarly = open !== undefined && (await limiter.countVisit('returns', open.loginId)) > 0
    const found = await withDeadline(clock, LOOK_TIMEOUT_MS, (looking) =>
      Promise.all(
        remembered.map((session) =>
          isTooEarly && !ender.isOver(session.sessionId)
            ? undefined
            : looking.waitFor(look(context, session, looking)),
        ),
      ),
    )
    const over = remembered.filter((_, index) => typeof found[index] === 'object')
    cookies.add('cleared', jar.forget(over))
    cookies.add('renewed', jar.renew(remembered.filter((session) => !over.includes(session))))

    const signedOut = found.map((state) => (typeof state === 'object' ? state.signedOut : undefined))
    await report(
      context,
      request,
      cookies,
      signedOut.filter((session) => session !== undefined),
      deadline,
    )
  })
  return redirect(config.returnUrl)
}

async function report(
  { config, emit, ender }: Context,
  request: PortalRequest,
  cookies: AnswerCookies,
  found: readonly PublicPortalSession[],
  deadline: Deadline,
): Promise<void> {
  // Another request of this browser may have come with the same news.
  const signedOut = found.filter(({ id }) => !ender.isOver(id))
  for (const { id } of signedOut) {
    ender.noteOver(id)
    emit({ type: 'session.ended', sessionId: id, by: 'portal' })
  }
  const { onPortalLogout } = config
  if (!onPortalLogout || signedOut.length === 0) return
  // The host may answer by itself in there.
  request.appendCookies(cookies.list())
  const calls = signedOut.map((session) => callHost(onPortalLogout, [session, ...request.native]))
  const results = await deadline.waitFor(Promise.allSettled(calls))
  if (request.isAnswered()) throw new AlreadyAnswered()
  const failed = results === EXPIRED ? undefined : results.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}

interface Over {
  /** The customer has signed out of it in the portal. */
  readonly signedOut?: PublicPortalSession
}

/** What became of a session; `undefined`: it is alive, or nobody knows. */
async function look(
  { api, ender }: Pick<Context, 'api' | 'ender'>,
  { sessionId, isPending }: RememberedSession,
  deadline: Deadline,
): Promise<Over | undefined> {
  if (isPending || ender.isOver(sessionId)) return (await ender.end(sessionId, 'logout')) ? {} : undefined
  try {
    const session = await api.retrieve(sessionId, deadline)
    if (!session) {
      ender.noteOver(sessionId)
      return {}
    }
    return session.status === 'logged_out' ? { signedOut: toPublic(session) } : undefined
  } catch {
    return undefined
  }
}
