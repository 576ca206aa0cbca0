import { type PublicPortalSession, toPublic } from '../chargebee/portal-session.js'
import type { AnswerCookies } from '../cookies/answer-cookies.js'
import type { RememberedSession } from '../cookies/session-jar.js'
import { AlreadyAnswered, callHost } from '../host/callbacks.js'
import { type PortalRequest, type PortalResponse, redirect } from '../http/http.js'
import { isNavigation } from '../http/request-guard.js'
import type { Visit } from '../http/visit.js'
import type { Owner } from '../session-store.js'
import type { Context } from '../sessions/context.js'
import { ownersOfCookie } from '../state/login-keys.js'
import { type Deadline, EXPIRED, withDeadline } from '../time/deadline.js'

// The customer waits for the next page. A slow Chargebee must not keep them long.
const TIMEOUT_MS = 2_000
// The rest of the time is for the host's callback, which may read or write something.
const LOOK_TIMEOUT_MS = 1_200

/**
 * `GET /portal_return`: where Chargebee sends the browser when the customer leaves the portal. Forgets the sessions that
 * the customer signed out of there, tells the host, and redirects. The redirect happens in any case, within 2 s.
 */
export async function comeBack(context: Context, { request, cookies }: Visit): Promise<PortalResponse> {
  // A frame, an image or a script gets the redirect alone: no call, no count, no cookie.
  if (!isNavigation(request.headers)) return redirect(context.config.returnUrl)
  const { clock, config, jar } = context
  await withDeadline(clock, TIMEOUT_MS, async (deadline) => {
    const { sessions: remembered } = await jar.read(request.headers.cookie)
    const fates = await withDeadline(clock, LOOK_TIMEOUT_MS, (looking) =>
      Promise.all(
        remembered.map(async (session) => {
          const fate = await looking.waitFor(findFate(context, session, looking))
          return fate === EXPIRED ? UNKNOWN : fate
        }),
      ),
    )
    const { over, alive, signedOut } = sort(remembered, fates)
    cookies.add('cleared', jar.forget(over))
    cookies.add('renewed', jar.renew(alive))
    await report(context, request, cookies, signedOut, deadline)
  })
  return redirect(config.returnUrl)
}

/** What became of a session. */
type Fate =
  /** It may be alive: Chargebee says so, has not answered, or was not asked. */
  | { readonly is: 'unknown' }
  /** It was ended from here, or Chargebee knows it no more. */
  | { readonly is: 'over' }
  /** The customer has signed out of it in the portal. */
  | { readonly is: 'signed out'; readonly session: PublicPortalSession }

const UNKNOWN: Fate = { is: 'unknown' }
const OVER: Fate = { is: 'over' }

async function findFate(context: Context, remembered: RememberedSession, deadline: Deadline): Promise<Fate> {
  const { ender } = context
  const { sessionId, isPending } = remembered
  if (ender.isOver(sessionId)) return OVER
  if (!(await mayAsk(context, remembered))) return UNKNOWN
  if (isPending)
    return (await ender.end({ id: sessionId, owners: ownersOfCookie(remembered) }, 'logout')) ? OVER : UNKNOWN
  return retrieveFate(context, remembered, deadline)
}

/** Each call counts. No session is asked for twice within a few seconds. */
async function mayAsk(
  { limiter, recently }: Pick<Context, 'limiter' | 'recently'>,
  { sessionId, loginId }: RememberedSession,
): Promise<boolean> {
  return recently.isFirst(sessionId) && (await limiter.countVisit('returns', loginId)) === 0
}

async function retrieveFate(
  { api, ender }: Pick<Context, 'api' | 'ender'>,
  remembered: RememberedSession,
  deadline: Deadline,
): Promise<Fate> {
  try {
    const session = await api.retrieve(remembered.sessionId, deadline)
    if (session?.status === 'logged_out') return { is: 'signed out', session: toPublic(session) }
    if (session) return UNKNOWN
    ender.noteOver({ id: remembered.sessionId, owners: ownersOfCookie(remembered) })
    return OVER
  } catch {
    return UNKNOWN
  }
}

interface SignedOut {
  readonly session: PublicPortalSession
  readonly owners: readonly Owner[]
}

interface Sorted {
  readonly over: readonly RememberedSession[]
  readonly alive: readonly RememberedSession[]
  readonly signedOut: readonly SignedOut[]
}

function sort(remembered: readonly RememberedSession[], fates: readonly Fate[]): Sorted {
  const over: RememberedSession[] = []
  const alive: RememberedSession[] = []
  const signedOut: SignedOut[] = []
  for (const [index, session] of remembered.entries()) {
    const fate = fates[index] ?? UNKNOWN
    switch (fate.is) {
      case 'unknown':
        alive.push(session)
        break
      case 'over':
        over.push(session)
        break
      case 'signed out':
        over.push(session)
        signedOut.push({ session: fate.session, owners: ownersOfCookie(session) })
        break
    }
  }
  return { over, alive, signedOut }
}

async function report(
  { config, emit, ender }: Context,
  request: PortalRequest,
  cookies: AnswerCookies,
  found: readonly SignedOut[],
  deadline: Deadline,
): Promise<void> {
  // Another request of this browser may have reported the same session.
  const signedOut = found.filter(({ session }) => !ender.isOver(session.id))
  for (const { owners, session } of signedOut) {
    const { id } = session
    ender.noteOver({ id, owners })
    emit({ type: 'session.ended', sessionId: id, by: 'portal' })
  }
  const { onPortalLogout } = config
  if (!onPortalLogout || signedOut.length === 0) return
  // The callback may answer the request itself, and the cookies must be in that answer.
  request.appendCookies(cookies.list())
  const calls = signedOut.map(({ session }) => callHost(onPortalLogout, [session, ...request.native]))
  const results = await deadline.waitFor(Promise.allSettled(calls))
  if (request.isAnswered()) throw new AlreadyAnswered()
  const failed = results === EXPIRED ? undefined : results.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
