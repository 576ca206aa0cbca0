import type { Emulator, PortalSessionRecord } from '@portal-sso/emulator'
import type { Browser } from './browser.ts'
import type { Exchange } from './exchange.ts'
import type { HostProcess, HostSettings } from './host-process.ts'
import { isOfLogin, makeRoom, mayEnd, mustEnd } from './relations.ts'
import { LIVES_MS, NEVER_ACTIVATED, type SignedIn } from './reverse-flow.ts'
import { hold } from './violation.ts'

export type Sessions = ReadonlyMap<string, Readonly<PortalSessionRecord>>

/** A session that a browser has got. */
export interface HandedOut {
  readonly id: string
  readonly accessUrl: string
  readonly exchange: Exchange
  /** The customer is in the portal with it. */
  portalCookie?: string
}

export const isAlive = (sessions: Sessions, id: string) => sessions.get(id)?.status !== 'logged_out'

const DAY_MS = 24 * 60 * 60 * 1000
const COOKIE_MS = 400 * DAY_MS
/** How many cookies of ours an answer has room for. */
const ROOM_FOR = 3

/** Everything that has happened, and what must hold of it at any moment. */
export class Ledger {
  readonly exchanges: Exchange[] = []
  /** How far the emulator's clock is ahead. */
  #passedMs = 0
  readonly handedOut: HandedOut[] = []
  /** Chargebee, and the way to it, were well all the time. */
  isUndisturbed = true
  /** By session: when it was remembered first. */
  readonly rememberedAt = new Map<string, number>()
  /** What went wrong where nobody was waiting. */
  readonly broken: unknown[] = []
  /** Who has signed in at Chargebee, by the id of the session that came of it. */
  readonly signedIn = new Map<string, SignedIn>()
  /** Of these, the sessions of which a host was told. */
  readonly idsTold = new Set<string>()
  /** Sessions that Chargebee may have activated without the host learning of it. */
  readonly #doubtful = new Set<string>()
  readonly #dead: HostProcess[] = []
  /** Creates whose session nobody but Chargebee may know of: the process died, or the answer broke off. */
  #unknown = 0
  /** Creates that were under way when Chargebee forgot their idempotency key: another try makes another session. */
  #forgotten = 0
  readonly #visits = new Map<HostProcess, { return: number; sessions: number }>()
  #swallows = false
  #count = 0

  constructor(
    readonly emulator: Emulator,
    readonly settings: HostSettings,
    readonly now: () => number,
  ) {}

  nextNumber(): number {
    return this.#count++
  }

  sessions(): Sessions {
    return new Map(this.emulator.sessions().map((session) => [session.id, session]))
  }

  /** A session that the host has no business with: made by no click, and activated by nobody. */
  isNobodys(sessionId: string): boolean {
    if (sessionId === NEVER_ACTIVATED) return true
    return this.signedIn.has(sessionId) && this.sessions().get(sessionId)?.status === 'not_yet_activated'
  }

  /** Whose sessions and creates the last user of a browser may end at this moment, with cookies of then. */
  readonly intruding = new Set<(exchange: Exchange) => boolean>()

  running(): Exchange[] {
    return this.exchanges.filter(({ isRunning }) => isRunning)
  }

  inState(...states: Exchange['state'][]): Exchange[] {
    return this.exchanges.filter(({ state }) => states.includes(state))
  }

  /** An exchange begins: what it may end, and what it has to overcome. */
  begin(exchange: Exchange): void {
    const sessions = this.sessions()
    this.#countPoints(exchange)
    exchange.aliveAtStart = exchange.remembered.filter(({ sessionId }) => isAlive(sessions, sessionId))
    for (const other of this.running()) {
      other.isAlone = false
      exchange.isAlone = false
    }
    if (exchange.isEnding) {
      exchange.orphansBefore = exchange.process.orphans()
      for (const other of this.exchanges.filter(({ isCreating, wayBack }) => isCreating || wayBack)) {
        if (mayEnd(this.settings, exchange, other)) other.mayEnd = true
        if (mustEnd(this.settings, exchange, other)) exchange.rivals.push(other)
      }
    }
    const { address } = exchange.wayBack ?? {}
    exchange.wasActivatable =
      address?.signedIn !== undefined && this.#isActivatable(address.signedIn, sessions)
    exchange.mayEnd = this.running().some((other) => other.isEnding && mayEnd(this.settings, other, exchange))
    if ([...this.intruding].some((reaches) => reaches(exchange))) {
      exchange.mayEnd = true
      exchange.isAlone = false
    }
    if (exchange.isOpening) {
      // What was cut off goes on in its process all the same.
      const company = this.exchanges.filter(
        ({ isOpening, isRunning, state }) =>
          isOpening && (isRunning || state === 'under way' || state === 'writing'),
      )
      makeRoom(this.settings, exchange, company, this.handedOut, this.inState('travelling'))
      this.#share(exchange)
    }
    this.exchanges.push(exchange)
  }

