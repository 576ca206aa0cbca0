import {
  type Closed,
  type Closing,
  JUST_REMEMBERED_MS,
  type Owner,
  type SessionStore,
  type SharedStore,
  type StoredSession,
  StoreFailure,
} from '../session-store.js'
import { systemClock } from '../time/clock.js'
import { createCounters } from './counters.js'
import { createCreates } from './creates.js'
import { createDueList } from './due-list.js'

export interface MemoryStoreOptions {
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number
}

/**
 * A store in this process's memory, as `store` for a host that is one process and wants `endSessions`, or for tests.
 * It keeps every session until it is over, for 400 days at most. What ends with the process: everything in it.
 */
export function memoryStore({ now = systemClock.now }: MemoryStoreOptions = {}): SharedStore {
  const sites = new Map<string, SessionStore>()
  return {
    open({ site }) {
      const store = sites.get(site) ?? createMemoryStore({ now, limits: UNLIMITED })
      sites.set(site, store)
      return store
    },
  }
}

interface Limits {
  readonly isShared: boolean
  readonly justRememberedMs: number
  readonly maxDue: number
  readonly maxOwners: number
  readonly maxSessionsPerOwner: number
  readonly sessionMs: number
}

const UNLIMITED: Limits = {
  isShared: true,
  justRememberedMs: JUST_REMEMBERED_MS,
  maxDue: Number.POSITIVE_INFINITY,
  maxOwners: Number.POSITIVE_INFINITY,
  maxSessionsPerOwner: Number.POSITIVE_INFINITY,
  sessionMs: 400 * 24 * 60 * 60 * 1000,
}

/**
 * What one middleware keeps for itself, where the cookies are what remembers. After an hour the access URL of a session
 * whose cookie has not arrived opens nothing any more (API reference, portal sessions).
 */
export const OF_ONE_PROCESS: Limits = {
  isShared: false,
  // The answers of one process that are on their way are in `Passages`.
  justRememberedMs: 0,
  maxDue: 10_000,
  maxOwners: 20_000,
  // Twice the most that `maxSessions` lets a browser have.
  maxSessionsPerOwner: 100,
  sessionMs: 60 * 60 * 1000,
}

// A used sign-in is forgotten by time alone. Over this number further sign-ins are refused.
const MAX_NAMES = 100_000

interface Kept extends StoredSession {
  /** Until then its cookie may be on its way, or its create waited for. */
  readonly justUntil: number
  /** When it was put here. */
  readonly moment: number
}

interface MemoryStoreParameters {
  readonly now: () => number
  readonly limits: Limits
}

