import { randomBytes, randomUUID } from 'node:crypto'
import type { Closing, Create, Owner, SessionStore } from '@portal-sso/core'

/** Opens a store for a site of Chargebee: the same data for the same name, none yet for a new one. */
export type OpenStore = (site: string) => Promise<SessionStore> | SessionStore

/** One requirement of a store, tried on one that is empty. */
export interface StoreCheck {
  /** Stays the same when the wording changes. */
  readonly id: string
  /** The requirement as a sentence with MUST. */
  readonly title: string
  run(bench: Bench): Promise<void>
}

export interface StoreCheckGroup {
  readonly title: string
  readonly checks: readonly StoreCheck[]
}

export function storeCheck(id: string, title: string, run: (bench: Bench) => Promise<void>): StoreCheck {
  return { id, title, run }
}

const WITHIN = { withinMs: 10_000 }
/** Longer than any check takes. */
export const LONG_MS = 10 * 60_000

/** A store with short ways to say what the checks say often. */
export class Bench {
  readonly #ids = randomBytes(6).toString('hex')
  #last = 0

  private constructor(
    readonly store: SessionStore,
    readonly open: OpenStore,
    readonly site: string,
  ) {}

  static async at(open: OpenStore, site = `check-${randomBytes(6).toString('hex')}`): Promise<Bench> {
    return new Bench(await open(site), open, site)
  }

  /** Another process, which sees the same data. */
  async elsewhere(): Promise<Bench> {
    return Bench.at(this.open, this.site)
  }

  /** A name for an owner, a session or a state that no other check has. */
  name(kind: string): string {
    this.#last += 1
    return `${kind}${this.#ids}${this.#last}`
  }

  /** A request that comes in now, for a create of these owners. */
  create(own: readonly Owner[], customer: Owner | undefined = this.name('c')): Create {
    return { id: randomUUID(), arrived: this.store.arrive(), own, customer }
  }

  begin(create: Create, note = 'note', leaseMs = LONG_MS) {
    return this.store.begin(create, note, leaseMs, WITHIN)
  }

  remember(create: Create, sessionId: string) {
    return this.store.remember(create, sessionId, WITHIN)
  }

  /** A session that is there: its create has begun and was remembered. */
  async session(own: readonly Owner[], customer?: Owner): Promise<{ id: string; create: Create }> {
    const create = this.create(own, customer)
    await this.begin(create)
    const id = this.name('session')
    const answer = await this.remember(create, id)
    if (answer !== 'remembered') throw new Error(`a session without any obstacle was "${answer}"`)
    return { id, create }
  }

  async close(closing: Partial<Closing>, leaseMs = LONG_MS) {
    const { sessions, underWay } = await this.store.close(
      { all: [], by: 'logout', ...closing },
      leaseMs,
      WITHIN,
    )
    return { ids: sessions.map(({ id }) => id).sort(), sessions, underWay }
  }

  forget(over: { sessions?: readonly string[]; creates?: readonly string[] }, owners: readonly Owner[]) {
    return this.store.forget(over, owners, WITHIN)
  }

  postpone(item: Parameters<SessionStore['postpone']>[0], inMs: number) {
    return this.store.postpone(item, inMs, WITHIN)
  }

  take(limit = 100, leaseMs = LONG_MS) {
    return this.store.take(limit, leaseMs, WITHIN)
  }

  /** What becomes due, as soon as something does. */
  async taken(limit = 100, leaseMs = LONG_MS) {
    for (;;) {
      const { due } = await this.take(limit, leaseMs)
      if (due.length > 0) return due
      await pause()
    }
  }

  claim(create: Create) {
    const { id, own, customer } = create
    return this.store.claim(id, customer === undefined ? own : [...own, customer], WITHIN)
  }

  once(name: string, ttlMs = LONG_MS) {
    return this.store.once(name, ttlMs, WITHIN)
  }

  count(counter: Parameters<SessionStore['count']>[0], owner: Owner, points: number, durationSeconds = 600) {
    return this.store.count(counter, owner, { points, durationSeconds }, WITHIN)
  }
}

export function pause(ms = 5): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** What `work` gives when it took less than `ms`: a machine that was busy meanwhile says nothing about the store. */
export async function promptly<T>(ms: number, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const since = performance.now()
    const result = await work()
    if (performance.now() - since < ms) return result
  }
}
