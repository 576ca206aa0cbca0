import { type PublicPortalSession, toPublic } from '../chargebee/portal-session.js'
import type { PortalRequest } from '../http/http.js'
import type { Context } from '../sessions/context.js'
import { toPortalSsoError, unavailable } from '../sessions/failed-call.js'
import { ownersOfCookie } from '../state/login-keys.js'
import { withDeadline } from '../time/deadline.js'

/**
 * The remembered sessions as Chargebee has them now, oldest first. A session that Chargebee does not know any more is
 * left out.
 * @throws PortalSsoError where Chargebee can't be asked, or not yet again by `rateLimit`, of which each session takes a
 * point
 */
export async function retrieveRemembered(
  { api, clock, config, ender, jar, limiter }: Context,
  request: Pick<PortalRequest, 'headers'>,
): Promise<PublicPortalSession[]> {
  const { sessions: remembered } = await jar.read(request.headers.cookie)
  const ids = [...new Set(remembered.map(({ sessionId }) => sessionId))]
  const newest = remembered.at(-1)
  if (newest) {
    // Each call counts. Either all sessions are asked for or none: in a list with gaps the missing ones would look ended.
    // A list that is longer than the limit takes all points.
    const points = config.rateLimit ? config.rateLimit.points : 0
    const waits = await Promise.all(
      ids.slice(0, points).map(() => limiter.countVisit('lists', newest.loginId)),
    )
    const seconds = Math.max(...waits)
    if (seconds > 0) throw unavailable(seconds)
  }
  return withDeadline(clock, config.timeoutMs, async (deadline) => {
    try {
      // A failure of one call does not stop the others: each has been counted.
      const found = await Promise.allSettled(ids.map((id) => api.retrieve(id, deadline)))
      const sessions = found.map((result) => {
        if (result.status === 'rejected') throw result.reason
        return result.value
      })
      for (const [index, id] of ids.entries()) {
        const owners = remembered.filter(({ sessionId }) => sessionId === id).flatMap(ownersOfCookie)
        if (sessions[index] === undefined) ender.noteOver({ id, owners })
      }
      return sessions.filter((session) => session !== undefined).map(toPublic)
    } catch (error) {
      throw toPortalSsoError(error)
    }
  })
}
