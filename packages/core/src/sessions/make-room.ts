import type { AnswerCookies } from '../cookies/answer-cookies.js'
import type { RememberedSession } from '../cookies/session-jar.js'
import { PortalSsoError } from '../errors.js'
import { type Begun, JUST_REMEMBERED_MS, type Owner, type StoredSession } from '../session-store.js'
import { type LoginKeys, toCustomerOwner } from '../state/login-keys.js'
import { type Deadline, startDeadline } from '../time/deadline.js'
import type { Context } from './context.js'
import { endOwners, endRememberedSessions } from './end-sessions.js'

// Servers and proxies commonly take 8 KB of request headers, of which the host needs a share.
const SOFT_LIMIT_BYTES = 4 * 1024
const HARD_LIMIT_BYTES = 8 * 1024

const RETRY_SOON = { headers: { 'Retry-After': '10' } } as const

export interface RoomRequest {
  readonly remembered: readonly RememberedSession[]
  /** What cookies of ours that could not be read take of a request's headers, in bytes. */
  readonly unreadableSize: number
  readonly keys: LoginKeys & { readonly customer: Owner }
  readonly begun: Begun & { readonly isOpen: true }
  readonly deadline: Deadline
  readonly cookies: AnswerCookies
  /** `keep`: what other customers have open and can't be ended stays, to be ended later. @default 'refuse' */
  readonly others?: 'refuse' | 'keep'
}

type RoomContext = Pick<Context, 'clock' | 'config' | 'ender' | 'jar' | 'logins' | 'passages' | 'store'>

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
  const foreignLeft = await endFormerCustomers(context, request)
  const { deadline, cookies } = request
  // Sessions that can't be ended stay. Half of the time is kept for creating the new session.
  const patience = startDeadline(context.clock, deadline.remainingMs() / 2)
  deadline.onEnd(patience.end)

  const found = sort(context, request)
  const pendingLeft = await endRememberedSessions(context, found.pending, 'logout', patience, cookies)
  const stuck = [...foreignLeft, ...pendingLeft]
  const limits = {
    maxSessions: context.config.maxSessions,
    cookieSize: context.jar.maxCookieSize,
    unreadableSize: request.unreadableSize,
  }
  const { unshown, shown } = findTooMany(found, stuck, limits)
  const [oldestLeft, ...unshownLeft] = await Promise.all([
    endRememberedSessions(context, shown, 'overflow', patience, cookies),
    ...unshown.map((session) => patience.waitFor(context.ender.end(session, 'overflow'))),
  ])
  const untouched = found.open.slice(shown.length)
  const hidden = found.unshown.length - unshownLeft.filter((isOver) => isOver === true).length
  // Creates that are under way at the same moment will set cookies too.
  if (!fitsAtAll([...stuck, ...oldestLeft, ...untouched], found.coming + hidden + 1, limits)) {
    throw new PortalSsoError(
      'too_many_sessions',
      'Earlier visits to the billing portal could not be ended yet. Please try again in a little while.',
      RETRY_SOON,
    )
  }
  return untouched
}

interface Found {
  /** Sessions that a logout could not end. */
  readonly pending: readonly RememberedSession[]
  /** Oldest first. */
  readonly open: readonly RememberedSession[]
  /** Sessions of this login that no cookie shows. */
  readonly unshown: readonly StoredSession[]
  /** How many sessions will set a cookie yet. */
  readonly coming: number
}

