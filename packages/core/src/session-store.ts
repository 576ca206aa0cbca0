import type { Emit, EndedBy } from './events.js'

/**
 * Whatever a session can be found by: a browser (`b…`), the host's id of a login (`h…`), a sign-in begun at Chargebee
 * (`t…`), a customer (`c…`). A random id or a digest, never a name; at most 64 characters of `A-Za-z0-9_-`.
 */
export type Owner = string

/** A moment in the store's own time. It is handed back to the store, and means nothing elsewhere. */
export type Moment = unknown

/** How long a call to the store may take, in milliseconds. */
export interface Within {
  readonly withinMs: number
}

/** A portal session that is about to be created, or a sign-in that is about to be activated. */
export interface Create {
  /** Its idempotency key at Chargebee: a replay with it learns what became of the session. */
  readonly id: string
  /** When its request came in. A close after that supersedes it, also one that was over before `begin`. */
  readonly arrived: Moment
  /** What this login alone has: the host's id of it, this browser's id, the sign-in that it began. */
  readonly own: readonly Owner[]
  /** `undefined` while a sign-in at Chargebee has not said yet who it is; it is begun again then. */
  readonly customer: Owner | undefined
  /**
   * Sessions of this customer that the browser's cookies show. What the store lacks of them is remembered along with
   * the new one: it learns what was opened before it was there, or what it has lost.
   */
  readonly shown?: readonly Pick<StoredSession, 'id' | 'createdAt'>[]
}

/** A portal session as the store remembers it. */
export interface StoredSession {
  readonly id: string
  readonly customer: Owner
  /** All of its owners, the customer last. */
  readonly owners: readonly Owner[]
  /** When it was remembered: milliseconds since 1970 by the store's clock. */
  readonly createdAt: number
}

/** What {@link SessionStore.begin} finds. */
export type Begun =
  /** A close came first; nothing is remembered of the create. */
  | { readonly isOpen: false }
  | {
      readonly isOpen: true
      /** The sessions of the login's own owners, oldest first; also those that no cookie of the request shows. */
      readonly sessions: readonly StoredSession[]
      /** The customers of this login's other creates that are under way, superseded ones included. */
      readonly others: readonly (Owner | undefined)[]
    }

/** What is to be over: a sign-out, a customer's switch in one browser, `endSessions`. */
export interface Closing {
  /** Owners of which everything is to be over: their sessions, and their creates that arrived before. */
  readonly all: readonly Owner[]
  /**
   * Owners of which that is to be over what is just coming: creates, and sessions remembered within the last
   * {@link JUST_REMEMBERED_MS}, whose cookie may be on its way yet. For a customer who may be signed in elsewhere too.
   */
  readonly underWay?: readonly Owner[]
  /**
   * When the request came in: of `underWay`, what was remembered since then is to be over too, however long it took the
   * host to say who this is.
   */
  readonly arrived?: Moment
  /** The customer whose sessions and creates stay, and creates that have no customer yet with them. */
  readonly spared?: Owner
  readonly by: EndedBy
}

/** What {@link SessionStore.close} finds. */
export interface Closed {
  /** To be ended now. Where that does not happen within the lease, {@link SessionStore.take} gives them. */
  readonly sessions: readonly Pick<StoredSession, 'id' | 'owners'>[]
  /** How many creates are superseded and not over yet: close again until there are none. */
  readonly underWay: number
}

/** Something that is still to be done when its time has come. */
export interface Due {
  /** `session`: is to be ended. `create`: its process has not said what became of it. */
  readonly kind: 'session' | 'create'
  readonly id: string
  /** All of its owners, the customer last; a create may have none yet. */
  readonly owners: readonly Owner[]
  /** For a session why it ends ({@link EndedBy}); for a create what {@link SessionStore.begin} was given. */
  readonly note: string
  /** How long ago it became due for the first time, in milliseconds. */
  readonly ageMs: number
}

/** What is counted apart: clicks, returns from the portal, and lists of sessions. */
export type Counter = 'clicks' | 'returns' | 'lists'

