import { LRUCache } from 'lru-cache'
import type { Clock } from './clock.js'
import type { LoginKeys } from './login.js'

/**
 * Stands between the creates and the logouts of one login within this process. A logout must not report success
 * while a create of the same login is still on its way to a session, or has just handed one out whose cookie the
 * logout's request could not carry yet.
 */
export interface Fence {
  /** A create begins. It may be defeated already, by a logout that is under way. */
  enter(login: LoginKeys): Passage
  /** A logout begins: every create under way is defeated, and so is each that enters until the gate is opened. */
  close(): Gate
}

/** A create on its way. */
export interface Passage {
  isDefeated(): boolean
  /** The session leaves for the browser: from now on a logout does not wait for it, but ends it. */
  handOut(sessionId: string): void
  /** The answer is out, or never will be. */
  settle(): void
  /** The create is over. `left`: the session that it made, did not hand out and could not end. */
  leave(left?: string): void
}

/** A logout on its way. */
export interface Gate {
  /** Defeats the creates of a login, and gives the sessions that it is known to have. */
  defeat(login: LoginKeys): string[]
  /** Resolves when all creates that were defeated are over, with the sessions that could not be ended. */
  defeated(): Promise<string[]>
  /** How many of them are still under way. */
  underWay(): number
  open(): void
}

// An answer is on its way to the browser for seconds at most.
const REMEMBERED_MS = 60_000
const MAX_LOGINS = 10_000
const MAX_SESSIONS_PER_LOGIN = 20

interface Walker {
  readonly login: LoginKeys
  readonly over: Promise<string | undefined>
  isDefeated: boolean
  /** Set while the answer is on its way. */
  handedOut?: string
}

export function createFence({ now }: Pick<Clock, 'now'>): Fence {
  const creating = new Set<Walker>()
  const delivering = new Set<Walker>()
  const gates = new Set<LoginKeys[]>()
  const recent = new LRUCache<string, Map<string, number>>({ max: MAX_LOGINS })

  function remember(key: string, sessionId: string): void {
    const sessions = recent.get(key) ?? new Map<string, number>()
    sessions.set(sessionId, now() + REMEMBERED_MS)
    const [oldest] = sessions.keys()
    if (sessions.size > MAX_SESSIONS_PER_LOGIN && oldest !== undefined) sessions.delete(oldest)
    recent.set(key, sessions)
  }

  function recall(login: LoginKeys): string[] {
    const remembered = login.own.flatMap((key) => [...(recent.get(key) ?? [])])
    const current = remembered.filter(([, until]) => until > now()).map(([sessionId]) => sessionId)
    const leaving = [...delivering]
      .filter((walker) => isSame(walker.login, login))
      .map(({ handedOut }) => handedOut)
    return [...new Set([...current, ...leaving])].filter((sessionId) => sessionId !== undefined)
  }

  return {
    enter(login) {
      let finish: (left?: string) => void = () => {}
      const over = new Promise<string | undefined>((resolve) => {
        finish = resolve
      })
      const isDefeated = [...gates].flat().some((closed) => isSame(closed, login))
      const walker: Walker = { login, over, isDefeated }
      creating.add(walker)
      return {
        isDefeated: () => walker.isDefeated,
        handOut(sessionId) {
          walker.handedOut = sessionId
          delivering.add(walker)
          for (const key of login.own) remember(key, sessionId)
        },
        settle: () => void delivering.delete(walker),
        leave(left) {
          if (left !== undefined) for (const key of login.own) remember(key, left)
          creating.delete(walker)
          finish(left)
        },
      }
    },
    close() {
      const closed: LoginKeys[] = []
      const beaten = new Set<Walker>()
      gates.add(closed)
      return {
        defeat(login) {
          closed.push(login)
          for (const walker of creating) {
            if (walker.handedOut !== undefined || !isSame(walker.login, login)) continue
            walker.isDefeated = true
            beaten.add(walker)
          }
          return recall(login)
        },
        async defeated() {
          const left = await Promise.all([...beaten].map(({ over }) => over))
          return left.filter((sessionId) => sessionId !== undefined)
        },
        underWay: () => [...beaten].filter((walker) => creating.has(walker)).length,
        open: () => void gates.delete(closed),
      }
    },
  }
}

/** Whether two requests may belong to one login. */
function isSame(a: LoginKeys, b: LoginKeys): boolean {
  return a.own.some((key) => b.own.includes(key)) || (a.customer !== undefined && a.customer === b.customer)
}
