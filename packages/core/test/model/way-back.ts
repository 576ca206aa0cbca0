import type { PublicPortalSession } from '../../src/chargebee/portal-session.js'
import type { Browser } from './browser.ts'
import { HostError } from './exchange.ts'
import type { HostProcess } from './host-process.ts'
import { type Address, type Begun, LIVES_MS, LOGIN_COOKIE, type OnLogin } from './reverse-flow.ts'

// Whole seconds in the cookie, and a clock that goes on while a request is under way.
const SLACK_MS = 5_000

interface From {
  readonly browser: Browser
  readonly process: HostProcess
  readonly withKept: boolean
}

/** A browser on its way back from Chargebee's login, and what the host does when it is told who has signed in. */
export class WayBack {
  /** Who the host was told has signed in. */
  readonly told: PublicPortalSession[] = []
  isOver = false
  /** The host itself has answered the request. */
  hasAnswered = false
  /** The cookie of this state, readable or not, is in the request. */
  readonly carriesCookie: boolean
  /** What this browser may come back from with this state; `undefined`: core must refuse it. */
  readonly begun: Begun | undefined
  /** Nothing is in doubt about it. */
  isSound: boolean
  #goOn: (() => void) | undefined

  constructor(
    readonly address: Address,
    readonly onLogin: OnLogin,
    { browser, process, withKept }: From,
  ) {
    const begun = browser.begun(address.state, withKept)
    const ageMs = begun ? process.clock.now() - begun.atMs : 0
    const former = process.waysBack.filter((other) => other.begun && other.address.state === address.state)
    const isOurs = begun && process.secrets.includes(begun.secret) && begun.browser.family === browser.family
    // To turn round, or to bring what can't be right, uses nothing up, and is not kept from it either.
    const isUsed = address.form === 'claim' && former.some((other) => other.hasActivated(process))
    const isGood = isOurs && ageMs < LIVES_MS + SLACK_MS && !isUsed
    this.carriesCookie = browser.held(withKept).has(LOGIN_COOKIE + address.state)
    this.begun = isGood ? begun : undefined
    this.isSound = isGood === true && ageMs < LIVES_MS - SLACK_MS && former.length === 0
    process.waysBack.push(this)
  }

  /** It is over, and has surely used its sign-in up: Chargebee was asked to activate something for it. */
  hasActivated({ activating, waysBack }: HostProcess): boolean {
    const { claimedId } = this.address
    if (!this.isOver || !this.mayActivate || claimedId === undefined) return false
    const isAlone = waysBack.every((other) => other === this || other.address.claimedId !== claimedId)
    return this.told.length > 0 || (isAlone && activating.has(claimedId))
  }

  /** For whom core may open a session; `null`: for nobody. */
  get customer(): string | null {
    return (this.begun && this.address.signedIn?.customer) ?? null
  }

  get mayActivate(): boolean {
    return this.begun !== undefined && this.address.form === 'claim'
  }

  /** As the host's callback does. */
  async host(answer: () => void): Promise<void> {
    if (this.onLogin.startsWith('is late')) {
      await new Promise<void>((resolve) => {
        this.#goOn = resolve
      })
    }
    if (this.onLogin.endsWith('throws')) throw new HostError()
    if (this.onLogin !== 'answers') return
    this.hasAnswered = true
    answer()
  }

  /** A host that is late has done what it had to do. */
  goOn(): void {
    this.#goOn?.()
  }
}
