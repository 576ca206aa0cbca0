import type { AddressInfo } from 'node:net'
import type { OperationPattern } from './api/operations.js'
import type { EmulatorCall } from './control/call-log.js'
import { ControlApi } from './control/control-api.js'
import { Events } from './control/events.js'
import type { FaultRule } from './control/faults.js'
import { type EmulatorOptions, readOptions } from './options.js'
import { partsOf } from './parts.js'
import { serve } from './serve.js'
import type { PortalSessionRecord } from './site/portal-sessions.js'
import { inUrl, isLoopbackName } from './util/host-names.js'
import { listen } from './util/listen.js'
import { frozenCopy } from './util/plain-data.js'
import { World } from './world.js'

/** A running emulator. `await using` closes it at the end of its block. */
export interface Emulator extends AsyncDisposable {
  /** Origin of the API, for `CHARGEBEE_API_URL`. */
  readonly apiUrl: string
  /** Origin of the customer portal, for `CHARGEBEE_PORTAL_URL`. */
  readonly portalUrl: string
  readonly site: string
  readonly apiKey: string
  /** The four `CHARGEBEE_…` variables, ready for `Object.assign(process.env, emulator.env)`. */
  readonly env: Readonly<Record<EnvironmentName, string>>
  /** The newest 20,000 portal sessions, oldest first, in Chargebee's field names plus `forward_url`: a frozen copy. */
  sessions(): readonly Readonly<PortalSessionRecord>[]
  /** The newest 10,000 requests that reached the API, oldest first: a frozen copy. */
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
   * @returns resolves with the first call that waits; rejects if none came before `release()`, `reset()` or `close()`
   * @throws {TypeError} not an operation
   */
  hold(operation: OperationPattern): Promise<Readonly<EmulatorCall>>
  /** Lets all held calls go on, also those whose client has given up, and holds no further ones. */
  release(): void
  /**
   * As just started: no sessions, calls, rules and holds, the customers that were given, the machine's time. Calls
   * under way are cut.
   */
  reset(): void
  /** Ends every connection at once, held and stalled ones too, and frees the port. Held calls are not processed. */
  close(): Promise<void>
}

type EnvironmentName = 'CHARGEBEE_SITE' | 'CHARGEBEE_API_KEY' | 'CHARGEBEE_API_URL' | 'CHARGEBEE_PORTAL_URL'

/**
 * Starts a local Chargebee, on the loopback interface unless told otherwise: the API of portal sessions, the
 * customer portal and its login, and a page to watch them.
 *
 * @throws {TypeError} a wrong option
 * @throws {Error} the port is taken (`code` is `EADDRINUSE`) or not allowed
 */
export async function startEmulator(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await start(options)
  return emulator.emulator
}

/** For the command, which also shows what happens. */
export async function start(options?: EmulatorOptions): Promise<{ emulator: Emulator; events: Events }> {
  const config = readOptions(options)
  const events = new Events()
  const newWorld = (origin: string, port: number) => new World({ config, origin, port, events })
  const server = await listen(config.port, config.host)
  const { port } = server.address() as AddressInfo
  // Every address of the machine has the loopback one among them.
  const isName = config.allowedHosts.has(config.host) || isLoopbackName(config.host)
  const origin = `http://${isName ? inUrl(config.host) : '127.0.0.1'}:${port}`
  let world = newWorld(origin, port)
  const reset = () => {
    world.close()
    world = newWorld(origin, port)
    events.emit({ type: 'reset' })
  }
  const control = new ControlApi({ current: () => world, events, reset })
  const partFor = partsOf({ config, origin, control, events, current: () => world })
  server.on('request', serve({ partFor, allowedHosts: config.allowedHosts }))

  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= new Promise((resolve) => {
      world.close()
      server.close(() => resolve())
      server.closeAllConnections()
    })
    return closing
  }
  const emulator: Emulator = {
    apiUrl: origin,
    portalUrl: origin,
    site: config.site,
    apiKey: config.apiKey,
    env: Object.freeze({
      CHARGEBEE_SITE: config.site,
      CHARGEBEE_API_KEY: config.apiKey,
      CHARGEBEE_API_URL: origin,
      CHARGEBEE_PORTAL_URL: origin,
    }),
    sessions: () => frozenCopy(world.sessions.all()),
    calls: () => world.callLog.snapshot(),
    advance(ms) {
      world.clock.advance(ms)
      events.emit({ type: 'clock', now: world.clock.nowMs() })
    },
    fail(rule) {
      const takeBack = world.faults.add(rule)
      events.emit({ type: 'rules' })
      return () => {
        takeBack()
        events.emit({ type: 'rules' })
      }
    },
    hold(operation) {
      const held = world.holds.hold(operation)
      events.emit({ type: 'rules' })
      return held
    },
    release() {
      world.holds.release()
      events.emit({ type: 'rules' })
    },
    reset,
    close,
    [Symbol.asyncDispose]: close,
  }
  return { emulator, events }
}
