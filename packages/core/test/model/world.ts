import { type Emulator, type FaultRule, startEmulator } from '@portal-sso/emulator'
import { accessUrlIn, ask, openCookies, toRequestParts } from './answer.ts'
import { Browser, type Tampering } from './browser.ts'
import { Exchange, type Fate, type Kind } from './exchange.ts'
import { HostProcess, type HostSettings, type SecretName } from './host-process.ts'
import { judge } from './judge.ts'
import { Ledger } from './ledger.ts'
import { leavePortal, openPortal } from './portal.ts'
import { hold, Violation } from './violation.ts'

export const CUSTOMERS = ['anna', 'ben', 'cleo'] as const

export interface StartOptions {
  readonly fate: Fate
  /** What the host says of who is signed in: as it is; nobody; it throws. */
  readonly host?: 'knows' | 'forgot' | 'throws'
  /** The head of the host's own answer is out already. */
  readonly isAnswered?: boolean
}

const LONGEST_JOURNEY_MS = 60 * 60 * 1000

/** Chargebee, one process of the host after another, and browsers: all that the commands act on. */
export class World {
  readonly ledger: Ledger
  now = 1_800_000_000_000
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
    const emulator = await startEmulator({ customers: CUSTOMERS.map((id) => ({ id })) })
    const browsers = ['laptop', 'phone', 'library'].map((name) => new Browser(name))
    const secrets = ['key']
    const process = await HostProcess.start(emulator, settings, secrets, 1_800_000_000_000, () => {})
    const world = new World(emulator, settings, browsers, process, secrets)
    for (const [index, browser] of browsers.entries()) world.signIn(browser, CUSTOMERS[index >> 1] ?? null)
    return world
  }

  signIn(browser: Browser, customer: string | null): void {
    browser.customer = customer
    browser.login = customer === null ? null : `${browser.name} ${this.ledger.nextNumber()}`
  }

  start(kind: Kind, browser: Browser, { fate, host = 'knows', isAnswered = false }: StartOptions): Exchange {
    const customer = host === 'knows' ? browser.customer : host === 'forgot' ? null : ('throws' as const)
    const login = host === 'knows' ? browser.login : null
    const parts = toRequestParts(kind, browser.header())
    const exchange = new Exchange(kind, fate, browser, this.process, customer, login, parts, isAnswered)
    exchange.isCalm = this.#heal.length === 0
    this.ledger.begin(exchange)
    void this.#run(exchange)
    return exchange
  }

  async #run(exchange: Exchange): Promise<void> {
    const { kind, process, request } = exchange
    const outcome = await ask(process, { kind, request, native: request.native })
    if (process.isKilled) return
    exchange.isRunning = false
    exchange.outcome = outcome
    try {
      const sessions = this.ledger.sessions()
      const accessUrl = accessUrlIn(exchange, outcome, this.emulator.portalUrl)
      const session = [...sessions.values()].find(({ access_url }) => access_url === accessUrl)
      hold(
        'own session',
        (session !== undefined) === (accessUrl !== undefined),
        () => `${accessUrl} is unknown`,
      )
      if (session) exchange.session = { id: session.id, accessUrl: session.access_url }
      judge(exchange, sessions, this.settings)
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
    const { browser, process, setCookies, state } = exchange
    const cookies = await openCookies(setCookies, process, this.emulator.site, this.now)
    if (exchange.state !== state) return
    exchange.settle(true)
    browser.receive(cookies)
    exchange.state = 'arrived'
    this.ledger.arrived(exchange)
  }

  /** The connection ends; what was not written by then never arrives, and core is told where it can be. */
  lose(exchange: Exchange): void {
    exchange.mayEnd = true
    const wasOut = exchange.state === 'travelling'
    exchange.state = 'lost'
    if (!wasOut) exchange.settle(false)
  }

  /** Waits until everything that was begun has ended. */
  async finish(exchanges: readonly Exchange[] = this.ledger.running()): Promise<void> {
    const until = performance.now() + 2 * this.settings.timeoutMs + 10_000
    while (exchanges.some(({ isRunning }) => isRunning)) {
      await new Promise((resolve) => setImmediate(resolve))
      if (performance.now() < until) continue
      throw new Violation('answered', `${exchanges.find(({ isRunning }) => isRunning)?.kind} hangs`)
    }
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

  async restart(how: 'close' | 'kill', secrets: readonly SecretName[]): Promise<void> {
    const former = this.process
    if (how === 'close') {
      former.wire.flow()
      former.isClosed = true
      // A server that closes lets the answers go out that it is writing.
      for (const exchange of this.ledger.inState('writing')) await this.deliver(exchange)
      const closed = former.sso.close()
      const refused = this.start('link', this.browsers[0] as Browser, { fate: 'now' })
      await this.finish()
      for (const exchange of this.ledger.inState('writing')) await this.deliver(exchange)
      await closed
      hold('answered', refused.session === undefined, () => 'a closing process has handed out a session')
    }
    former.kill()
    this.ledger.died(former)
    this.secrets = [...new Set([...secrets, ...this.secrets])]
    this.process = await HostProcess.start(this.emulator, this.settings, secrets, this.now, ({ id }) => {
      const status = this.ledger.sessions().get(id)?.status
      if (status !== 'logged_out') this.ledger.broken.push(new Violation('answered', `${id} is ${status}`))
    })
  }

  /** Time passes for everybody. */
  async jump(ms: number): Promise<void> {
    if (ms > LONGEST_JOURNEY_MS) {
      // Neither a call nor an answer is on its way for days.
      if (this.ledger.running().length > 0) return
      for (const state of ['writing', 'travelling'] as const) {
        for (const exchange of this.ledger.inState(state)) await this.deliver(exchange)
      }
    }
    this.now += ms
    this.ledger.letPass(ms)
    this.emulator.advance(ms)
    for (const browser of this.browsers) this.ledger.expire(browser)
    await this.process.clock.advance(ms)
  }

  tamper(browser: Browser, how: Tampering, pick: number): void {
    browser.tamper(how, pick)
  }

  /** A cookie gets into another browser. */
  copyCookie(from: Browser, to: Browser, pick: number): void {
    const cookies = [...from.cookies.values()]
    const cookie = cookies[pick % cookies.length]
    if (!cookie || from === to) return
    to.cookies.set(cookie.name, cookie)
    if (cookie.content) to.seenAt.set(cookie.content.sessionId, this.now)
    const { family } = to
    for (const browser of this.browsers) if (browser.family === family) browser.family = from.family
  }

  openPortal(pick: number): Promise<void> {
    return openPortal(this.ledger.handedOut, pick)
  }

  leavePortal(pick: number): Promise<void> {
    return leavePortal(this.ledger.handedOut, pick, this.emulator.portalUrl)
  }

  check(): void {
    this.ledger.broken.push(...this.process.broken.splice(0))
    this.ledger.check()
  }

  /** Chargebee is well again, every browser logs out once, and nothing that anybody ever got may be left. */
  async end(): Promise<void> {
    this.heal()
    this.process.wire.flow()
    await this.finish()
    for (const exchange of this.ledger.inState('writing', 'travelling')) await this.deliver(exchange)
    this.check()
    await this.restart('close', this.secrets)
    for (const browser of this.browsers) {
      const exchange = this.start('logout', browser, { fate: 'now' })
      await this.finish([exchange])
      hold('nothing left', exchange.hasSucceeded, () => `the last logout of ${browser.name} did not succeed`)
      this.check()
    }
    const last = this.process
    await last.sso.close()
    this.ledger.died(last)
    this.ledger.checkNothingLeft(this.emulator.calls())
  }

  async close(): Promise<void> {
    this.process.kill()
    await this.emulator.close()
  }
}
