import { boundedCache } from '../time/bounded-cache.js'
import type { Clock } from '../time/clock.js'
import type { LoginKeys } from './login-keys.js'

/**
 * Stands between the creates and the logouts of one login within this process. A logout must not report success
 * while a create of the same login is still on its way to a session, or has just handed one out whose cookie the
 * logout's request could not carry yet.
 */
export interface Fence {
  /** A request for a session has come in; whose it is turns out later. */
  arrive(): Passage
  /** A logout begins. Until the gate is opened, it can defeat whatever is on its way. */
  close(): Gate
}

/** A create on its way. */
export interface Passage {
  /**
   * Whose create it is: a logout that has begun since the arrival may have defeated it already.
   * @param customer `undefined`: known later only, and entered again then
   */
  enter(login: LoginKeys, customer: string | undefined): void
  isDefeated(): boolean
  /** How many others of this very login are on their way, with cookies that this request can't know of. */
  companions(): number
  /** Whether one of these is for another customer. */
  hasRivals(): boolean
  /** The session leaves for the browser: from now on a logout does not wait for it, but ends it. */
  handOut(sessionId: string): void
  /** The answer is out, or never will be. */
  settle(): void
  /** The session was made, not handed out, and could not be ended. */
  leaveBehind(sessionId: string): void
  leave(): void
}

/** A logout on its way, or the end of what another customer has open. */
export interface Gate {
  /** Defeats the creates of a login, but those for the customer to be spared; gives the sessions it is known to have. */
  defeat(login: LoginKeys, spared?: string): string[]
  /** Resolves when all creates that were defeated are over, with the sessions that could not be ended. */
  defeated(): Promise<string[]>
  /** How many of them are still under way. */
  underWay(): number
  /** How many others are, of whichever login. */
  undecided(): number
  open(): void
}

// However long an answer is on its way: after an hour its access URL opens nothing (API reference, portal sessions).
const REMEMBERED_MS = 60 * 60 * 1000
const MAX_LOGINS = 10_000
const MAX_SESSIONS_PER_LOGIN = 20

interface Defeat {
  readonly login: LoginKeys
  readonly spared: string | undefined
}

interface Walker {
  login?: LoginKeys
  customer: string | undefined
  isDefeated: boolean
  sessionId?: string
  leftBehind?: string
  /** What logouts have said since the arrival, also those that are over by now. */
  readonly defeats: Defeat[][]
  readonly over: Promise<void>
}

export function createFence({ now }: Pick<Clock, 'now'>): Fence {
  const creating = new Set<Walker>()
  const delivering = new Set<Walker>()
  const gates = new Map<Defeat[], Set<Walker>>()
  const recent = boundedCache<Map<string, number>>({ max: MAX_LOGINS, now })

  function remember(login: LoginKeys, sessionId: string): void {
    for (const key of login.own) {
      const sessions = recent.get(key) ?? new Map<string, number>()
      sessions.set(sessionId, now() + REMEMBERED_MS)
      const [oldest] = sessions.keys()
      if (sessions.size > MAX_SESSIONS_PER_LOGIN && oldest !== undefined) sessions.delete(oldest)
      recent.set(key, sessions)
    }
  }

  function recall(login: LoginKeys): string[] {
    const remembered = login.own.flatMap((key) => [...(recent.get(key) ?? [])])
    return remembered.filter(([, until]) => until > now()).map(([sessionId]) => sessionId)
  }

  function companionsOf(walker: Walker): Walker[] {
    const others = [...creating, ...delivering].filter((other) => other !== walker)
    return others.filter(({ login }) => login && walker.login && sharesKey(login, walker.login))
  }

  return {
    arrive() {
      let finish = () => {}
      const over = new Promise<void>((resolve) => {
        finish = resolve
      })
      const walker: Walker = { customer: undefined, isDefeated: false, defeats: [...gates.keys()], over }
      creating.add(walker)
      for (const seen of gates.values()) seen.add(walker)
      return {
        enter(login, customer) {
          walker.login = login
          walker.customer = customer
          walker.isDefeated = walker.defeats.flat().some((defeat) => hits(defeat, walker))
        },
        isDefeated: () => walker.isDefeated,
        companions: () => companionsOf(walker).length,
        hasRivals: () => companionsOf(walker).some((other) => isForAnother(other, walker.customer)),
        handOut(sessionId) {
          walker.sessionId = sessionId
          creating.delete(walker)
          delivering.add(walker)
          if (walker.login) remember(walker.login, sessionId)
        },
        settle: () => void delivering.delete(walker),
        leaveBehind(sessionId) {
          walker.leftBehind = sessionId
          if (walker.login) remember(walker.login, sessionId)
        },
        leave() {
          creating.delete(walker)
          finish()
        },
      }
    },

    close() {
      const defeats: Defeat[] = []
      const seen = new Set([...creating, ...delivering])
      const beaten = new Set<Walker>()
      gates.set(defeats, seen)
      for (const walker of seen) walker.defeats.push(defeats)
      return {
        defeat(login, spared) {
          const defeat = { login, spared }
          defeats.push(defeat)
          const hit = [...seen].filter((walker) => hits(defeat, walker))
          const handedOut = hit
            .map(({ sessionId }) => sessionId)
            .filter((sessionId) => sessionId !== undefined)
          for (const walker of hit) {
            if (walker.sessionId !== undefined) continue
            walker.isDefeated = true
            beaten.add(walker)
          }
          return spared === undefined ? [...new Set([...handedOut, ...recall(login)])] : handedOut
        },
        async defeated() {
          await Promise.all([...beaten].map(({ over }) => over))
          return [...beaten]
            .map(({ leftBehind }) => leftBehind)
            .filter((sessionId) => sessionId !== undefined)
        },
        underWay: () => [...beaten].filter((walker) => creating.has(walker)).length,
        undecided: () => [...seen].filter((walker) => creating.has(walker) && !beaten.has(walker)).length,
        open: () => void gates.delete(defeats),
      }
    },
  }
}

function hits({ login, spared }: Defeat, walker: Walker): boolean {
  return isSame(walker.login, login) && (spared === undefined || isForAnother(walker, spared))
}

/** Nobody's yet is nobody else's: whoever it turns out to be looks for rivals then. */
function isForAnother({ customer }: Walker, own: string | undefined): boolean {
  return customer !== undefined && customer !== own
}

/** Whether two requests may belong to one login. */
function isSame(a: LoginKeys | undefined, b: LoginKeys | undefined): boolean {
  if (!a || !b) return false
  return sharesKey(a, b) || (a.customer !== undefined && a.customer === b.customer)
}

function sharesKey(a: LoginKeys, b: LoginKeys): boolean {
  return a.own.some((key) => b.own.includes(key))
}
