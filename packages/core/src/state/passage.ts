import { randomUUID } from 'node:crypto'
import type { Begun, Closing, Create, Moment, Owner, SessionStore } from '../session-store.js'
import type { Clock } from '../time/clock.js'
import type { Deadline } from '../time/deadline.js'
import type { Intent, Intents } from './intents.js'
import type { Endable } from './session-ender.js'
import { orUnavailable, withinOf } from './store-calls.js'

/** The owners by which a create is found. */
export interface CreateOwners {
  readonly own: readonly Owner[]
  /** `undefined`: Chargebee has not said yet who it is. */
  readonly customer: Owner | undefined
}

/** One create on its way from its request to the session that leaves for the browser. */
export interface Passage {
  /** Also its idempotency key at Chargebee. */
  readonly id: string
  /** Where it stands now. */
  readonly owners: readonly Owner[]
  /**
   * Enters it under its owners; again, when more is known of it. `isOpen: false`: a close came first.
   * @throws PortalSsoError `store_unavailable`
   */
  begin(owners: CreateOwners, intent: Intent, deadline: Deadline): Promise<Begun>
  /**
   * The create has become a session: `remembered` lets it leave, and nothing else does.
   * @throws PortalSsoError `store_unavailable`
   */
  remember(
    sessionId: string,
    shown: Create['shown'],
    deadline: Deadline,
  ): Promise<'remembered' | 'closed' | 'unknown'>
  /** The create is over. What waits for it goes on. */
  leave(): void
}

/** The creates that are under way in this process. */
export interface Passages {
  /** A request for a session has come in. Its owners are not known yet. */
  arrive(): Passage
  /** How many creates are under way, of all owners. */
  underWay(): number
  /**
   * Resolves when those are over that stand under one of these owners at this moment. `undefined`: there is none in
   * this process.
   */
  over(owners: readonly Owner[]): Promise<unknown> | undefined
  /**
   * Supersedes creates of these owners that begin from now on: a click that comes during a sign-out must not open a
   * session. Returns a function that ends this.
   */
  close(closing: Pick<Closing, 'all' | 'underWay' | 'spared'>): () => void
  /** A session leaves with an answer; until then its cookie is in no request. Returns what to call when it has left. */
  deliver(session: Endable): () => void
  /** A moment, for {@link delivering}. */
  tick(): number
  /** What leaves at this moment, of these owners, or left since `tick`. */
  delivering(owners: readonly Owner[], tick: number): readonly Endable[]
}

export interface PassagesOptions {
  readonly store: Pick<SessionStore, 'isShared' | 'arrive' | 'begin' | 'remember' | 'forget'>
  readonly intents: Pick<Intents, 'seal'>
  /** After which another process takes a create up, in milliseconds. */
  readonly leaseMs: number
  readonly inBackground: (work: Promise<unknown>) => void
  readonly clock: Pick<Clock, 'monotonicNow'>
  /** How long a sign-out takes at most, in milliseconds. */
  readonly keptMs: number
}

const FORGET = { withinMs: 5_000 }

