import type { Context } from './context.js'
import { type Deadline, settleWithin } from './deadline.js'
import { PortalSsoError } from './errors.js'
import type { EndedBy } from './session-ender.js'
import type { RememberedSession } from './session-jar.js'

// Servers and proxies commonly take 8 KB of request headers, of which the host needs a share.
const SOFT_LIMIT_BYTES = 4 * 1024
const HARD_LIMIT_BYTES = 8 * 1024

/**
 * Makes room for one more session of `customerId` before it is created: ends what another customer has left open in
 * this browser, and the oldest where there are too many. Nothing is ever dropped: what could not be ended stays.
 *
 * @returns what stays remembered; the cookies of what was ended are cleared by `cookies`
 * @throws PortalSsoError `switch_incomplete` or `too_many_sessions`: no session may be created
 */
export async function makeRoom(
  context: Pick<Context, 'ender' | 'jar'>,
  maxSessions: number,
  cookieHeader: string | undefined,
  customerId: string,
  deadline: Deadline,
  cookies: string[],
): Promise<readonly RememberedSession[]> {
  const { jar } = context
  const remembered = await jar.read(cookieHeader)
  const customer = jar.customerDigest(customerId)

  const foreign = remembered.filter((session) => session.customer !== customer)
  const foreignLeft = await end(context, foreign, 'switch', deadline, cookies)
  if (foreignLeft.length > 0) {
    throw new PortalSsoError(
      'switch_incomplete',
      'Someone else was in the billing portal on this device and could not be signed out of it yet. Please try again.',
      RETRY_SOON,
    )
  }

  const own = remembered.filter((session) => session.customer === customer)
  const fits = (sessions: readonly RememberedSession[], count: number, bytes: number) =>
    sessions.length + 1 <= count && totalSize(sessions) + jar.maxCookieSize <= bytes
  let tooMany = 0
  while (tooMany < own.length && !fits(own.slice(tooMany), maxSessions, SOFT_LIMIT_BYTES)) tooMany++
  const oldestLeft = await end(context, own.slice(0, tooMany), 'overflow', deadline, cookies)

  const kept = [...oldestLeft, ...own.slice(tooMany)]
  if (!fits(kept, 2 * maxSessions, HARD_LIMIT_BYTES)) {
    throw new PortalSsoError(
      'too_many_sessions',
      'Earlier visits to the billing portal could not be ended yet. Please try again in a little while.',
      RETRY_SOON,
    )
  }
  return kept
}

const RETRY_SOON = { headers: { 'Retry-After': '10' } } as const

function totalSize(sessions: readonly RememberedSession[]): number {
  return sessions.reduce((sum, session) => sum + session.size, 0)
}

/** Ends sessions and clears the cookies of those that are over; returns the others. */
export async function end(
  { ender, jar }: Pick<Context, 'ender' | 'jar'>,
  sessions: readonly RememberedSession[],
  by: EndedBy,
  within: Pick<Deadline, 'remainingMs'>,
  cookies: string[],
): Promise<RememberedSession[]> {
  const results = await Promise.all(
    sessions.map(({ sessionId }) => settleWithin(within.remainingMs(), ender.end(sessionId, by))),
  )
  cookies.push(...jar.forget(sessions.filter((_, index) => results[index] === true)))
  return sessions.filter((_, index) => results[index] !== true)
}
