import type { Emulator } from '@portal-sso/emulator'
import type { PublicPortalSession } from '../../src/chargebee/portal-session.js'
import type { PortalSsoEvent } from '../../src/events.js'
import { toConfig } from '../../src/options/config.js'
import { createPortalSso, type PortalSso } from '../../src/portal-sso.js'
import { type TestClock, testClock } from '../test-clock.ts'
import type { Visitor } from './exchange.ts'
import { Violation } from './violation.ts'
import type { WayBack } from './way-back.ts'
import { Wire } from './wire.ts'

/** A secret by name; `key` is the one that is derived from the API key. */
export type SecretName = string

export interface HostSettings {
  readonly maxSessions: number
  /** Whether the host has an id for a login of its own. */
  readonly hasLoginId: boolean
  /** Whether Chargebee's login lets customers in. */
  readonly hasLogin: boolean
  /** What Chargebee answers to a second activate, which nobody has documented. */
  readonly secondActivate: 'refused' | 'accepted'
  /** The status for a wrong token, likewise. */
  readonly wrongToken: 400 | 401 | 404 | 409
  readonly timeoutMs: number
  readonly logoutTimeoutMs: number
  /** Clicks of a login, and visits, that a process allows; `null`: any number. */
  readonly points: number | null
}

interface Surroundings {
  readonly onPortalLogout: (session: PublicPortalSession) => void
  /** Whether it is a session that this host has no business with: not made by it, and never activated. */
  readonly isNobodys: (sessionId: string) => boolean
}

/** The Chargebee site of all runs. */
export const SITE = 'model-test'
// After so many it is left to the next logout.
const MOST_RETRIES = 10
const OVER_MS = 60 * 60 * 1000

/** One process of the host: the middleware with a clock and a cable of its own, so that it can be killed. */
export class HostProcess {
  readonly events: PortalSsoEvent[] = []
  /** Sessions of which the process knows that they are over, and until when it must not ask again. */
  readonly over = new Map<string, number>()
  readonly #askedAt = new Map<string, number>()
  /** Sessions of which Chargebee was asked to end them, and soon after again. */
  readonly askedAgain: string[] = []
  readonly broken: Violation[] = []
  /** Sessions that Chargebee was asked to activate. */
  readonly activating = new Set<string>()
  /** All that have come back from Chargebee's login to this process. */
  readonly waysBack: WayBack[] = []
  /** The sign-ins that the host was told of. */
  readonly statesTold = new Set<string>()
  isKilled = false
  isClosed = false

  private constructor(
    readonly sso: PortalSso,
    readonly clock: TestClock,
    readonly wire: Wire,
    /** The first one seals. */
    readonly secrets: readonly SecretName[],
    /** What opens cookies of this process, the one that seals first. */
    readonly keys: readonly string[],
    readonly isNobodys: Surroundings['isNobodys'],
    /** Section 6: how many cookies are looked at, the last in the header first. */
    readonly mostCookies: number,
  ) {}