export function createPassages({
  store,
  intents,
  leaseMs,
  inBackground,
  clock,
  keptMs,
}: PassagesOptions): Passages {
  const waiting = createWaiting()
  const closings = createIndex<Pick<Closing, 'spared'>>()
  const deliveries = createIndex<Delivery>()
  // Sessions that have left, the oldest first. A sign-out that came before may ask for them yet.
  const left: Delivery[] = []
  let ticks = 0
  let underWay = 0

  function isBeingClosed(owners: readonly Owner[], customer: Owner | undefined): boolean {
    return closings
      .of(owners)
      .some(({ spared }) => spared === undefined || (customer !== undefined && customer !== spared))
  }

  function enter(arrived: Moment): Passage {
    const id = randomUUID()
    let create: Create = { id, arrived, own: [], customer: undefined }
    let hasBegun = false
    let hasLeft = false
    const owners = () => [...create.own, ...(create.customer === undefined ? [] : [create.customer])]
    return {
      id,
      get owners() {
        return owners()
      },
      async begin(given, intent, deadline) {
        create = { ...create, ...given }
        hasBegun = true
        waiting.enter(id, owners())
        // Where no other process can take it up, nothing is left to one.
        const note = store.isShared ? intents.seal(id, intent) : ''
        const begun = await orUnavailable(store.begin(create, note, leaseMs, withinOf(deadline)))
        return isBeingClosed(owners(), create.customer) ? { isOpen: false } : begun
      },
      remember: (sessionId, shown, deadline) =>
        orUnavailable(store.remember(shown ? { ...create, shown } : create, sessionId, withinOf(deadline))),
      leave() {
        if (hasLeft) return
        hasLeft = true
        underWay--
        if (hasBegun) inBackground(store.forget({ creates: [id] }, owners(), FORGET).catch(() => {}))
        waiting.leave(id)
      },
    }
  }

  return {
    arrive() {
      underWay++
      return enter(store.arrive())
    },
    underWay: () => underWay,
    over(owners) {
      const all = owners.map((owner) => waiting.over(owner)).filter((over) => over !== undefined)
      return all.length > 0 ? Promise.all(all) : undefined
    },
    close: (closing) => closings.add([...closing.all, ...(closing.underWay ?? [])], closing),
    deliver(session) {
      const isLong = ({ leftAtMs }: Delivery) => leftAtMs + keptMs < clock.monotonicNow()
      while (left[0] && isLong(left[0])) left.shift()?.forget()
      const delivery: Delivery = { session, tick: Number.POSITIVE_INFINITY, leftAtMs: 0, forget: () => {} }
      delivery.forget = deliveries.add(session.owners, delivery)
      return () => {
        delivery.tick = ++ticks
        delivery.leftAtMs = clock.monotonicNow()
        left.push(delivery)
      }
    },
    tick: () => ticks,
    delivering: (owners, tick) =>
      deliveries
        .of(owners)
        .filter((delivery) => delivery.tick > tick)
        .map(({ session }) => session),
  }
}

interface Delivery {
  readonly session: Endable
  /** When it left; until then, later than anything. */
  tick: number
  leftAtMs: number
  forget: () => void
}

/** Entries that stand under owners for a while. */
function createIndex<T>() {
  const byOwner = new Map<Owner, Set<T>>()
  return {
    /** Returns a function that takes the entry out again. */
    add(owners: readonly Owner[], entry: T): () => void {
      for (const owner of owners) byOwner.set(owner, (byOwner.get(owner) ?? new Set()).add(entry))
      return () => {
        for (const owner of owners) {
          const entries = byOwner.get(owner)
          entries?.delete(entry)
          if (entries?.size === 0) byOwner.delete(owner)
        }
      }
    },
    of: (owners: readonly Owner[]): T[] => [
      ...new Set(owners.flatMap((owner) => [...(byOwner.get(owner) ?? [])])),
    ],
  }
}

interface Line {
  /** The creates of one owner by the order in which they came, and in which order. */
  readonly creates: Map<string, number>
  /** What waits for the creates that came up to a number, in the same order: each is looked at once. */
  readonly waiters: { readonly upTo: number; readonly goOn: () => void }[]
}

/** Waits for creates of an owner to be over. Costs the sum of creates and waiters, not their product. */
function createWaiting() {
  const lines = new Map<Owner, Line>()
  const ownersOf = new Map<string, Set<Owner>>()
  let count = 0

  function release(owner: Owner, line: Line): void {
    const [oldest = Number.POSITIVE_INFINITY] = line.creates.values()
    while (line.waiters[0] && line.waiters[0].upTo < oldest) line.waiters.shift()?.goOn()
    if (line.creates.size === 0) lines.delete(owner)
  }

  return {
    enter(id: string, owners: readonly Owner[]): void {
      const known = ownersOf.get(id) ?? new Set()
      ownersOf.set(id, known)
      for (const owner of owners) {
        if (known.has(owner)) continue
        known.add(owner)
        const line = lines.get(owner) ?? { creates: new Map(), waiters: [] }
        lines.set(owner, line)
        line.creates.set(id, ++count)
      }
    },
    leave(id: string): void {
      for (const owner of ownersOf.get(id) ?? []) {
        const line = lines.get(owner)
        line?.creates.delete(id)
        if (line) release(owner, line)
      }
      ownersOf.delete(id)
    },
    over(owner: Owner): Promise<void> | undefined {
      const line = lines.get(owner)
      if (!line) return undefined
      const upTo = count
      return new Promise((goOn) => line.waiters.push({ upTo, goOn }))
    },
  }
}