/** Its own time, in which a moment is a number that grows with every arrival and every close. */
export function createMemoryStore({ now, limits }: MemoryStoreParameters): SessionStore {
  let lastMoment = 0
  const nextMoment = () => ++lastMoment
  const creates = createCreates()
  const due = createDueList({ now, max: limits.maxDue })
  const counters = createCounters()
  const names = new Map<string, number>()
  // The owner that got a session last comes last.
  const byOwner = new Map<Owner, Map<string, Kept>>()

  function sessionsOf(owners: readonly Owner[]): Kept[] {
    const found = new Map<string, Kept>()
    for (const owner of owners) {
      for (const [id, session] of byOwner.get(owner) ?? []) {
        if (session.createdAt + limits.sessionMs > now()) found.set(id, session)
      }
    }
    // Within a millisecond, in the order in which they came.
    return [...found.values()].sort((a, b) => a.createdAt - b.createdAt || a.moment - b.moment)
  }

  function put(given: StoredSession, justMs: number): void {
    const session = { ...given, justUntil: now() + justMs, moment: nextMoment() }
    for (const owner of session.owners) {
      const sessions = byOwner.get(owner) ?? new Map<string, Kept>()
      if (sessions.has(session.id)) continue
      sessions.set(session.id, session)
      const [oldest] = sessions.keys()
      if (sessions.size > limits.maxSessionsPerOwner && oldest !== undefined) sessions.delete(oldest)
      byOwner.delete(owner)
      byOwner.set(owner, sessions)
      const [first] = byOwner.keys()
      if (byOwner.size > limits.maxOwners && first !== undefined) byOwner.delete(first)
    }
  }

  function remove(id: string, owners: readonly Owner[]): void {
    const everywhere = owners.flatMap((owner) => [owner, ...(byOwner.get(owner)?.get(id)?.owners ?? [])])
    for (const owner of new Set(everywhere)) {
      const sessions = byOwner.get(owner)
      sessions?.delete(id)
      if (sessions?.size === 0) byOwner.delete(owner)
    }
  }

  function close({ all, underWay = [], arrived, spared, by }: Closing, leaseMs: number): Closed {
    const isJust = ({ justUntil, moment }: Kept) => justUntil > now() || moment > Number(arrived ?? moment)
    const found = [...sessionsOf(all), ...sessionsOf(underWay).filter(isJust)]
    const toEnd = new Map(
      found.filter(({ customer }) => customer !== spared).map((session) => [session.id, session]),
    )
    for (const { id, owners } of toEnd.values()) {
      // A sign-out closes again and again until all is over: what is to be tried soon is not put off by that.
      due.putAtLatest({ kind: 'session', id, owners, note: by }, leaseMs)
    }
    return {
      sessions: [...toEnd.values()].map(toPlain),
      underWay: creates.supersede([...all, ...underWay], spared, nextMoment()),
    }
  }

  return {
    isShared: limits.isShared,
    arrive: nextMoment,

    async begin(create, note, leaseMs) {
      if (!creates.enter(create)) return { isOpen: false }
      // In a store of one process a create ends with the process, and no other process can take it over.
      const owners = ownersOf(create)
      if (limits.isShared) due.put({ kind: 'create', id: create.id, owners, note }, leaseMs)
      // In one process a browser's sessions are in its cookies. Those on their way to it are in `Passages`.
      const sessions = limits.isShared ? sessionsOf(create.own).map(toPlain) : []
      return { isOpen: true, sessions, others: creates.others(create) }
    },

    async remember(create, sessionId) {
      const owners = ownersOf(create)
      const [customer] = owners.slice(-1)
      const standing = creates.get(create.id)
      if (standing?.isSuperseded) return 'closed'
      if (create.customer === undefined || customer === undefined) return 'unknown'
      if (!standing) {
        const isThere = owners.every((owner) => byOwner.get(owner)?.has(sessionId))
        return isThere ? 'remembered' : 'unknown'
      }
      put({ id: sessionId, customer, owners, createdAt: now() }, limits.justRememberedMs)
      for (const { id, createdAt } of create.shown ?? []) put({ id, customer, owners, createdAt }, 0)
      creates.remove(create.id)
      due.remove('create', create.id)
      return 'remembered'
    },

    close: async (closing, leaseMs) => close(closing, leaseMs),

    async forget({ sessions = [], creates: settled = [] }, owners) {
      for (const id of settled) {
        creates.remove(id)
        due.remove('create', id)
      }
      for (const id of sessions) {
        remove(id, [...owners, ...due.remove('session', id)])
      }
    },

    async postpone(item, inMs) {
      due.put(item, inMs)
      const [customer] = item.owners.slice(-1)
      if (item.kind === 'create' || customer === undefined) return
      put({ id: item.id, customer, owners: item.owners, createdAt: now() }, JUST_REMEMBERED_MS)
    },

    take: async (limit, leaseMs) => ({ due: due.take(limit, leaseMs), nextInMs: due.nextInMs() }),

    async claim(createId) {
      if (creates.claim(createId)) return true
      due.remove('create', createId)
      return false
    },

    async once(name, ttlMs) {
      // All names live equally long, so the oldest goes first.
      for (const [other, until] of names) {
        if (until > now()) break
        names.delete(other)
      }
      if (names.has(name)) return false
      if (names.size >= MAX_NAMES) throw new StoreFailure('too many names are in use')
      names.set(name, now() + ttlMs)
      return true
    },

    count: (counter, owner, limit) => counters.count(counter, owner, limit),
  }
}

/** The customer last, if it is known. */
function ownersOf({ own, customer }: { own: readonly Owner[]; customer: Owner | undefined }): Owner[] {
  return customer === undefined ? [...own] : [...own, customer]
}

function toPlain({ id, customer, owners, createdAt }: StoredSession): StoredSession {
  return { id, customer, owners, createdAt }
}