  static async start(
    emulator: Emulator,
    settings: HostSettings,
    secrets: readonly SecretName[],
    now: number,
    { onPortalLogout, isNobodys }: Surroundings,
  ): Promise<HostProcess> {
    let process: HostProcess | undefined
    const clock = testClock(now)
    const wire = await Wire.open(emulator.apiUrl, (method, path) => process?.noteCall(method, path))
    const explicit = secrets.filter((name) => name !== 'key')
    const options = {
      baseUrl: 'https://host.example',
      site: emulator.site,
      apiKey: emulator.apiKey,
      apiUrl: wire.origin,
      portalUrl: emulator.portalUrl,
      loginUrl: '/sign-in',
      afterLogoutUrl: '/signed-out',
      // Longer than a run takes: what is spent stays spent until the process ends.
      rateLimit:
        settings.points === null ? (false as const) : { points: settings.points, durationSeconds: 86_400 },
      maxSessions: settings.maxSessions,
      timeoutMs: settings.timeoutMs,
      logoutTimeoutMs: settings.logoutTimeoutMs,
      ...(explicit.length > 0 && { secret: explicit.map((name) => `${name} `.padEnd(40, 'x')) }),
      getCustomerId: (visitor: Visitor) => visitor.customer(),
      ...(settings.hasLoginId && { getLoginId: (visitor: Visitor) => visitor.login() }),
      onPortalLogout,
      ...(settings.hasLogin && {
        login: {
          onLogin: (session: PublicPortalSession, visitor: Visitor) =>
            process?.isKilled ? undefined : visitor.letIn(session),
        },
      }),
      onEvent: (event: PortalSsoEvent) => process?.noteEvent(event),
    }
    // Whoever is killed waits for ever: nothing of what was under way goes on.
    const mortal = {
      ...clock,
      wait: (ms: number) => (process?.isKilled ? new Promise<void>(() => {}) : clock.wait(ms)),
    }
    const sso = createPortalSso(options, { env: {}, clock: mortal })
    process = new HostProcess(
      sso,
      clock,
      wire,
      secrets,
      toConfig(options, {}).secrets.jar,
      isNobodys,
      2 * settings.maxSessions + 5,
    )
    return process
  }

  /** What opens remembered sessions: the secret derived from the API key always does. */
  get jarSecrets(): readonly SecretName[] {
    return [...this.secrets, 'key']
  }

  /** Like `kill -9`: connections break, and nothing that it would still do leaves it. */
  kill(): void {
    this.isKilled = true
    for (const wayBack of this.waysBack) wayBack.goOn()
    this.wire.cut()
  }

  noteEvent(event: PortalSsoEvent): void {
    if (this.isKilled) return
    this.events.push(event)
    if (event.type !== 'session.ended') return
    // News of the portal can overtake a call that has begun already and is not on the wire yet.
    if (event.by !== 'portal') this.over.set(event.sessionId, this.clock.now() + OVER_MS)
  }

  noteCall(method: string, path: string): void {
    const [, sessionId, operation] = /\/portal_sessions\/([^/]+)\/(logout|activate)$/.exec(path) ?? []
    if (method !== 'POST' || sessionId === undefined) return
    if (operation === 'activate') {
      this.activating.add(sessionId)
      // Of ids that nobody came back with here, the call is not from here: ports are soon given to somebody else.
      const claims = this.waysBack.filter(({ address }) => address.claimedId === sessionId)
      const isAsked = claims.length === 0 || claims.some(({ isOver, mayActivate }) => mayActivate && !isOver)
      if (!isAsked) this.#break('reverse flow', `${sessionId} was activated for no browser that may`)
      return
    }
    if ((this.over.get(sessionId) ?? 0) > this.clock.now()) {
      this.#break('quota', `${sessionId} is over and was asked for again`)
    }
    const before = this.#askedAt.get(sessionId)
    if (before !== undefined && this.clock.now() - before < OVER_MS) this.askedAgain.push(sessionId)
    this.#askedAt.set(sessionId, this.clock.now())
    if (this.isNobodys(sessionId)) this.#break('others left alone', `${sessionId} is none of ours to end`)
  }

  #break(...violation: ConstructorParameters<typeof Violation>): void {
    this.broken.push(new Violation(...violation))
  }

  /** Could not be ended, and is to be tried again in the background. */
  pending(): Set<string> {
    const ids = this.events.flatMap((event) => (event.type === 'session.pending' ? [event.sessionId] : []))
    return new Set(ids.filter((id) => ids.filter((other) => other === id).length < MOST_RETRIES))
  }

  orphans(): Set<string> {
    const found = this.events.map((event) =>
      event.type === 'session.orphaned' ? event.sessionId : undefined,
    )
    return new Set(found.filter((sessionId) => sessionId !== undefined))
  }
}