  /** A logout has said that everything is over; where Chargebee can tell, it is. */
  logoutSucceeded(logout: Exchange, sessions: Sessions): void {
    const { browser, orphansBefore, process, rivals } = logout
    const isRivals = (id: string) => {
      const owner = sessions.get(id)?.customer_id
      const isSignIn = this.signedIn.has(id)
      if (this.exchanges.some(({ session }) => session?.id === id)) return false
      const candidates = this.exchanges.filter(({ isCreating, opensFor, session, wayBack }) =>
        isSignIn ? wayBack?.address.claimedId === id : isCreating && opensFor === owner && !session,
      )
      return candidates.length > 0 && candidates.every((candidate) => rivals.includes(candidate))
    }
    const left = [...process.orphans()].filter(
      (id) => !orphansBefore.has(id) && sessions.has(id) && isAlive(sessions, id) && isRivals(id),
    )
    const says = (id: string | undefined) => `${id} lives at a successful logout of ${browser.name}`
    hold('logged out', left.length === 0, () => `${says(left[0])}, and was reported`)
    for (const rival of rivals) {
      const { isRunning, wayBack } = rival
      const id = wayBack?.address.claimedId
      const isAlone = process.waysBack.filter(({ address }) => address.claimedId === id).length === 1
      const isAsked = isAlone && process.activating.has(id ?? '')
      const isUnsettled = isRunning && wayBack?.told.length === 0 && isAsked
      hold(
        'logged out',
        !isUnsettled || !isOfLogin(this.settings, logout, rival),
        () => `${id} is being activated while ${browser.name} is told`,
      )
    }
    const known = new Set(this.exchanges.flatMap(({ session }) => session?.id ?? []))
    const isClear = (customer: string | null) =>
      !this.exchanges.some(
        ({ isRunning, opensFor, state }) => opensFor === customer && !isRunning && state === 'lost',
      )
    for (const { isRunning, opensFor } of rivals) {
      const same = this.running().filter((other) => other.isOpening && other.opensFor === opensFor)
      if (!isRunning || same.length > 1 || !isClear(opensFor) || !this.isUndisturbed) continue
      const unclaimed = [...sessions.values()].find(
        ({ customer_id, id, status }) => status === 'created' && customer_id === opensFor && !known.has(id),
      )
      hold('logged out', unclaimed === undefined, () => `${says(unclaimed?.id)}, and is under way`)
    }
  }

  /** What is counted for whom. Outsiders spend nothing of it, so it says when a refusal for too many is right. */
  #countPoints(exchange: Exchange): void {
    const { customer, kind, login, process, remembered } = exchange
    if (exchange.isCreating) {
      const isOfLogin = (other: Exchange) =>
        this.settings.hasLoginId ? other.login === login : other.customer === customer
      const same = this.exchanges.filter(
        (other) => other.isCreating && other.process === process && isOfLogin(other),
      )
      exchange.clicksBefore = same.length
    }
    if (kind === 'return' || kind === 'sessions') this.noteVisits(process, kind, remembered.length)
    if (this.#visitsOf(process, kind) > (this.settings.points ?? Number.POSITIVE_INFINITY))
      exchange.isCalm = false
  }

  /** Sessions were asked for, or may have been. */
  noteVisits(process: HostProcess, kind: 'return' | 'sessions', count: number): void {
    const visits = this.#visits.get(process) ?? { return: 0, sessions: 0 }
    visits[kind] += count
    this.#visits.set(process, visits)
  }