/** Sessions younger than this may have a cookie that is still on its way to the browser, in milliseconds. */
export const JUST_REMEMBERED_MS = 2_000

/** The store could not be asked, or not be believed. What was asked of it may have happened all the same. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure'
}

/**
 * What is known of sessions between requests. The cookies of a browser know its sessions too; the store knows what no
 * cookie can: what is under way at this moment, what another browser has, and what is still to be ended.
 *
 * A create stands under all of its owners from `begin` on, and becomes a session at `remember`, unless one of them was
 * closed since it arrived. Signing out, switching the customer and ending everything of a customer are all `close`,
 * with different owners.
 *
 * Every method settles within `withinMs`, is done as a whole or not at all, may be repeated (the answer to an earlier
 * call may be lost), and rejects with {@link StoreFailure} alone. `describeStore` of the conformance suite says the
 * same in checks.
 */
export interface SessionStore {
  /** Whether other processes see the same data, and may leave something to be done. */
  readonly isShared: boolean

  /** A request has come in. Synchronous: whatever happens from here on is later. */
  arrive(): Moment

  /**
   * Enters a create under its owners. May be repeated with more owners, or with the customer known at last.
   * @param note what another process needs to find out what became of it, should this one vanish
   * @param leaseMs when {@link take} gives it to another process
   */
  begin(create: Create, note: string, leaseMs: number, within: Within): Promise<Begun>

  /**
   * The create has become this session, which may be handed out if the answer is `remembered`, and not otherwise.
   * `closed`: a close came first. The create stays under its owners, so that the close waits, until it is forgotten.
   * `unknown`: the store has lost the create, so whether a close came is unknown.
   */
  remember(create: Create, sessionId: string, within: Within): Promise<'remembered' | 'closed' | 'unknown'>

  /**
   * Supersedes creates and gives sessions to be ended.
   * @param leaseMs when {@link take} gives those sessions at the latest, unless they are forgotten before
   */
  close(closing: Closing, leaseMs: number, within: Within): Promise<Closed>

  /** Sessions that Chargebee has confirmed as over, and creates of which it is known what became of them. */
  forget(
    over: { readonly sessions?: readonly string[]; readonly creates?: readonly string[] },
    owners: readonly Owner[],
    within: Within,
  ): Promise<void>

  /**
   * Puts off what could not be done. A session that is put off is found by every close of its owners from then on,
   * also one that was never remembered.
   */
  postpone(due: Omit<Due, 'ageMs'>, inMs: number, within: Within): Promise<void>

  /**
   * What is due, each given to one caller for `leaseMs`: after that it is due again, unless it was forgotten or put off.
   * `nextInMs`: when the next is; `undefined`: nothing waits.
   */
  take(
    limit: number,
    leaseMs: number,
    within: Within,
  ): Promise<{ readonly due: readonly Due[]; readonly nextInMs: number | undefined }>

  /**
   * Takes a create over whose process has vanished: from here on its `remember` says `closed`.
   * `false`: it is settled, and there is nothing to find out.
   */
  claim(createId: string, owners: readonly Owner[], within: Within): Promise<boolean>

  /** Whether this is the first time that this name is used within `ttlMs`. Never forgotten before its time. */
  once(name: string, ttlMs: number, within: Within): Promise<boolean>

  /** Counts one more; gives in how many seconds it would be allowed, 0 where it is. */
  count(
    counter: Counter,
    owner: Owner,
    limit: { readonly points: number; readonly durationSeconds: number },
    within: Within,
  ): Promise<number>
}

/** What a middleware tells the store that it opens. */
export interface StoreSettings {
  /** Name of the Chargebee site; each has data of its own. */
  readonly site: string
  /** Where the store tells of its failures: `store.failed`, and `misconfigured` where a person has to act. */
  readonly emit: Emit
}

/** What a host passes as `store`, to any number of middlewares. */
export interface SharedStore {
  /** Called once by each middleware, when it is made. Synchronous: nothing is asked of the store yet. */
  open(settings: StoreSettings): SessionStore
}