/** What cookies and store know of this customer's sessions. */
function sort(
  { clock, ender, passages }: Pick<Context, 'clock' | 'ender' | 'passages'>,
  { remembered, keys, begun }: RoomRequest,
): Found {
  const own = remembered.filter(({ customer }) => toCustomerOwner(customer) === keys.customer)
  const shownIds = new Set(own.map(({ sessionId }) => sessionId))
  const unshown = begun.sessions.filter(
    ({ id, customer }) => customer === keys.customer && !shownIds.has(id) && !ender.isOver(id),
  )
  const isComing = ({ createdAt }: StoredSession) => createdAt + JUST_REMEMBERED_MS > clock.now()
  const coming = new Set([
    ...unshown.filter(isComing).map(({ id }) => id),
    ...passages.delivering(keys.own, passages.tick()).map(({ id }) => id),
  ])
  return {
    pending: own.filter(({ isPending }) => isPending),
    open: own.filter(({ isPending }) => !isPending),
    unshown: unshown.filter(({ id }) => !coming.has(id)),
    coming: begun.others.length + [...coming].filter((id) => !shownIds.has(id)).length,
  }
}

interface Limits {
  readonly maxSessions: number
  /** Of one cookie, at most. */
  readonly cookieSize: number
  readonly unreadableSize: number
}

/** The sessions to end so that one more fits: the oldest, those that no cookie shows first. */
export function findTooMany(
  { unshown, open }: Pick<Found, 'unshown' | 'open'>,
  stuck: readonly RememberedSession[],
  { maxSessions, cookieSize }: Limits,
): { readonly unshown: readonly StoredSession[]; readonly shown: readonly RememberedSession[] } {
  const fits = (hidden: number, shown: readonly RememberedSession[]) =>
    hidden + stuck.length + shown.length + 1 <= maxSessions &&
    totalSize([...stuck, ...shown]) + cookieSize <= SOFT_LIMIT_BYTES
  let hidden = 0
  while (hidden < unshown.length && !fits(unshown.length - hidden, open)) hidden++
  let shown = 0
  while (shown < open.length && !fits(unshown.length - hidden, open.slice(shown))) shown++
  return { unshown: unshown.slice(0, hidden), shown: open.slice(0, shown) }
}

/** Whether `coming` more sessions fit beside those that are there, the ones that could not be ended included. */
export function fitsAtAll(
  sessions: readonly RememberedSession[],
  coming: number,
  { maxSessions, cookieSize, unreadableSize }: Limits,
): boolean {
  const isFew = sessions.length + coming <= 2 * maxSessions
  return isFew && totalSize(sessions) + coming * cookieSize + unreadableSize <= HARD_LIMIT_BYTES
}

function totalSize(sessions: readonly RememberedSession[]): number {
  return sessions.reduce((sum, session) => sum + session.size, 0)
}

/**
 * Ends what other customers have open in this browser, or on its way to it.
 * @returns what could not be ended, where it may stay
 */
async function endFormerCustomers(
  context: RoomContext,
  { remembered, keys, begun, deadline, cookies, others }: RoomRequest,
): Promise<readonly RememberedSession[]> {
  const isForeign = (customer: Owner | undefined) => customer !== undefined && customer !== keys.customer
  const foreign = remembered.filter(({ customer }) => isForeign(toCustomerOwner(customer)))
  const leaving = context.passages.delivering(keys.own, context.passages.tick())
  const elsewhere = [
    ...begun.others,
    ...begun.sessions.map(({ customer }) => customer),
    ...leaving.map(({ owners }) => owners.at(-1)),
  ]
  if (foreign.length === 0 && !elsewhere.some(isForeign)) return []
  // Creates of a former customer that are under way are found by the ids in their cookies.
  const all = [...new Set([...keys.own, ...context.logins.ofCookies(foreign).own])]
  const since = context.passages.tick()
  const over = endRememberedSessions(context, foreign, 'switch', deadline, cookies)
  const closing = { all, spared: keys.customer, by: 'switch' } as const
  const [foreignLeft, ending] = await Promise.all([
    over,
    endOwners(context, closing, { sessions: foreign, over, since }, deadline),
  ])
  const isOver = foreignLeft.length + ending.left.size + ending.underWay === 0 && !ending.failure
  if (isOver || others === 'keep') return foreignLeft
  throw new PortalSsoError(
    'switch_incomplete',
    'Someone else was in the billing portal on this device and could not be signed out of it yet. Please try again.',
    RETRY_SOON,
  )
}
