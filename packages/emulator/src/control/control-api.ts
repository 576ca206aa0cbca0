import type { IncomingMessage, ServerResponse } from 'node:http'
import type { OperationPattern } from '../api/operations.js'
import type { EmulatorCustomer } from '../site/customer.js'
import type { Customers } from '../site/customers.js'
import { type Actor, type PortalSessions, toResource } from '../site/portal-sessions.js'
import type { Clock } from '../util/clock.js'
import { ipAddressOf } from '../util/ip-address.js'
import { decodedSegment } from '../util/path-segment.js'
import { readBody } from '../util/read-body.js'
import { splitUrl } from '../util/split-url.js'
import type { CallLog } from './call-log.js'
import { ControlError, isAllowedToAsk, limitOf, parseBody, sendJson } from './control-http.js'
import type { Events } from './events.js'
import type { FaultRule, Faults } from './faults.js'
import type { Holds } from './holds.js'

export const CONTROL_PATH = '/_emulator/'

/** What the control works on; `reset` puts a fresh one in its place. */
export interface Controlled {
  readonly site: string
  readonly clock: Clock
  readonly customers: Customers
  readonly sessions: PortalSessions
  readonly callLog: CallLog
  readonly faults: Faults
  readonly holds: Holds
}

interface Parts {
  readonly current: () => Controlled
  readonly events: Events
  readonly reset: () => void
}

interface Request {
  readonly id: string
  readonly query: URLSearchParams
  /** Of a POST, parsed. */
  readonly body: Record<string, unknown>
  readonly actor: Actor
}

type Handler = (request: Request) => unknown

/**
 * Everything that a test can do with `startEmulator()`, for other languages and processes: JSON over HTTP. A page
 * of another origin is refused, so that no website plays with it.
 */
export class ControlApi {
  readonly #current: () => Controlled
  readonly #events: Events
  readonly #routes: Readonly<Record<string, Readonly<Record<string, Handler>>>>

  constructor({ current, events, reset }: Parts) {
    this.#current = current
    this.#events = events
    this.#routes = {
      '': { GET: () => ({ endpoints: this.#endpoints() }) },
      health: { GET: () => ({ status: 'ok', site: current().site }) },
      state: { GET: (request) => this.#state(request) },
      sessions: {
        GET: (request) => ({ sessions: this.#sessions(request) }),
        POST: (request) => this.#createSession(request),
      },
      'sessions/:id/logout': { POST: (request) => this.#logout(request) },
      calls: { GET: (request) => ({ calls: current().callLog.newest(limitOf(request)).reverse() }) },
      customers: {
        GET: (request) => ({ customers: current().customers.all().slice(0, limitOf(request)) }),
        POST: (request) => this.#addCustomer(request),
      },
      fail: {
        POST: ({ body }) => this.#rules(() => current().faults.add(body as unknown as FaultRule)),
        DELETE: () => this.#rules(() => current().faults.clear()),
      },
      hold: {
        POST: ({ body }) => this.#rules(() => void current().holds.hold(body.operation as OperationPattern)),
      },
      held: { GET: () => ({ held: current().holds.state().waiting }) },
      release: { POST: () => this.#rules(() => current().holds.release()) },
      advance: { POST: (request) => this.#advance(request) },
      reset: {
        POST: () => {
          reset()
          return { reset: true }
        },
      },
    }
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path, query } = splitUrl(request.url)
    const method = request.method ?? 'GET'
    const text = await readBody(request)
    try {
      if (!isAllowedToAsk(request, method)) {
        throw new ControlError(403, 'A page of another origin may not use this.')
      }
      if (path === `${CONTROL_PATH}events` && method === 'GET') {
        if (this.#events.watch(request, response)) return
        throw new ControlError(503, 'There are too many watchers.', { 'retry-after': '1' })
      }
      const { handler, id } = this.#find(method, path)
      const asked: Request = {
        id,
        query: new URLSearchParams(query),
        body: method === 'POST' ? parseBody(text) : {},
        actor: { by: 'control', ipAddress: ipAddressOf(request) },
      }
      sendJson(response, 200, handler(asked))
    } catch (error) {
      if (error instanceof ControlError)
        sendJson(response, error.status, { error: error.message }, error.headers)
      // What is wrong with a rule, a customer or a time.
      else if (error instanceof TypeError) sendJson(response, 400, { error: error.message })
      else throw error
    }
  }

  #find(method: string, path: string): { handler: Handler; id: string } {
    const segments = path.slice(CONTROL_PATH.length).split('/')
    const id = segments.length === 3 ? decodedSegment(segments[1]) : ''
    const pattern = segments.length === 3 ? `${segments[0]}/:id/${segments[2]}` : segments.join('/')
    const methods = Object.hasOwn(this.#routes, pattern) ? this.#routes[pattern] : undefined
    if (methods === undefined || id === undefined) {
      throw new ControlError(404, `There is no ${path}; ${CONTROL_PATH} lists what there is.`)
    }
    const handler = Object.hasOwn(methods, method) ? methods[method] : undefined
    if (handler === undefined) {
      const allow = Object.keys(methods).join(', ')
      throw new ControlError(405, `${path} takes ${allow}.`, { allow })
    }
    return { handler, id }
  }

  #endpoints(): string[] {
    return [
      `GET ${CONTROL_PATH}events`,
      ...Object.entries(this.#routes).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method} ${CONTROL_PATH}${path}`),
      ),
    ]
  }

  /** The newest of everything, as the front page shows it. */
  #state(request: Request): object {
    const { site, clock, customers, callLog, faults, holds, sessions } = this.#current()
    const { operations, waiting } = holds.state()
    return {
      site,
      now: clock.nowMs(),
      counts: { customers: customers.size, sessions: sessions.count, calls: callLog.size },
      customers: customers.all().slice(0, limitOf(request)),
      sessions: this.#sessions(request),
      calls: callLog.newest(limitOf(request)).map((call) => ({ ...call, answer: callLog.answerOf(call) })),
      rules: faults.state(),
      holding: operations,
      held: waiting,
    }
  }

  #sessions(request: Request): object[] {
    const { sessions } = this.#current()
    return sessions
      .newest(limitOf(request))
      .map((session) => ({ ...session, life: sessions.lifeOf(session.id) }))
  }

  #createSession({ body, actor }: Request): object {
    const { customers, sessions } = this.#current()
    const customer = customers.find(String(body.customer_id ?? ''))
    if (customer === undefined) throw new ControlError(404, 'There is no customer with this customer_id.')
    return { portal_session: toResource(sessions.create({ customer }, actor)) }
  }

  #logout({ id, actor }: Request): object {
    const session = this.#current().sessions.logout(id, actor)
    if (session === undefined) throw new ControlError(404, 'There is no such session.')
    return { portal_session: toResource(session) }
  }

  #addCustomer({ body }: Request): object {
    const customer = this.#current().customers.add(body as unknown as EmulatorCustomer)
    this.#events.emit({ type: 'customer', customer_id: customer.id })
    return { customer }
  }

  #advance({ body }: Request): object {
    const { clock } = this.#current()
    clock.advance(body.ms as number)
    this.#events.emit({ type: 'clock', now: clock.nowMs() })
    return { now: clock.nowMs() }
  }

  #rules(change: () => void): object {
    change()
    this.#events.emit({ type: 'rules' })
    const { faults, holds } = this.#current()
    return { rules: faults.state(), holding: holds.state().operations }
  }
}
