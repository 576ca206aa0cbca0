import { Api } from './api/api.js'
import { CustomerOperations } from './api/customer-operations.js'
import { IdempotencyKeys } from './api/idempotency.js'
import { Limits } from './api/limits.js'
import { SessionOperations } from './api/session-operations.js'
import { CallLog } from './control/call-log.js'
import type { Controlled } from './control/control-api.js'
import type { Events } from './control/events.js'
import { Faults } from './control/faults.js'
import { Holds } from './control/holds.js'
import type { EmulatorConfig } from './options.js'
import { openAs } from './pages/front-page.js'
import { LoginPages } from './pages/login-pages.js'
import type { Page } from './pages/page.js'
import { PortalPages } from './pages/portal-pages.js'
import type { PageRequest } from './pages/request.js'
import { SignedInBrowsers } from './pages/signed-in.js'
import { Customers } from './site/customers.js'
import { defaultCustomers } from './site/default-customers.js'
import { PortalSessions } from './site/portal-sessions.js'
import { Clock } from './util/clock.js'

interface Parts {
  readonly config: EmulatorConfig
  readonly origin: string
  readonly port: number
  readonly events: Events
}

/** Everything that changes while the emulator runs; a reset makes a new one, and the old one is closed. */
export class World implements Controlled {
  readonly site: string
  readonly clock = new Clock()
  readonly customers: Customers
  readonly sessions: PortalSessions
  readonly callLog: CallLog
  readonly faults = new Faults()
  readonly holds = new Holds()
  readonly api: Api
  readonly limits: Limits
  readonly portal: PortalPages
  readonly login: LoginPages
  readonly #closed = new AbortController()

  constructor({ config, origin, port, events }: Parts) {
    const { site, apiKey, login } = config
    const { clock } = this
    const customers = new Customers(config.customers ?? defaultCustomers(clock.nowSeconds()))
    const sessions = new PortalSessions({
      clock,
      customers,
      portalUrl: origin,
      activation: login,
      changed: (session, step) => events.emit({ type: 'session', session, step }),
    })
    this.site = site
    this.customers = customers
    this.sessions = sessions
    this.callLog = new CallLog(clock)
    this.limits = new Limits(config.api, clock)
    this.api = new Api({
      apiKey,
      config: config.api,
      idempotencyKeys: new IdempotencyKeys(clock),
      sessions: new SessionOperations({
        customers,
        sessions,
        config: config.api,
        wrongTokenStatus: login.wrongToken,
      }),
      customers: new CustomerOperations({ customers, clock }),
    })
    const browsers = new SignedInBrowsers({ customers, sessions, port })
    const published = config.api.portalPublished
    this.portal = new PortalPages({ site, sessions, browsers })
    this.login = new LoginPages({ site, clock, customers, sessions, rules: login, browsers, published })
  }

  /** The front page's button. */
  openAs(request: PageRequest): Page {
    return openAs(this, request)
  }

  /** Aborted when the world is over. */
  get closed(): AbortSignal {
    return this.#closed.signal
  }

  /** Calls that wait are cut, not processed. */
  close(): void {
    this.holds.close()
    this.#closed.abort()
  }
}