  #visitsOf(process: HostProcess, kind: Exchange['kind']): number {
    const visits = this.#visits.get(process)
    return kind === 'return' || kind === 'sessions' ? (visits?.[kind] ?? 0) : 0
  }

  #isActivatable({ atMs, id }: SignedIn, sessions: Sessions): boolean {
    const status = sessions.get(id)?.status
    if (status === 'activated') return this.settings.secondActivate === 'accepted'
    return status === 'not_yet_activated' && this.now() - atMs < LIVES_MS - 5_000
  }

  /** Where Chargebee activates a session again, two ways back may get the same one, and one of them end it. */
  #share(exchange: Exchange): void {
    const claimedId = exchange.wayBack?.address.signedIn?.id
    if (claimedId === undefined || this.settings.secondActivate === 'refused') return
    const others = this.exchanges.filter(({ wayBack }) => wayBack?.address.signedIn?.id === claimedId)
    if (others.length === 0) return
    for (const one of [exchange, ...others]) one.mayEnd = true
  }

  arrived(exchange: Exchange): void {
    const { browser, isCreating, kind, session } = exchange
    // Renewed by the answers that look into the jar, if they can still set a cookie, and have room for it.
    const isOpener = isCreating || kind === 'callback'
    const looked = isOpener ? session !== undefined : kind !== 'sessions' && kind !== 'begin'
    if (looked && !exchange.cameTooLate) {
      const isFull = exchange.setCookies.length >= ROOM_FOR
      for (const { sessionId } of exchange.remembered) {
        if (!isFull || this.#isFresh(browser, sessionId)) browser.seenAt.set(sessionId, this.now())
      }
    }
    if (!session) return
    browser.seenAt.set(session.id, this.now())
    this.handedOut.push({ ...session, exchange })
  }

  #isFresh(browser: Browser, sessionId: string): boolean {
    const { expiresAt = 0 } =
      [...browser.cookies.values()].find(({ content }) => content?.sessionId === sessionId) ?? {}
    return expiresAt > this.now() + COOKIE_MS - DAY_MS
  }

  /** Cookies grow old; those that nobody has renewed for so long are lost by right. */
  expire(browser: Browser): void {
    const before = [...browser.cookies.values()]
    browser.expire(this.now())
    for (const { content } of before) {
      if (!content || browser.holds(content.sessionId)) continue
      if (this.now() - (browser.seenAt.get(content.sessionId) ?? 0) >= COOKIE_MS - DAY_MS) {
        browser.forfeited.add(content.sessionId)
      }
    }
  }

  /** Chargebee or the way to it gets worse. */
  disturb(swallows: boolean): void {
    this.isUndisturbed = false
    this.#swallows ||= swallows
    for (const exchange of this.running()) exchange.isCalm = false
  }

  /** Chargebee keeps an idempotency key for half an hour. */
  letPass(ms: number): void {
    this.#passedMs += ms
    // A sign-in that is under way may be too late by now.
    for (const { wayBack } of this.running()) if (wayBack) wayBack.isSound = false
    if (ms < 30 * 60_000) return
    this.#forgotten += this.running().filter(({ isCreating }) => isCreating).length
    for (const exchange of this.running()) this.#doubt(exchange)
  }

  #doubt({ wayBack }: Exchange): void {
    if (wayBack?.mayActivate && wayBack.address.signedIn) this.#doubtful.add(wayBack.address.signedIn.id)
  }

  died(process: HostProcess): void {
    if (this.#dead.includes(process)) return
    this.#dead.push(process)
    this.broken.push(...process.broken)
    for (const exchange of this.exchanges.filter((other) => other.process === process)) {
      if (exchange.isCreating && (exchange.isRunning || exchange.session === undefined)) {
        const status = exchange.outcome?.status ?? 0
        const error = exchange.outcome?.error as { status?: number } | undefined
        if (exchange.isRunning || (this.#swallows && (status || Number(error?.status)) >= 500))
          this.#unknown++
      }
      const isCut = exchange.isRunning || exchange.state === 'writing'
      if (isCut || this.#swallows) this.#doubt(exchange)
      exchange.isRunning = false
      if (exchange.state === 'under way' || exchange.state === 'writing') exchange.state = 'lost'
    }
  }

  /** Never opened within its hour: whatever became of it on a journey that took so long, it opens nothing. */
  hasLapsed(sessions: Sessions, id: string): boolean {
    const session = sessions.get(id)
    return session?.status === 'created' && Number(session.expires_at) * 1000 <= Date.now() + this.#passedMs
  }

  /** Whether Chargebee may have activated it without the host learning of it. */
  isDoubtful(sessionId: string): boolean {
    return this.#doubtful.has(sessionId)
  }

  /** How many sessions there may be that nobody but Chargebee knows of. */
  get unknown(): number {
    return this.#unknown + this.#forgotten
  }

  /** How many idempotency keys may have made a second session. */
  get forgotten(): number {
    return this.#forgotten
  }

  /** What the host's processes have reported as never handed out and alive. */
  orphans(): Set<string> {
    return new Set(this.#dead.flatMap((process) => [...process.orphans()]))
  }
}
