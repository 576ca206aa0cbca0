import { randomBytes } from 'node:crypto'
import { type Emulator, startEmulator } from '@portal-sso/emulator'
import type { PublicPortalSession } from '../../src/chargebee/portal-session.js'
import { createSessionJar } from '../../src/cookies/session-jar.js'
import type { PortalSsoEvent } from '../../src/events.js'
import { toConfig } from '../../src/options/config.js'
import { createPortalSso } from '../../src/portal-sso.js'
import { type TestClock, testClock } from '../test-clock.ts'
import { Browser, type Native } from './browser.ts'
import { type Column, EMAIL, type Outcome, openLink, PASSWORD, type Sso } from './columns.ts'
import { type Effect, effectOn, type Fault } from './fault.ts'
import { FaultServer } from './fault-server.ts'
import type { Call } from './http-wire.ts'
import type { Secrets } from './leaks.ts'
import { turns } from './turns.ts'

export const CUSTOMER = 'cust_1'
export const RETURN_URL = '/account'
export const AFTER_LOGOUT_URL = '/bye'

export type Event = PortalSsoEvent

/** One fault in one operation: everything that can be seen of it from outside. */
export interface Cell {
  readonly fault: Fault
  readonly column: Column
  readonly effect: Effect
  readonly site: string
  readonly secrets: Secrets
  readonly emulator: Emulator
  readonly server: FaultServer
  /** The same host with a Chargebee that is well. */
  readonly honest: Sso
  readonly sso: Sso
  readonly browser: Browser
  /** The session that the browser had open before. */
  readonly earlier: string
  readonly outcome: Outcome
  /** Until the outcome. */
  readonly calls: readonly Call[]
  /** Goes on. */
  readonly events: readonly Event[]
  /** Whom the host was told to sign in. */
  readonly logins: readonly PublicPortalSession[]
  /** `Set-Cookie` values of the outcome. */
  readonly setCookies: readonly string[]
}

export interface CellOptions {
  /** The end of a session that is in doubt fails as well. */
  readonly failsToEnd?: boolean
}

// Less than anything that core waits for.
const STEP_MS = 250

/** Lets the fault happen, has it looked at, and clears up. */
export async function withCell(
  fault: Fault,
  column: Column,
  look: (cell: Cell) => Promise<void>,
  { failsToEnd = false }: CellOptions = {},
): Promise<void> {
  const { operation } = column
  const id = randomBytes(6).toString('hex')
  const site = `site-${id}-test`
  const apiKey = `test_${randomBytes(12).toString('hex')}`
  const emulator = await startEmulator({
    site,
    apiKey,
    customers: [{ id: CUSTOMER, email: EMAIL, password: PASSWORD }],
    login: { allowedDomains: ['host.example'] },
  })
  const { misbehave = () => {}, tls } = fault
  // Chargebee's own time is the machine's.
  const clock = testClock(Date.now())
  const server = await FaultServer.start({
    behind: emulator.apiUrl,
    site,
    clock,
    operations: {
      [operation]: { misbehave, times: fault.misbehave ? column.times : 0 },
      ...(failsToEnd && { logout: { misbehave: closeAtOnce, times: Number.POSITIVE_INFINITY } }),
    },
    ...(tls && { tls }),
  })
  const events: Event[] = []
  const logins: PublicPortalSession[] = []
  const options = {
    getCustomerId: () => CUSTOMER,
    baseUrl: 'https://host.example',
    site,
    apiKey,
    portalUrl: emulator.portalUrl,
    returnUrl: RETURN_URL,
    afterLogoutUrl: AFTER_LOGOUT_URL,
    timeoutMs: fault.timeoutMs ?? 6_000,
    logoutTimeoutMs: fault.timeoutMs ?? 3_000,
    // Elsewhere the secret is the derived one.
    ...(operation === 'activate' && {
      login: { onLogin: (session: PublicPortalSession) => void logins.push(session) },
      secret: randomBytes(24).toString('base64url'),
    }),
  }
  const { secrets, maxSessions } = toConfig(options, {})
  const settings = { site, secrets: secrets.jar, maxSessions, secure: true, emit: () => {}, now: Date.now }
  const browser = new Browser(createSessionJar(settings))
  const honest = createPortalSso<Native>(
    { ...options, apiUrl: emulator.apiUrl, timeoutMs: 6_000, logoutTimeoutMs: 3_000, onEvent: false },
    { env: {}, clock },
  )
  const opened: Sso[] = [honest]
  try {
    await openLink(honest, browser)
    const earlier = emulator.sessions()[0]?.id ?? ''
    const before = browser.received.length

    const sso = createPortalSso<Native>(
      {
        ...options,
        apiUrl: fault.origin ?? server.origin,
        ...(!column.isWithoutEvents && { onEvent: (event: Event) => events.push(event) }),
      },
      { env: {}, clock },
    )
    opened.push(sso)
    // Leaves a connection open that the next call will take.
    if (column.isWarm) await sso.sessions(browser.request('GET', {}))
    const prepared = (await column.prepare?.(sso, browser)) ?? ''
    const effect = effectOn(fault, operation)
    const acting = column.act(sso, browser, prepared)
    if (effect.is === 'late') {
      const isTold = () => column.isWithoutEvents || events.some(({ type }) => type === 'upstream.failed')
      await server.struck
      await passTime(clock, acting, isTold)
    }
    const outcome = await acting
    const tokens = emulator.sessions().map(({ token }) => token)
    await look({
      fault,
      column,
      effect,
      site,
      secrets: { apiKey, derived: secrets.jar, tokens },
      emulator,
      server,
      honest,
      sso,
      browser,
      earlier,
      outcome,
      calls: [...server.calls],
      events,
      logins,
      setCookies: browser.received.slice(before),
    })
  } finally {
    await Promise.all([server.close(), ...opened.map((sso) => sso.close())])
    await emulator.close()
  }
}

/** The fault lasts: time passes until it is over with it, and told. */
async function passTime(clock: TestClock, acting: Promise<unknown>, isTold: () => boolean): Promise<void> {
  let isOver = false
  const over = () => {
    isOver = true
  }
  acting.then(over, over)
  while (!isOver || !isTold()) {
    await turns()
    await clock.advance(STEP_MS)
  }
}

function closeAtOnce({ socket }: { readonly socket: { end(): void } }): void {
  socket.end()
}
