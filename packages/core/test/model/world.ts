import { type Emulator, type FaultRule, startEmulator } from '@portal-sso/emulator'
import type { PublicPortalSession } from '../../src/chargebee/portal-session.js'
import { ask, openCookies, sessionIn, toRequestParts } from './answer.ts'
import { Browser, type HeldCookie } from './browser.ts'
import { check } from './checks.ts'
import { Exchange, type Fate, type Kind } from './exchange.ts'
import { HostProcess, type HostSettings, type SecretName, SITE } from './host-process.ts'
import { judge } from './judge.ts'
import { judgeLeft, judgeTold } from './judge-login.ts'
import { Ledger } from './ledger.ts'
import { type Intrusion, intrude, type OldCookies } from './outsiders.ts'
import { passUntil } from './passing.ts'
import { leavePortal, openPortal } from './portal.ts'
import { type Address, type OnLogin, PASSWORD, toLoginPage } from './reverse-flow.ts'
import { hold } from './violation.ts'
import { WayBack } from './way-back.ts'

export const CUSTOMERS = ['anna', 'ben', 'cleo'] as const

export interface StartOptions {
  readonly fate: Fate
  /** What the host says of who is signed in: as it is; nobody; it throws; nothing, ever. */
  readonly host?: 'knows' | 'forgot' | 'throws' | 'is silent'
  /** The head of the host's own answer is out already. */
  readonly isAnswered?: boolean
  /** For the begin of a sign-in at Chargebee: which of `RETURN_TO` it asks for. */
  readonly returnTo?: number
  /** For the way back: what the host does with who has signed in. */
  readonly onLogin?: OnLogin
  /** For the way back: with all cookies of sign-ins that the browser ever had. */
  readonly isKept?: boolean
  readonly address?: Address
}

const START_MS = 1_800_000_000_000

/** Chargebee, one process of the host after another, and browsers: all that the commands act on. */
export class World {
  readonly ledger: Ledger
  now = START_MS
  /** Where browsers have come back to from Chargebee's login. */
  readonly addresses: Address[] = []
  /** By family of browsers: what somebody may have copied before another customer came. */
  readonly oldCookies = new Map<Browser['family'], OldCookies[]>()
  /** What outsiders have sent and is not answered yet. */
  readonly intrusions = new Set<Promise<void>>()
  #heal: (() => void)[] = []

  private constructor(
    readonly emulator: Emulator,
    readonly settings: HostSettings,
    readonly browsers: readonly Browser[],
    public process: HostProcess,
    /** All secrets there have ever been, newest first. */
    public secrets: readonly SecretName[],
  ) {
    this.ledger = new Ledger(emulator, settings, () => this.now)
  }

  static async create(settings: HostSettings): Promise<World> {
    const { secondActivate, wrongToken } = settings
    const emulator = await startEmulator({
      site: SITE,
      customers: CUSTOMERS.map((id) => ({ id, email: `${id}@example.com`, password: PASSWORD })),
      login: { allowedDomains: ['host.example'], secondActivate, wrongToken },
    })
    const browsers = ['laptop', 'phone', 'library'].map((name) => new Browser(name))
    const secrets = [settings.hasLogin ? 'first' : 'key']
    const onPortalLogout = () => {}
    const isNobodys = (sessionId: string) => world.ledger.isNobodys(sessionId)
    const surroundings = { onPortalLogout, isNobodys }
    const process = await HostProcess.start(emulator, settings, secrets, START_MS, surroundings)
    const world = new World(emulator, settings, browsers, process, secrets)
    for (const [index, browser] of browsers.entries()) world.signIn(browser, CUSTOMERS[index >> 1] ?? null)
    return world
  }

  /** Somebody sends something who has no part in any of it. */
  intrude(intrusion: Intrusion): void {
    const work: Promise<void> = intrude(this, intrusion)
      .catch((error) => void this.ledger.broken.push(error))
      .finally(() => this.intrusions.delete(work))
    this.intrusions.add(work)
  }

  signIn(browser: Browser, customer: string | null): void {
    if (customer !== browser.customer) this.#keepCookies(browser)
    browser.customer = customer
    browser.login = customer === null ? null : `${browser.name} ${this.ledger.nextNumber()}`
  }

