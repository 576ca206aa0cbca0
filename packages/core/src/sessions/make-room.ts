import type { AnswerCookies } from '../cookies/answer-cookies.js'
import type { RememberedSession } from '../cookies/session-jar.js'
import { PortalSsoError } from '../errors.js'
import type { EndedBy } from '../events.js'
import type { Passage } from '../state/fence.js'
import type { LoginKeys } from '../state/login-keys.js'
import { type Deadline, EXPIRED, startDeadline } from '../time/deadline.js'
import type { Context } from './context.js'

// Servers and proxies commonly take 8 KB of request headers, of which the host needs a share.
const SOFT_LIMIT_BYTES = 4 * 1024
const HARD_LIMIT_BYTES = 8 * 1024

const RETRY_SOON = { headers: { 'Retry-After': '10' } } as const

export interface RoomRequest {
  readonly remembered: readonly RememberedSession[]
  /** What cookies of ours that could not be read take of a request's headers, in bytes. */
  readonly unreadableSize: number
  readonly keys: LoginKeys
  /** Digest of the customer for whom there shall be room. */
  readonly customer: string
  readonly passage: Passage
  readonly deadline: Deadline
  readonly cookies: AnswerCookies
  /** `keep`: what other customers have open and can't be ended stays, to be ended later. @default 'refuse' */
  readonly others?: 'refuse' | 'keep'
}

type RoomContext = Pick<Context, 'clock' | 'ender' | 'fence' | 'jar' | 'logins'> & {
  readonly config: Pick<Context['config'], 'maxSessions'>
}

/**
 * Makes room for one more session before it is created: ends what another customer has open in this browser, what an
 * earlier logout could not end, and the oldest where there are too many. Nothing is ever dropped: what could not be
 * ended stays.
 *
 * @returns the sessions that were left alone; what became of the others is in `cookies`
 * @throws PortalSsoError `switch_incomplete` or `too_many_sessions`: no session may be created
 */
export async function makeRoom(
  context: RoomContext,
  request: RoomRequest,
): Promise<readonly RememberedSession[]> {
  const { remembered, customer, passage, deadline, cookies } = request
  const { jar } = context
  const othersLeft = await endOthers(context, request)
  if (othersLeft.isAnyOpen && request.others !== 'keep') {
    throw new PortalSsoError(
      'switch_incomplete',
      'Someone else was in the billing portal on this device and could not be signed out of it yet. Please try again.',
      RETRY_SOON,
    )
  }

  const own = remembered.filter((session) => session.customer === customer)
  // What can't be ended stays, and the click goes on: half of the time is for the session that it is about.
  const patience = startDeadline(context.clock, deadline.remainingMs() / 2)
  deadline.onEnd(patience.end)
  const pending = own.filter(({ isPending }) => isPending)
  const pendingLeft = [
    ...othersLeft.remembered,
    ...(await end(context, pending, 'logout', patience, cookies)),
  ]

  const fits = (sessions: readonly RememberedSession[], coming: number, count: number, bytes: number) =>
    sessions.length + coming <= count && totalSize(sessions) + coming * jar.maxCookieSize <= bytes
  const hardLimit = HARD_LIMIT_BYTES - request.unreadableSize
  const { maxSessions } = context.config
  const open = own.filter(({ isPending }) => !isPending)
  let tooMany = 0
  while (
    tooMany < open.length &&
    !fits([...pendingLeft, ...open.slice(tooMany)], 1, maxSessions, SOFT_LIMIT_BYTES)
  ) {
    tooMany++
  }
  const oldestLeft = await end(context, open.slice(0, tooMany), 'overflow', patience, cookies)
  const untouched = open.slice(tooMany)

  // Clicks that are on their way at the same moment bring cookies that this request can't know of.
  const coming = passage.companions() + 1
  if (!fits([...pendingLeft, ...oldestLeft, ...untouched], coming, 2 * maxSessions, hardLimit)) {
    throw new PortalSsoError(
      'too_many_sessions',
      'Earlier visits to the billing portal could not be ended yet. Please try again in a little while.',
      RETRY_SOON,
    )
  }
  return untouched
}

interface OthersLeft {
  readonly isAnyOpen: boolean
  readonly remembered: readonly RememberedSession[]
}

/** Ends what other customers have open in this browser, or on its way to it. */
async function endOthers(context: RoomContext, request: RoomRequest): Promise<OthersLeft> {
  const { remembered, keys, customer, passage, deadline, cookies } = request
  const foreign = remembered.filter((session) => session.customer !== customer)
  if (foreign.length === 0 && !passage.hasRivals()) return { isAnyOpen: false, remembered: [] }
  const gate = context.fence.close()
  try {
    // What the former customer has under way stands under the ids of their cookies.
    const own = [...keys.own, ...context.logins.ofCookies(foreign).own]
    const onTheirWay = gate.defeat({ own }, customer)
    const [foreignLeft, onTheirWayLeft, defeatedLeft] = await Promise.all([
      end(context, foreign, 'switch', deadline, cookies),
      endIds(context, onTheirWay, 'switch', deadline),
      deadline.waitFor(gate.defeated()),
    ])
    const isOnTheirWay = onTheirWayLeft.length > 0 || defeatedLeft === EXPIRED || defeatedLeft.length > 0
    return { isAnyOpen: foreignLeft.length > 0 || isOnTheirWay, remembered: foreignLeft }
  } finally {
    gate.open()
  }
}

interface EndContext {
  readonly ender: Pick<Context['ender'], 'end'>
}

function totalSize(sessions: readonly RememberedSession[]): number {
  return sessions.reduce((sum, session) => sum + session.size, 0)
}

/** Ends sessions: the cookies of those that are over are cleared, the others marked to be ended. Returns the others. */
export async function end(
  context: EndContext & Pick<Context, 'jar'>,
  sessions: readonly RememberedSession[],
  by: EndedBy,
  deadline: Deadline,
  cookies: AnswerCookies,
): Promise<RememberedSession[]> {
  const { jar } = context
  const idsLeft = await endIds(
    context,
    sessions.map(({ sessionId }) => sessionId),
    by,
    deadline,
  )
  const over = sessions.filter(({ sessionId }) => !idsLeft.includes(sessionId))
  const left = sessions.filter(({ sessionId }) => idsLeft.includes(sessionId))
  cookies.add('cleared', jar.forget(over))
  cookies.add('marked', jar.mark(left))
  return left.map((session) => ({ ...session, isPending: true }))
}

/** Ends sessions that no cookie is known of. Returns those that are not over. */
export async function endIds(
  { ender }: EndContext,
  sessionIds: readonly string[],
  by: EndedBy,
  deadline: Deadline,
): Promise<string[]> {
  const results = await Promise.all(sessionIds.map((sessionId) => deadline.waitFor(ender.end(sessionId, by))))
  return sessionIds.filter((_, index) => results[index] !== true)
}
