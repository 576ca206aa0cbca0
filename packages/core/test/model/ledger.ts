import type { Emulator, EmulatorCall, PortalSessionRecord } from '@portal-sso/emulator'
import type { Browser } from './browser.ts'
import type { Exchange } from './exchange.ts'
import type { HostProcess, HostSettings } from './host-process.ts'
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

const COOKIE_MS = 400 * 24 * 60 * 60 * 1000
// Well within the minute for which core knows a session whose cookie may still be on its way.
const RECENT_MS = 30_000

/** Everything that has happened, and what must hold of it at any moment. */
export class Ledger {
  readonly exchanges: Exchange[] = []
  /** How far the emulator's clock is ahead. */
  #passedMs = 0
  readonly handedOut: HandedOut[] = []
  /** What went wrong where nobody was waiting. */
  readonly broken: unknown[] = []
  readonly #dead: HostProcess[] = []
  /** Creates whose session nobody but Chargebee may know of: the process died, or the answer broke off. */
  #unknown = 0
  /** Creates that were under way when Chargebee forgot their idempotency key: another try makes another session. */
  #forgotten = 0
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

  running(): Exchange[] {
    return this.exchanges.filter(({ isRunning }) => isRunning)
  }

  inState(...states: Exchange['state'][]): Exchange[] {
    return this.exchanges.filter(({ state }) => states.includes(state))
  }

  /** An exchange begins: what it may end, and what it has to overcome. */
  begin(exchange: Exchange): void {
    const sessions = this.sessions()
    exchange.aliveAtStart = exchange.remembered.filter(({ sessionId }) => isAlive(sessions, sessionId))
    for (const other of this.running()) {
      other.isAlone = false
      exchange.isAlone = false
    }
    if (exchange.isEnding) {
      for (const other of this.exchanges.filter(({ isCreating }) => isCreating)) {
        if (this.#mayEnd(exchange, other)) other.mayEnd = true
        if (this.#mustEnd(exchange, other)) exchange.rivals.push(other)
      }
    }
    if (exchange.isCreating) {
      exchange.mayEnd = this.running().some((other) => other.isEnding && this.#mayEnd(other, exchange))
      this.#makeRoom(exchange)
    }
    this.exchanges.push(exchange)
  }

  /** Whose sessions a click may end: of former customers, and the oldest where clicks at the same time want room. */
  #makeRoom(exchange: Exchange): void {
    const { family } = exchange.browser
    const company = this.inState('under way', 'writing').filter(({ isCreating }) => isCreating)
    exchange.company = company.filter(
      ({ browser, customer }) => browser.family === family || customer === exchange.customer,
    )
    for (const other of exchange.company) {
      if (other.customer !== exchange.customer) {
        other.mayEnd = true
        exchange.mayEnd = true
      }
    }
    for (const one of [exchange, ...exchange.company]) {
      const isFull = one.remembered.length + exchange.company.length >= this.settings.maxSessions
      for (const { exchange: former } of this.handedOut) {
        const isSwitch = former.customer !== one.customer
        if (former.browser.family === one.browser.family && (isFull || isSwitch)) former.mayEnd = true
      }
    }
  }

  #mayEnd(logout: Exchange, create: Exchange): boolean {
    if (create.browser.family === logout.browser.family) return true
    // Of another browser only what is under way, and only where the customer is all there is to know a login by.
    const isUnderWay = create.state === 'under way' || create.state === 'writing'
    return !this.settings.hasLoginId && isUnderWay && create.customer === logout.customer
  }

  #mustEnd(logout: Exchange, create: Exchange): boolean {
    if (create.browser !== logout.browser || create.process !== logout.process) return false
    const loginIds = new Set(logout.remembered.map(({ loginId }) => loginId))
    const isHostsLogin = this.settings.hasLoginId && create.login !== null && create.login === logout.login
    const isSameLogin = isHostsLogin || create.remembered.some(({ loginId }) => loginIds.has(loginId))
    const isRecent = create.process.clock.now() - create.travelsSince < RECENT_MS
    if (create.state === 'travelling') return isSameLogin && isRecent
    if (create.state !== 'under way' && create.state !== 'writing') return false
    const isSameCustomer = !this.settings.hasLoginId && create.customer === logout.customer
    return (
      isSameLogin || (isSameCustomer && typeof logout.customer === 'string' && logout.customer !== 'throws')
    )
  }