  #keepCookies(browser: Browser): void {
    const { family, cookies } = browser
    const sessions = this.ledger.sessions()
    const contents = [...cookies.values()].flatMap(({ content }) => content ?? [])
    const customers = contents.flatMap(({ sessionId }) => sessions.get(sessionId)?.customer_id ?? [])
    const all = this.oldCookies.get(family) ?? []
    if (customers.length > 0)
      this.oldCookies.set(family, [...all, { header: browser.header() ?? '', customers }])
  }

  start(kind: Kind, browser: Browser, options: StartOptions): Exchange {
    const { fate, host = 'knows', isAnswered = false, isKept = false, address, returnTo = 0 } = options
    const { process } = this
    const customer = host === 'knows' ? browser.customer : host === 'forgot' ? null : ('throws' as const)
    const login = host === 'knows' ? browser.login : null
    const parts = toRequestParts(kind, browser.header(isKept))
    const from = { browser, process, withKept: isKept }
    const wayBack = address && new WayBack(address, options.onLogin ?? 'lets in', from)
    const names = [...browser.held(isKept).keys()]
    const exchange = new Exchange(
      {
        kind,
        fate,
        browser,
        process,
        customer,
        login,
        returnTo,
        wayBack,
        cameTooLate: isAnswered,
        isSilent: host === 'is silent',
      },
      parts,
      names,
      (session) => this.#hear(exchange, session),
    )
    exchange.isCalm = this.#heal.length === 0
    this.ledger.begin(exchange)
    void this.#run(exchange)
    return exchange
  }

  #hear(exchange: Exchange, session: PublicPortalSession): void {
    try {
      judgeTold(exchange, session, this.ledger)
    } catch (error) {
      this.ledger.broken.push(error)
    }
  }

  async #run(exchange: Exchange): Promise<void> {
    const { process, wayBack } = exchange
    const outcome = await ask(exchange)
    if (process.isKilled) return
    exchange.isRunning = false
    exchange.outcome = outcome
    exchange.answeredAtMs = process.clock.now()
    if (wayBack) wayBack.isOver = true
    try {
      const sessions = this.ledger.sessions()
      exchange.session = sessionIn(exchange, outcome, sessions, this.emulator.portalUrl)
      judge(exchange, sessions, this.settings, this.emulator.portalUrl)
      if (exchange.hasSucceeded) this.ledger.logoutSucceeded(exchange, sessions)
      await this.#send(exchange)
    } catch (error) {
      this.ledger.broken.push(error)
      // Nobody will send this answer any more, and a process that closes waits for it.
      this.lose(exchange)
    }
  }

  async #send(exchange: Exchange): Promise<void> {
    if (exchange.state === 'lost') return
    exchange.answer()
    if (exchange.fate === 'now') return this.deliver(exchange)
    if (exchange.fate === 'writing') return
    exchange.settle(true)
    exchange.state = 'travelling'
    exchange.travelsSince = exchange.process.clock.now()
  }

  /** The answer arrives in the browser. */
  async deliver(exchange: Exchange): Promise<void> {
    const { browser, kind, outcome, session, state, wayBack } = exchange
    const cookies = await openCookies(exchange, this.emulator.site, this.now)
    if (exchange.state !== state) return
    exchange.settle(true)
    const { secrets } = exchange.process
    const unreadable = browser.contents().filter(({ secret }) => !secrets.includes(secret))
    browser.receive(cookies.map((cookie) => this.#sinceFirst(cookie)))
    // Section 6: a sign-out clears all but the last of those that do not open. Unreadable is not remembered.
    if (exchange.isEnding) browser.forfeit(unreadable)
    exchange.state = 'arrived'
    this.ledger.arrived(exchange)
    const page = kind === 'begin' && toLoginPage(outcome?.headers.Location, this.emulator.portalUrl)
    if (page) browser.pages.push(page)
    if (!wayBack || !session) return
    judgeLeft(exchange, this.ledger.sessions())
    // The cookie of the host's own login comes with the same answer.
    this.signIn(browser, wayBack.customer)
  }

  /** A session is as old as it was when it was first remembered, whatever its cookie says later. */
  #sinceFirst<T extends object>(cookie: T & Partial<Pick<HeldCookie, 'content'>>): T {
    const { content } = cookie
    if (!content) return cookie
    const { rememberedAt } = this.ledger
    const createdAt = rememberedAt.get(content.sessionId) ?? content.createdAt
    rememberedAt.set(content.sessionId, createdAt)
    return { ...cookie, content: { ...content, createdAt } }
  }

  /** The connection ends; what was not written by then never arrives, and core is told where it can be. */
  lose(exchange: Exchange): void {
    exchange.mayEnd = true
    const wasOut = exchange.state === 'travelling'
    exchange.state = 'lost'
    if (wasOut) return
    exchange.isToldLost = true
    exchange.settle(false)
  }

  /** Waits until everything that was begun has ended. */
  async finish(exchanges: readonly Exchange[] = this.ledger.running()): Promise<void> {
    const goOn = () => {
      for (const { wayBack } of exchanges) wayBack?.goOn()
    }
    const running = () => exchanges.filter(({ isRunning }) => isRunning)
    const isOver = () => running().length === 0 && this.intrusions.size === 0
    const end = await passUntil(this, isOver, goOn)
    hold('answered', end !== 'hangs', () => `${running()[0]?.kind} hangs`)
    // The answers that arrive at once have to be opened yet.
    while (exchanges.some(({ fate, state }) => fate === 'now' && state === 'writing')) {
      if (this.ledger.broken.length > 0) return
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** Lets everything happen that does not wait for a command. */
  async breathe(): Promise<void> {
    const { wire } = this.process
    if (!wire.isStopped) return new Promise((resolve) => setImmediate(resolve))
    for (let before = -1; before !== wire.activity; ) {
      before = wire.activity
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  fail(rule: FaultRule): void {
    this.#heal.push(this.emulator.fail(rule))
    this.ledger.disturb(rule.kind === 'reset-after' || rule.kind === 'truncated' || rule.kind === 'no-end')
  }

  tear(): void {
    this.process.wire.tear()
    this.ledger.disturb(true)
  }

  heal(): void {
    for (const heal of this.#heal.splice(0)) heal()
  }

  openPortal(pick: number): Promise<void> {
    return openPortal(this.ledger.handedOut, pick)
  }

  leavePortal(pick: number): Promise<void> {
    return leavePortal(this.ledger.handedOut, pick, this.emulator.portalUrl)
  }

  check(): void {
    this.ledger.broken.push(...this.process.broken.splice(0))
    check(this.ledger, this.process)
  }

  async close(): Promise<void> {
    this.process.kill()
    await this.emulator.close()
  }
}
