import { isCustomerId } from '../chargebee/portal-session.js'
import type { Owner } from '../session-store.js'
import type { Context } from '../sessions/context.js'
import { endOwners } from '../sessions/end-sessions.js'
import { storeUnavailable } from '../state/store-calls.js'
import { withDeadline } from '../time/deadline.js'
import type { LogoutResult } from './portal-logout.js'

/**
 * Whose sessions: a Chargebee customer's, given as the id alone or by name, or those of one login, by what `getLoginId`
 * gave for it.
 */
export type SessionsOf = string | { readonly customerId: string } | { readonly loginId: string }

/**
 * Ends what the store knows of a customer or a login, in whatever browser, and supersedes what is under way for them,
 * in whatever process. What can't be ended within `logoutTimeoutMs` is tried again in the background.
 * @throws TypeError without a store, and for anything but an id
 * @throws PortalSsoError `store_unavailable`
 */
export async function endSessionsOf(context: Context, who: SessionsOf): Promise<LogoutResult> {
  const { clock, config, passages } = context
  const owner = toOwner(context, who)
  if (!config.store) {
    throw new TypeError(
      'portalSso(): endSessions() needs the option "store", which knows the sessions of all browsers; cookies alone are in the browsers',
    )
  }
  return withDeadline(clock, config.logoutTimeoutMs, async (deadline) => {
    const noCookies = { sessions: [], over: Promise.resolve(), since: passages.tick() }
    const ending = await endOwners(context, { all: [owner], by: 'revoked' }, noCookies, deadline)
    if (ending.failure !== undefined) throw storeUnavailable(ending.failure)
    const { ids, left, underWay } = ending
    return { ended: ids.size - left.size, pending: left.size + underWay }
  })
}

function toOwner({ config, logins }: Context, who: SessionsOf): Owner {
  const given: { readonly customerId?: unknown; readonly loginId?: unknown } =
    typeof who === 'string' ? { customerId: who } : Object(who)
  const { customerId, loginId } = given
  const isOne = Object.keys(given).length === 1
  if (isOne && isCustomerId(customerId)) return logins.ofCustomer(customerId)
  if (isOne && typeof loginId === 'string' && loginId !== '') {
    if (config.getLoginId) return logins.ofLoginId(loginId)
    throw new TypeError(
      'portalSso(): endSessions({ loginId }) needs the option "getLoginId", by which sessions are found',
    )
  }
  throw new TypeError(
    "portalSso(): endSessions() takes a customer's id at Chargebee, { customerId } or { loginId }, and nothing else",
  )
}
