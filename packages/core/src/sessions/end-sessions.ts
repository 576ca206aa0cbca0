import type { AnswerCookies } from '../cookies/answer-cookies.js'
import type { RememberedSession } from '../cookies/session-jar.js'
import type { EndedBy } from '../events.js'
import type { Closing } from '../session-store.js'
import { ownersOfCookie } from '../state/login-keys.js'
import type { Endable } from '../state/session-ender.js'
import type { Deadline } from '../time/deadline.js'
import type { Context } from './context.js'

/** The result of ending everything that stands under some owners. */
export interface Ending {
  /** All sessions that were found, each once. */
  readonly ids: ReadonlySet<string>
  /** Those of `ids` that are not over. */
  readonly left: ReadonlySet<string>
  /** Creates that were superseded and may have made a session yet. */
  readonly underWay: number
  /** The store could not say what there is. */
  readonly failure: unknown
}

type EndContext = Pick<Context, 'clock' | 'ender' | 'jar' | 'passages' | 'store' | 'config'>

const FIRST_PAUSE_MS = 25
const MAX_PAUSE_MS = 200
// Leaves time to answer when the store answers late.
const RESERVE_MS = 100

/** The sessions that cookies show. They are ended at the same time. */
export interface CookieEnding {
  readonly sessions: readonly RememberedSession[]
  readonly over: Promise<unknown>
  /** `tick` of the passages when the request came in. */
  readonly since: number
}

/**
 * Closes owners and ends what is found, again and again until a close finds nothing new: a create that it has superseded
 * may have made a session meanwhile, and what came in while sessions were being ended is to be over too.
 */
export async function endOwners(
  context: EndContext,
  closing: Closing,
  cookies: CookieEnding,
  deadline: Deadline,
): Promise<Ending> {
  const owners = [...closing.all, ...(closing.underWay ?? [])]
  if (owners.length === 0) return NOTHING
  const open = context.passages.close(closing)
  try {
    return await closeUntilOver(context, closing, cookies, deadline)
  } finally {
    open()
  }
}

export const NOTHING: Ending = { ids: new Set(), left: new Set(), underWay: 0, failure: undefined }

async function closeUntilOver(
  { clock, config, ender, passages, store }: EndContext,
  closing: Closing,
  cookies: CookieEnding,
  deadline: Deadline,
): Promise<Ending> {
  const owners = [...closing.all, ...(closing.underWay ?? [])]
  const endings = new Map<string, Promise<boolean>>()
  const isKnown = ({ id }: Endable) =>
    endings.has(id) || cookies.sessions.some(({ sessionId }) => sessionId === id)
  let isFirst = cookies.sessions.length > 0
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(MAX_PAUSE_MS, 2 * pauseMs)) {
    const over = passages.over(owners)
    const leaving = passages.delivering(owners, cookies.since)
    const within = { withinMs: Math.max(0, deadline.remainingMs() - RESERVE_MS) }
    const closed = await store
      .close(closing, leaseOf(config), within)
      .catch((failure: unknown) => ({ failure, sessions: [], underWay: 0 }))
    const found = [...closed.sessions, ...leaving].filter(
      (session) => !isKnown(session) && !isSpared(session, closing) && !ender.isOver(session.id),
    )
    for (const session of found) {
      endings.set(session.id, endWithin(ender, session, closing.by, deadline))
    }
    const left = await leftOf(endings)
    await cookies.over
    const isQuiet = found.length === 0 && !isFirst
    isFirst = false
    const failure = 'failure' in closed ? closed.failure : undefined
    if (failure !== undefined || deadline.hasEnded() || (isQuiet && closed.underWay === 0)) {
      return { ids: new Set(endings.keys()), left, underWay: closed.underWay, failure }
    }
    // What other processes have under way can only be asked for again.
    if (closed.underWay > 0) {
      const paused = pause(clock, pauseMs)
      await deadline.waitFor(over ? Promise.race([over, paused]) : paused)
    }
  }
}

function isSpared({ owners }: Endable, { spared }: Closing): boolean {
  return spared !== undefined && owners.at(-1) === spared
}

async function leftOf(endings: ReadonlyMap<string, Promise<boolean>>): Promise<ReadonlySet<string>> {
  const left = new Set<string>()
  for (const [id, isOver] of endings) if (!(await isOver)) left.add(id)
  return left
}

/** How long what a close has given is left to this process. */
export function leaseOf({ logoutTimeoutMs }: Pick<Context['config'], 'logoutTimeoutMs'>): number {
  return logoutTimeoutMs + 5_000
}

function pause(clock: Pick<Context['clock'], 'scheduleInBackground'>, ms: number): Promise<void> {
  return new Promise((resolve) => clock.scheduleInBackground(ms, resolve))
}

async function endWithin(
  ender: Pick<Context['ender'], 'end'>,
  session: Endable,
  by: EndedBy,
  deadline: Deadline,
): Promise<boolean> {
  return (await deadline.waitFor(ender.end(session, by))) === true
}

/** Ends sessions of cookies: those that are over are cleared, the others marked to be ended. Returns the others. */
export async function endRememberedSessions(
  { ender, jar }: Pick<Context, 'ender' | 'jar'>,
  sessions: readonly RememberedSession[],
  by: EndedBy,
  deadline: Deadline,
  cookies: AnswerCookies,
): Promise<RememberedSession[]> {
  const isOver = await Promise.all(
    sessions.map((session) =>
      endWithin(ender, { id: session.sessionId, owners: ownersOfCookie(session) }, by, deadline),
    ),
  )
  const left = sessions.filter((_, index) => !isOver[index])
  cookies.add('cleared', jar.forget(sessions.filter((_, index) => isOver[index])))
  cookies.add('marked', jar.mark(left))
  return left.map((session) => ({ ...session, isPending: true }))
}
