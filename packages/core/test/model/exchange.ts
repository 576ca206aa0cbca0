import type { PublicPortalSession } from '../../src/chargebee/portal-session.js'
import type { PortalSsoErrorCode } from '../../src/errors.js'
import type { PortalRequest } from '../../src/http/http.js'
import type { CustomerId } from '../../src/options/options.js'
import type { Browser, Content } from './browser.ts'
import type { HostProcess } from './host-process.ts'
import type { WayBack } from './way-back.ts'

/** Who is at the browser, as the host's callbacks find out. */
export interface Visitor {
  customer(): CustomerId | Promise<CustomerId>
  login(): string
  /** They have signed in at Chargebee. */
  letIn(session: PublicPortalSession): Promise<void>
}

/** How an act reaches core: a route, or a function that a page of the host's calls. */
export type Kind =
  | 'link'
  | 'script'
  | 'function'
  | 'logout'
  | 'logout link'
  | 'sign-out'
  | 'return'
  | 'sessions'
  | 'begin'
  | 'callback'

export const CREATING: readonly Kind[] = ['link', 'script', 'function']
export const ENDING: readonly Kind[] = ['logout', 'logout link', 'sign-out']

/** What becomes of the answer: it arrives at once, is slow in being written, or is slow on its way. */
export type Fate = 'now' | 'writing' | 'travelling'

export interface Outcome {
  /** 0 where there is none: a function that resolved or rejected. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Why it was refused. */
  readonly code?: PortalSsoErrorCode | undefined
  readonly result?: unknown
  readonly error?: unknown
}

export interface ExchangeFacts {
  readonly kind: Kind
  readonly fate: Fate
  readonly browser: Browser
  readonly process: HostProcess
  /** Who is signed in as far as the host says; `throws`: it can't say. */
  readonly customer: string | null | 'throws'
  readonly login: string | null
  /** Asked who it is, the host never answers. */
  readonly isSilent: boolean
  /** The head of the host's own answer was out before core was asked. */
  readonly cameTooLate: boolean
  /** For the begin of a sign-in at Chargebee: which of `RETURN_TO` it asks for. */
  readonly returnTo: number
  /** For the way back from there. */
  readonly wayBack: WayBack | undefined
}

/**
 * One request on its way through core and back. It is the adapter of the model: what `isAnswered`, `appendCookies`
 * and `handOut` say is what the model lets happen to the connection.
 */
export class Exchange implements ExchangeFacts {
  readonly kind: Kind
  readonly fate: Fate
  readonly browser: Browser
  readonly process: HostProcess
  readonly customer: string | null | 'throws'
  readonly login: string | null
  readonly isSilent: boolean
  readonly cameTooLate: boolean
  readonly returnTo: number
  readonly wayBack: WayBack | undefined
  /** By the clock of the process. */
  readonly startedAtMs: number
  /** What the browser remembered when it sent the request, as far as the process can read it. */
  readonly remembered: readonly Content[]
  /** The sign-ins that it had begun and not come back from, likewise. */
  readonly states: readonly string[]
  readonly request: PortalRequest
  readonly setCookies: string[] = []
  /** Under way in core, then written by the host, then arrived; or lost anywhere before. */
  state: 'under way' | 'writing' | 'travelling' | 'arrived' | 'lost' = 'under way'
  isRunning = true
  /** Nothing else was going on in the process at any time. */
  isAlone = true
  /** Chargebee was well. */
  isCalm = true
  /** The session that core wants to hand out, or has. */
  session: { readonly id: string; readonly accessUrl: string } | undefined
  outcome: Outcome | undefined
  /** Something has happened after which this exchange's session may rightly be ended. */
  mayEnd = false
  /** Of what the browser remembered, what was alive when the request was sent. */
  aliveAtStart: readonly Content[] = []
  /** For a click: those that were on their way when it came. */
  company: readonly Exchange[] = []
  /** Of these, the ones that the process can know to be of the same login. */
  companions: readonly Exchange[] = []
  /** For a logout: the creates that it has to overcome. */
  rivals: Exchange[] = []
  /** For a logout: what its process had reported before as alive and never handed out. */
  orphansBefore: ReadonlySet<string> = new Set()
  /** How many clicks of the same login its process has counted before, by those who may. */
  clicksBefore = 0
  hasSucceeded = false
  /** Its process knows that the answer did not get out. */
  isToldLost = false
  /** Likewise. */
  answeredAtMs = 0
  travelsSince = 0
  /** For a way back: Chargebee would have activated the session. */
  wasActivatable = false

  #isAnswered: boolean
  #settled: 'delivered' | 'lost' | undefined
  #listeners: ((delivery: 'delivered' | 'lost') => void)[] = []

  constructor(
    facts: ExchangeFacts,
    requestParts: { readonly method: string; readonly headers: PortalRequest['headers'] },
    /** The names of all cookies that are sent along. */
    readonly cookieNames: readonly string[],
    /** Looks at what the host is told. */
    onTold: (session: PublicPortalSession) => void,
  ) {
    const { customer, login } = facts
    this.startedAtMs = facts.process.clock.now()
    this.kind = facts.kind
    this.fate = facts.fate
    this.browser = facts.browser
    this.process = facts.process
    this.customer = customer
    this.login = login
    this.isSilent = facts.isSilent
    this.cameTooLate = facts.cameTooLate
    this.returnTo = facts.returnTo
    this.wayBack = facts.wayBack
    this.#isAnswered = facts.cameTooLate
    const { jarSecrets, mostCookies } = facts.process
    this.remembered = facts.browser.readable(jarSecrets).slice(-mostCookies)
    this.states = facts.browser.readableStates(facts.process.secrets)
    this.request = {
      ...requestParts,
      native: [
        {
          customer: () => {
            if (facts.isSilent) return new Promise(() => {})
            if (customer === 'throws') throw new HostError()
            return customer
          },
          login: () => {
            if (login === null) throw new HostError()
            return login
          },
          letIn: async (session: PublicPortalSession) => {
            onTold(session)
            await this.wayBack?.host(() => {
              this.#isAnswered = true
            })
          },
        },
      ],
      clientAddress: undefined,
      isAnswered: () => this.#isAnswered,
      appendCookies: (cookies) => this.#addCookies(cookies),
      onHead: () => {},
      handOut: ({ cookie }, listener) => {
        this.#addCookies([cookie])
        if (this.#settled === undefined) this.#listeners.push(listener)
        else listener(this.#settled)
      },
    }
  }

  get isCreating(): boolean {
    return CREATING.includes(this.kind)
  }

  /** May open a session in its browser. */
  get isOpening(): boolean {
    return this.isCreating || (this.kind === 'callback' && this.opensFor !== null)
  }

  /** For whom it may open one. */
  get opensFor(): string | null {
    return this.wayBack ? this.wayBack.customer : this.customer
  }

  get isEnding(): boolean {
    return ENDING.includes(this.kind)
  }

  /** Its head is out, and nothing can be added any more. */
  answer(): void {
    this.#isAnswered = true
    this.state = 'writing'
  }

  get wasAnswered(): boolean {
    return this.#isAnswered
  }

  settle(delivered: boolean): void {
    this.#isAnswered = true
    const delivery = delivered ? 'delivered' : 'lost'
    this.#settled ??= delivery
    for (const listener of this.#listeners.splice(0)) listener(delivery)
  }

  #addCookies(cookies: readonly string[]): void {
    if (this.#isAnswered) return
    this.setCookies.push(...cookies.filter((cookie) => !this.setCookies.includes(cookie)))
  }
}

/** What a host throws by itself. */
export class HostError extends Error {}
