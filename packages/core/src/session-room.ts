import type { Context } from './context.js'
import { type Deadline, settleWithin } from './deadline.js'
import { PortalSsoError } from './errors.js'
import type { EndedBy } from './session-ender.js'
import type { RememberedSession } from './session-jar.js'

// Servers and proxies commonly take 8 KB of request headers, of which the host needs a share.
const SOFT_LIMIT_BYTES = 4 * 1024
const HARD_LIMIT_BYTES = 8 * 1024

// What an earlier logout could not end is tried again on the way, but a click does not wait long for it.
const PENDING_PATIENCE_MS = 1_000

const RETRY_SOON = { headers: { 'Retry-After': '10' } } as const

type Remaining = Pick<Deadline, 'remainingMs'>

/**
 * Makes room for one more session of `customerId` before it is created: ends what another customer has left open in
 * this browser, what an earlier logout could not end, and the oldest where there are too many. Nothing is ever
 * dropped: what could not be ended stays.
 *
 * @returns the sessions that were left alone; what became of the others is in `cookies`
 * @throws PortalSsoError `switch_incomplete` or `too_many_sessions`: no session may be created
 */
export async function makeRoom(
  context: Pick<Context, 'ender' | 'jar'>,
  maxSessions: number,
  remembered: readonly RememberedSession[],
  customerId: string,
  deadline: Deadline,
  cookies: string[],
): Promise<readonly RememberedSession[]> {
  const { jar } = context
  const customer = jar.customerDigest(customerId)

  const foreign = remembered.filter((session) => session.customer !== customer)
  if ((await end(context, foreign, 'switch', deadline, cookies)).length > 0) {
    throw new PortalSsoError(
      'switch_incomplete',
      'Someone else was in the billing portal on this device and could not be signed out of it yet. Please try again.',
      RETRY_SOON,
    )
  }

  const own = remembered.filter((session) => session.customer === customer)
  const patience = { remainingMs: () => Math.min(PENDING_PATIENCE_MS, deadline.remainingMs()) }
  const pendingLeft = await end(
    context,
    own.filter(({ isPending }) => isPending),
    'logout',
    patience,
    cookies,
  )

  const open = own.filter(({ isPending }) => !isPending)
  const fits = (sessions: readonly RememberedSession[], count: number, bytes: number) =>
    sessions.length + 1 <= count && totalSize(sessions) + jar.maxCookieSize <= bytes
  let tooMany = 0
  while (
    tooMany < open.length &&
    !fits([...pendingLeft, ...open.slice(tooMany)], maxSessions, SOFT_LIMIT_BYTES)
  ) {
    tooMany++
  }
  const oldestLeft = await end(context, open.slice(0, tooMany), 'overflow', deadline, cookies)
  const untouched = open.slice(tooMany)

  if (!fits([...pendingLeft, ...oldestLeft, ...untouched], 2 * maxSessions, HARD_LIMIT_BYTES)) {
    throw new PortalSsoError(
      'too_many_sessions',
      'Earlier visits to the billing portal could not be ended yet. Please try again in a little while.',
      RETRY_SOON,
    )
  }
  return untouched
}

function totalSize(sessions: readonly RememberedSession[]): number {
  return sessions.reduce((sum, session) => sum + session.size, 0)
}

/** Ends sessions: the cookies of those that are over are cleared, the others marked to be ended. Returns the others. */
export async function end(
  { ender, jar }: Pick<Context, 'ender' | 'jar'>,
  sessions: readonly RememberedSession[],
  by: EndedBy,
  within: Remaining,
  cookies: string[],
): Promise<RememberedSession[]> {
  const results = await Promise.all(
    sessions.map(({ sessionId }) => settleWithin(within.remainingMs(), ender.end(sessionId, by))),
  )
  const isOver = (_: unknown, index: number) => results[index] === true
  const over = sessions.filter(isOver)
  const left = sessions
    .filter((session) => !over.includes(session))
    .map((session) => ({ ...session, isPending: true }))
  cookies.push(...jar.forget(over), ...(await jar.renew(left)))
  return left
}
