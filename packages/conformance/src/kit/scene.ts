import { randomBytes } from 'node:crypto'
import { type Emulator, startEmulator } from '@portal-sso/emulator'
import type { ConsoleCapture } from './console-capture.js'
import type { Host, HostCall, StartHost, ToHostCall } from './host.js'
import { Visitor } from './visitor.js'

/** Users of the host's sign-in, and the customers that it knows them as. */
export const CUSTOMER_OF: Readonly<Record<string, string>> = { ada: 'cust_ada', grace: 'cust_grace' }

/** Public origin of the hosts, unless a check says otherwise; on a port that Chargebee sends customers back to. */
export const BASE_URL = 'http://127.0.0.1:8080'

/**
 * No outcome depends on how fast the machine is: a check about a deadline sets a short one, and everywhere else the
 * host has more time than any machine needs.
 */
const PATIENT = { timeoutMs: 60_000, logoutTimeoutMs: 60_000 } as const

export interface SceneSetup {
  /** Beside or instead of the usual options; `undefined` takes one away. */
  readonly options?: OptionOverrides | ((usual: UsualOptions, toHostCall: ToHostCall) => OptionOverrides)
  readonly getCustomerId?: (call: HostCall) => unknown
  /** The same Chargebee as another scene of this check. */
  readonly emulator?: Emulator
}

export type OptionOverrides = Readonly<Record<string, unknown>>

export interface UsualOptions {
  readonly site: string
  readonly apiKey: string
  readonly apiUrl: string
  readonly portalUrl: string
  readonly baseUrl: string
}

/** An event as a listener got it; what is in it is the check's business. */
export interface SeenEvent {
  readonly type: string
  readonly [field: string]: unknown
}

/** One host, its Chargebee, and what was seen of both. */
export class Scene {
  readonly events: SeenEvent[] = []
  /** How often the host was asked who the customer is. */
  asked = 0
  #host: Host | undefined
  #baseUrl = ''

  private constructor(
    readonly emulator: Emulator,
    private readonly ownsEmulator: boolean,
  ) {}

  static async open(startHost: StartHost, setup: SceneSetup = {}): Promise<Scene> {
    const scene = new Scene(setup.emulator ?? (await startChargebee()), setup.emulator === undefined)
    const ask = setup.getCustomerId ?? customerOfHeader
    try {
      scene.#host = await startHost({
        options: (toHostCall) => {
          const { site, apiKey, apiUrl, portalUrl } = scene.emulator
          const usual = { site, apiKey, apiUrl, portalUrl, baseUrl: BASE_URL, ...PATIENT }
          const overrides =
            typeof setup.options === 'function' ? setup.options(usual, toHostCall) : (setup.options ?? {})
          const options = { ...usual, onEvent: (event: SeenEvent) => scene.events.push(event), ...overrides }
          scene.#baseUrl = String(options.baseUrl)
          return options
        },
        getCustomerId: (call) => {
          scene.asked += 1
          return ask(call)
        },
      })
    } catch (error) {
      await scene.close()
      throw error
    }
    return scene
  }

  get host(): Host {
    if (this.#host === undefined) throw new Error('the host is not started yet')
    return this.#host
  }

  /** Where a route of ours is on the host's socket. */
  path(route: string): string {
    return `${this.host.mountPath}${route}`
  }

  /** The address of a route, or any path, as the world sees it. */
  publicUrl(route: string): string {
    return `${this.#baseUrl}${this.host.strippedPath}${this.host.mountPath}${route}`
  }

  /** `Location` or `href` as a browser at that route resolves it. */
  resolve(target: string | undefined, from = '/portal_link'): string {
    if (target === undefined) throw new Error('there is no target')
    return new URL(target, this.publicUrl(from)).href
  }

  /** A path option of the host (`loginUrl`, `returnUrl` ...): these start at the origin, whatever a proxy strips. */
  onOrigin(path: string): string {
    return new URL(path, this.#baseUrl).href
  }

  visitor(user?: string): Visitor {
    return new Visitor(this, user)
  }

  get creates() {
    return this.emulator.calls().filter(({ operation }) => operation === 'create')
  }

  get logouts() {
    return this.emulator.calls().filter(({ operation }) => operation === 'logout')
  }

  get sessions() {
    return this.emulator.sessions()
  }

  async close(): Promise<void> {
    await this.#host?.close()
    if (this.ownsEmulator) await this.emulator.close()
  }
}

/** What a check gets to work with. */
export interface Stage {
  open(setup?: SceneSetup): Promise<Scene>
  /** Runs when the check is over, last one first. */
  after(clean: () => Promise<void> | void): void
  readonly startHost: StartHost
  readonly console: ConsoleCapture
}

/** A Chargebee of its own for each check; key and site are recognisable wherever they should not turn up. */
export function startChargebee(
  settings: { readonly site?: string; readonly apiKey?: string } = {},
): Promise<Emulator> {
  return startEmulator({
    site: `site-${randomBytes(5).toString('hex')}-test`,
    apiKey: `test_${randomBytes(16).toString('hex')}`,
    customers: Object.values(CUSTOMER_OF).map((id) => ({ id })),
    ...settings,
  })
}

function customerOfHeader({ headers, noCustomer }: HostCall): unknown {
  const user = headers['x-host-user']
  if (user === 'guest') return noCustomer
  return typeof user === 'string' ? CUSTOMER_OF[user] : undefined
}