  arrived(exchange: Exchange): void {
    const { browser, isCreating, session } = exchange
    // Renewed by every answer that looks into the jar, if it could still set a cookie.
    const looked = isCreating ? session !== undefined : exchange.kind !== 'sessions'
    if (looked && !exchange.cameTooLate) {
      for (const { sessionId } of exchange.remembered) browser.seenAt.set(sessionId, this.now())
    }
    if (!session) return
    browser.seenAt.set(session.id, this.now())
    this.handedOut.push({ ...session, exchange })
  }

  /** Cookies grow old; those that nobody has renewed for so long are lost by right. */
  expire(browser: Browser): void {
    const before = [...browser.cookies.values()]
    browser.expire(this.now())
    for (const { content } of before) {
      if (!content || browser.holds(content.sessionId)) continue
      if (this.now() - (browser.seenAt.get(content.sessionId) ?? 0) >= COOKIE_MS) {
        browser.forfeited.add(content.sessionId)
      }
    }
  }

  /** Chargebee or the way to it gets worse. */
  disturb(swallows: boolean): void {
    this.#swallows ||= swallows
    for (const exchange of this.running()) exchange.isCalm = false
  }

  /** Chargebee keeps an idempotency key for half an hour. */
  letPass(ms: number): void {
    this.#passedMs += ms
    if (ms >= 30 * 60_000) this.#forgotten += this.running().filter(({ isCreating }) => isCreating).length
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
      exchange.isRunning = false
      if (exchange.state === 'under way' || exchange.state === 'writing') exchange.state = 'lost'
    }
  }

  /** Never opened within its hour: whatever became of it on a journey that took so long, it opens nothing. */
  #hasLapsed(sessions: Sessions, id: string): boolean {
    const session = sessions.get(id)
    return session?.status === 'created' && Number(session.expires_at) * 1000 <= Date.now() + this.#passedMs
  }

  check(): void {
    if (this.broken.length > 0) throw this.broken[0]
    const sessions = this.sessions()
    for (const { exchange, id } of this.handedOut) {
      const { browser } = exchange
      if (isAlive(sessions, id)) {
        const isRemembered = browser.holds(id) || browser.forfeited.has(id) || this.#hasLapsed(sessions, id)
        hold('remembered', isRemembered, () => `${id} lives, and ${browser.name} does not remember it`)
      } else {
        hold('others left alone', exchange.mayEnd, () => `${id} of ${browser.name} was ended for no reason`)
      }
    }
    for (const logout of this.exchanges.filter(({ hasSucceeded }) => hasSucceeded)) {
      for (const { session, state } of logout.rivals) {
        const isOut = session !== undefined && state !== 'lost'
        const isOver = !isOut || !isAlive(sessions, session.id) || this.#hasLapsed(sessions, session.id)
        hold('logged out', isOver, () => {
          return `${session?.id} was under way at a successful ${logout.kind} of ${logout.browser.name}, and lives`
        })
      }
    }
  }

  checkNothingLeft(calls: readonly Readonly<EmulatorCall>[]): void {
    this.check()
    const sessions = this.sessions()
    const orphans = new Set(this.#dead.flatMap((process) => [...process.orphans()]))
    const lost = new Set(this.inState('lost').map(({ session }) => session?.id))
    const forfeited = new Set(this.exchanges.flatMap(({ browser }) => [...browser.forfeited]))
    let unknown = 0
    for (const { id, status } of sessions.values()) {
      if (status === 'logged_out') continue
      if (this.handedOut.some((one) => one.id === id)) {
        hold('nothing left', forfeited.has(id), () => `${id} was handed out and lives`)
        continue
      }
      hold('nothing left', status === 'created', () => `${id} is ${status}, and nobody was given it`)
      if (!orphans.has(id) && !lost.has(id)) unknown++
    }
    hold('nothing left', unknown <= this.#unknown + this.#forgotten, () => {
      return `${unknown} sessions were never handed out, live, and were not reported`
    })
    const keys = calls.map(({ operation, idempotencyKey }) =>
      operation === 'create' ? idempotencyKey : undefined,
    )
    const clicks = this.exchanges.filter(({ isCreating }) => isCreating).length
    const used = new Set(keys.filter((key) => key !== undefined)).size
    hold('own session', used <= clicks, () => `${clicks} clicks, ${used} idempotency keys`)
    hold(
      'own session',
      sessions.size <= used + this.#forgotten,
      () => `${used} idempotency keys, ${sessions.size} sessions`,
    )
  }
}
