import type { PortalRequest } from '../../src/http.js'
import type { CustomerId } from '../../src/options.js'
import type { Browser, Content } from './browser.ts'
import type { HostProcess } from './host-process.ts'

/** Who is at the browser, as the host's callbacks find out. */
export interface Visitor {
  customer(): CustomerId
  login(): string
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

export const CREATING: readonly Kind[] = ['link', 'script', 'function']
export const ENDING: readonly Kind[] = ['logout', 'logout link', 'sign-out']

/** What becomes of the answer: it arrives at once, is slow in being written, or is slow on its way. */
export type Fate = 'now' | 'writing' | 'travelling'

export interface Outcome {
  /** 0 where there is none: a function that resolved or rejected. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly result?: unknown
  readonly error?: unknown
}

/**
 * One request on its way through core and back. It is the adapter of the model: what `isAnswered`, `appendCookies`
 * and `whenSettled` say is what the model lets happen to the connection.
 */
export class Exchange {
  readonly startedAtMs = performance.now()
  /** What the browser remembered when it sent the request, as far as the process can read it. */
  readonly remembered: readonly Content[]
  readonly request: PortalRequest<[Visitor]>
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
  /** For a logout: the creates that it has to overcome. */
  rivals: Exchange[] = []
  hasSucceeded = false
  travelsSince = 0

  #isAnswered: boolean
  #settled: boolean | undefined
  #listeners: ((delivered: boolean) => void)[] = []

  constructor(
    readonly kind: Kind,
    readonly fate: Fate,
    readonly browser: Browser,
    readonly process: HostProcess,
    /** Who is signed in as far as the host says; `throws`: it can't say. */
    readonly customer: string | null | 'throws',
    readonly login: string | null,
    requestParts: { readonly method: string; readonly headers: PortalRequest<[Visitor]>['headers'] },
    /** The head of the host's own answer was out before core was asked. */
    readonly cameTooLate: boolean,
  ) {
    this.#isAnswered = cameTooLate
    this.remembered = browser.readable(process.secrets)
    this.request = {
      ...requestParts,
      native: [
        {
          customer: () => {
            if (customer === 'throws') throw new HostError()
            return customer
          },
          login: () => {
            if (login === null) throw new HostError()
            return login
          },
        },
      ],
      isAnswered: () => this.#isAnswered,
      appendCookies: (cookies) => {
        if (!this.#isAnswered) this.setCookies.push(...cookies)
      },
      whenSettled: (listener) => {
        if (this.#settled === undefined) this.#listeners.push(listener)
        else listener(this.#settled)
      },
    }
  }

  get isCreating(): boolean {
    return CREATING.includes(this.kind)
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
    this.#settled ??= delivered
    for (const listener of this.#listeners.splice(0)) listener(delivered)
  }
}

/** What a host throws by itself. */
export class HostError extends Error {}
