import type { Emulator } from '@portal-sso/emulator'
import { toConfig } from '../../src/config.js'
import type { PortalSsoEvent } from '../../src/events.js'
import type { PublicPortalSession } from '../../src/portal-session.js'
import { createPortalSso, type PortalSso } from '../../src/portal-sso.js'
import { type TestClock, testClock } from '../test-clock.ts'
import type { Visitor } from './exchange.ts'
import { Violation } from './violation.ts'
import { Wire } from './wire.ts'

/** A secret by name; `key` is the one that is derived from the API key. */
export type SecretName = string

export interface HostSettings {
  readonly maxSessions: number
  /** Whether the host has an id for a login of its own. */
  readonly hasLoginId: boolean
  readonly timeoutMs: number
  readonly logoutTimeoutMs: number
}

const OVER_MS = 60 * 60 * 1000

/** One process of the host: the middleware with a clock and a cable of its own, so that it can be killed. */
export class HostProcess {
  readonly events: PortalSsoEvent[] = []
  /** Sessions of which the process knows that they are over, and until when it must not ask again. */
  readonly over = new Map<string, number>()
  readonly broken: Violation[] = []
  isKilled = false
  isClosed = false

  private constructor(
    readonly sso: PortalSso<[Visitor], [Visitor]>,
    readonly clock: TestClock,
    readonly wire: Wire,
    /** The first one seals. */
    readonly secrets: readonly SecretName[],
    /** What opens cookies of this process, in the order of `secrets`. */
    readonly keys: readonly string[],
  ) {}

  static async start(
    emulator: Emulator,
    settings: HostSettings,
    secrets: readonly SecretName[],
    now: number,
    onPortalLogout: (session: PublicPortalSession) => void,
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
      rateLimit: false as const,
      maxSessions: settings.maxSessions,
      timeoutMs: settings.timeoutMs,
      logoutTimeoutMs: settings.logoutTimeoutMs,
      ...(explicit.length > 0 && { secret: explicit.map((name) => `${name} `.padEnd(40, 'x')) }),
      ...(explicit.length > 0 && secrets.includes('key') && { previousApiKeys: [emulator.apiKey] }),
      getCustomerId: (visitor: Visitor) => visitor.customer(),
      ...(settings.hasLoginId && { getLoginId: (visitor: Visitor) => visitor.login() }),
      onPortalLogout,
      onEvent: (event: PortalSsoEvent) => process?.noteEvent(event),
    }
    // Whoever is killed waits for ever: nothing of what was under way goes on.
    const mortal = {
      ...clock,
      wait: (ms: number) => (process?.isKilled ? new Promise<void>(() => {}) : clock.wait(ms)),
    }
    const sso = createPortalSso<[Visitor], [Visitor]>(options, { env: {}, clock: mortal })
    process = new HostProcess(sso, clock, wire, secrets, toConfig(options, {}).secrets)
    return process
  }

  /** Like `kill -9`: connections break, and nothing that it would still do leaves it. */
  kill(): void {
    this.isKilled = true
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
    const sessionId = /\/portal_sessions\/([^/]+)\/logout$/.exec(path)?.[1]
    if (method !== 'POST' || sessionId === undefined) return
    if ((this.over.get(sessionId) ?? 0) > this.clock.now()) {
      this.broken.push(new Violation('quota', `${sessionId} is over and was asked for again`))
    }
  }

  orphans(): Set<string> {
    const found = this.events.map((event) =>
      event.type === 'session.orphaned' ? event.sessionId : undefined,
    )
    return new Set(found.filter((sessionId) => sessionId !== undefined))
  }
}
