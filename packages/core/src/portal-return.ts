import type { Context, Visit } from './context.js'
import { type Deadline, settleWithin, withDeadline } from './deadline.js'
import { AlreadyAnswered, callHost } from './host-callbacks.js'
import { type PortalResponse, redirect } from './http.js'
import { type PublicPortalSession, toPublic } from './portal-session.js'
import type { RememberedSession } from './session-jar.js'

// The customer is on the way back to a page; what Chargebee has to say about it must not keep them.
const TIMEOUT_MS = 2_000

/**
 * `GET /portal_return`: where Chargebee sends the browser when the customer leaves the portal. Forgets what was signed
 * out of there, tells the host of it, and goes on; also when Chargebee or the host have nothing to say.
 */
export async function comeBack<Native extends readonly unknown[]>(
  context: Context<Native>,
  { request, cookies }: Visit<Native>,
): Promise<PortalResponse> {
  const { config, emit, ender, jar } = context
  await withDeadline(TIMEOUT_MS, async (deadline) => {
    const remembered = await jar.read(request.headers.cookie)
    const found = await Promise.all(
      remembered.map((session) => settleWithin(deadline.remainingMs(), look(context, session, deadline))),
    )
    const over = remembered.filter((_, index) => typeof found[index] === 'object')
    cookies.push(
      ...jar.forget(over),
      ...(await jar.renew(remembered.filter((session) => !over.includes(session)))),
    )

    for (const state of found) {
      if (typeof state !== 'object' || !state.signedOut) continue
      emit({ type: 'session.ended', sessionId: state.signedOut.id, by: 'portal' })
      ender.noteOver(state.signedOut.id)
      if (!config.onPortalLogout) continue
      // The host may answer by itself or throw: what is over is forgotten all the same.
      request.appendCookies(cookies.splice(0))
      await settleWithin(
        deadline.remainingMs(),
        callHost(config.onPortalLogout, [state.signedOut, ...request.native]),
      )
      if (request.isAnswered()) throw new AlreadyAnswered()
    }
  })
  return redirect(config.returnUrl)
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
    if (!session) return {}
    return session.status === 'logged_out' ? { signedOut: toPublic(session) } : undefined
  } catch {
    return undefined
  }
}
