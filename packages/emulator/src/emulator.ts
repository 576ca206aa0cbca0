import type { AddressInfo } from 'node:net'
import { Api } from './api/api.js'
import { IdempotencyKeys } from './api/idempotency.js'
import type { OperationPattern } from './api/operations.js'
import { CallLog, type EmulatorCall } from './control/call-log.js'
import { type FaultRule, Faults } from './control/faults.js'
import { Holds } from './control/holds.js'
import { serveApi } from './control/serve-api.js'
import { type EmulatorOptions, readOptions } from './options.js'
import { LoginPages } from './pages/login-pages.js'
import { PortalPages } from './pages/portal-pages.js'
import { servePortal } from './pages/serve-portal.js'
import { Customers } from './site/customers.js'
import { defaultCustomers } from './site/default-customers.js'
import { type PortalSessionRecord, PortalSessions } from './site/portal-sessions.js'
import { Clock } from './util/clock.js'
import { frozenCopy } from './util/deep-freeze.js'
import { listen } from './util/listen.js'

/** A running emulator. */
export interface Emulator {
  /** Origin of the API, for `CHARGEBEE_API_URL`. */
  readonly apiUrl: string
  /** Origin of the customer portal, for `CHARGEBEE_PORTAL_URL`. */
  readonly portalUrl: string
  readonly site: string
  readonly apiKey: string
  /** The four `CHARGEBEE_…` variables, ready for `Object.assign(process.env, emulator.env)`. */
  readonly env: Readonly<Record<EnvironmentName, string>>
  /** All portal sessions ever made, oldest first, in Chargebee's field names plus `forward_url`: a frozen copy. */
  sessions(): readonly Readonly<PortalSessionRecord>[]
  /** All requests that reached the API, oldest first: a frozen copy. */
  calls(): readonly Readonly<EmulatorCall>[]
  /** Moves the emulator's clock forward: times, the access URL's hour, the idempotency window. */
  advance(ms: number): void
  /**
   * Makes the next calls of an operation go wrong. Rules are used in the order in which they were given.
   *
   * @returns a function that takes back what is left of the rule
   * @throws {TypeError} what is wrong with the rule
   */
  fail(rule: FaultRule): () => void
  /**
   * From now on calls of this operation wait, received and not processed, until `release()`.
   *
   * @returns resolves with the first call that waits; rejects if none came before `release()` or `close()`
   * @throws {TypeError} not an operation
   */
  hold(operation: OperationPattern): Promise<Readonly<EmulatorCall>>
  /** Lets all held calls go on, also those whose client has given up, and holds no further ones. */
  release(): void
  /** Ends every connection at once, held and stalled ones too, and frees the port. Held calls are not processed. */
  close(): Promise<void>
}

type EnvironmentName = 'CHARGEBEE_SITE' | 'CHARGEBEE_API_KEY' | 'CHARGEBEE_API_URL' | 'CHARGEBEE_PORTAL_URL'

/**
 * Starts a local Chargebee, on the loopback interface only: the portal-session API, the customer portal
 * and its login.
 *
 * @throws {TypeError} a wrong option
 * @throws {Error} the port is taken (`code` is `EADDRINUSE`) or not allowed
 */
export async function startEmulator(options?: EmulatorOptions): Promise<Emulator> {
  const { port, site, apiKey, customers: given, login } = readOptions(options)
  const clock = new Clock()
  const customers = new Customers(given ?? defaultCustomers(clock.nowSeconds()))
  const faults = new Faults()
  const holds = new Holds()
  const callLog = new CallLog(clock)

  const server = await listen(port)
  const address = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${address.port}`
  const sessions = new PortalSessions({ clock, customers, portalUrl: origin, activation: login })
  const idempotencyKeys = new IdempotencyKeys(clock)
  const api = serveApi({
    api: new Api({ apiKey, customers, sessions, idempotencyKeys, wrongTokenStatus: login.wrongToken }),
    callLog,
    faults,
    holds,
  })
  const portal = servePortal({
    portal: new PortalPages({ site, customers, sessions, port: address.port }),
    login: new LoginPages({ site, clock, customers, sessions, rules: login }),
  })
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/api/')) api(request, response)
    else portal(request, response)
  })

  let closing: Promise<void> | undefined
  return {
    apiUrl: origin,
    portalUrl: origin,
    site,
    apiKey,
    env: Object.freeze({
      CHARGEBEE_SITE: site,
      CHARGEBEE_API_KEY: apiKey,
      CHARGEBEE_API_URL: origin,
      CHARGEBEE_PORTAL_URL: origin,
    }),
    sessions: () => frozenCopy(sessions.all()),
    calls: () => callLog.snapshot(),
    advance: (ms) => clock.advance(ms),
    fail: (rule) => faults.add(rule),
    hold: (operation) => holds.hold(operation),
    release: () => holds.release(),
    close() {
      closing ??= new Promise((resolve) => {
        holds.close()
        server.close(() => resolve())
        server.closeAllConnections()
      })
      return closing
    },
  }
}
