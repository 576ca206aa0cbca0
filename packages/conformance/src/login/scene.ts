import { randomBytes } from 'node:crypto'
import { type Emulator, type LoginOptions, startEmulator } from '@portal-sso/emulator'
import { expect } from 'vitest'
import { ourCookies } from '../kit/check.js'
import type { HostCall } from '../kit/host.js'
import { type Answer, type SetCookie, send } from '../kit/http.js'
import type { Scene, Stage } from '../kit/scene.js'
import { type Headers, NAVIGATION, type Visitor } from '../kit/visitor.js'

export const LOGIN = '/portal_login'
export const CALLBACK = '/portal_callback'

/** What Chromium sends when Chargebee's login sends it back. */
export const FROM_CHARGEBEE = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' } as const

const PASSWORD = 'the password at Chargebee'

/** `cust_ada_labs` is linked to Ada by its address; without a password nobody is asked to choose. */
const CUSTOMERS = [
  { id: 'cust_ada', email: 'ada@example.com', password: PASSWORD },
  { id: 'cust_ada_labs', email: 'ada@example.com' },
  { id: 'cust_grace', email: 'grace@example.com', password: PASSWORD },
]

/** The portal session as `onLogin` got it. */
export type LoginSession = Readonly<Record<string, unknown>>

export interface LoginSetup {
  /** Beside the usual options of {@link Scene} and the `login` that records. */
  readonly options?: Readonly<Record<string, unknown>>
  readonly onLogin?: (session: LoginSession, call: HostCall) => unknown
  readonly cancelUrl?: string
  /** How the emulator's login behaves. */
  readonly chargebee?: LoginOptions
  /** The same Chargebee as another host of this check. */
  readonly emulator?: Emulator
}

/** A login that a browser has begun at the host. */
export interface Begun {
  readonly answer: Answer
  /** Chargebee's login, as the browser was sent there. */
  readonly loginUrl: URL
  readonly returnUrl: string
  readonly cancelUrl: string
  /** What is in the callback's path. */
  readonly state: string
  readonly cookie: SetCookie
}

/** A host with the reverse flow switched on, and what its `onLogin` got. */
export class LoginScene {
  readonly logins: LoginSession[] = []
  readonly calls: HostCall[] = []
  /** Recognisable wherever it should not turn up. */
  readonly secret: string

  private constructor(
    readonly scene: Scene,
    secret: string,
    record: (to: LoginScene) => void,
  ) {
    this.secret = secret
    record(this)
  }

  static async open(stage: Stage, setup: LoginSetup = {}): Promise<LoginScene> {
    const emulator = setup.emulator ?? (await startLoginChargebee(stage, setup.chargebee))
    const secret = String(setup.options?.secret ?? `of the host ${randomBytes(32).toString('hex')}`)
    let recorder: LoginScene | undefined
    const scene = await stage.open({
      emulator,
      options: (_usual, toHostCall) => ({
        secret,
        login: {
          onLogin: (session: LoginSession, ...native: never[]) => {
            const call = toHostCall(...native)
            recorder?.logins.push(session)
            recorder?.calls.push(call)
            return setup.onLogin?.(session, call)
          },
          ...(setup.cancelUrl !== undefined && { cancelUrl: setup.cancelUrl }),
        },
        ...setup.options,
      }),
    })
    return new LoginScene(scene, secret, (to) => {
      recorder = to
    })
  }

  visitor(user?: string): Visitor {
    return this.scene.visitor(user)
  }

  /** A click on "Sign in": `GET /portal_login`. */
  start(visitor: Visitor, query = '', headers: Headers = NAVIGATION): Promise<Answer> {
    return visitor.request('GET', `${this.scene.path(LOGIN)}${query}`, headers)
  }

  /** The same, which has to succeed. */
  async begin(visitor: Visitor, query = ''): Promise<Begun> {
    return toBegun(await this.start(visitor, query))
  }

  /** The customer signs in at Chargebee; resolves the address to which Chargebee sends the browser. */
  async signIn(
    { returnUrl, cancelUrl }: Pick<Begun, 'returnUrl' | 'cancelUrl'>,
    email = 'ada@example.com',
  ): Promise<string> {
    const answer = await send(this.scene.emulator.portalUrl, {
      method: 'POST',
      path: '/portal/login',
      headers: { ...NAVIGATION, 'content-type': 'application/x-www-form-urlencoded' },
      body: String(
        new URLSearchParams({ email, password: PASSWORD, return_url: returnUrl, cancel_url: cancelUrl }),
      ),
    })
    expect(answer.status, answer.body).toBe(302)
    return answer.headers.location ?? ''
  }

  /** A browser follows an address of the host's, given as the world sees it. */
  arrive(visitor: Visitor, address: string, headers: Headers = FROM_CHARGEBEE): Promise<Answer> {
    return visitor.request('GET', this.pathOf(address), headers)
  }

  /** The callback with a query of one's own making. */
  arriveWith(visitor: Visitor, state: string, query: string): Promise<Answer> {
    return visitor.request('GET', `${this.scene.path(CALLBACK)}/${state}${query}`, FROM_CHARGEBEE)
  }

  /** The whole flow, up to the callback's answer. */
  async logIn(visitor: Visitor, email?: string, query = ''): Promise<Answer> {
    return await this.arrive(visitor, await this.signIn(await this.begin(visitor, query), email))
  }

  get activations() {
    return this.scene.emulator.calls().filter(({ operation }) => operation === 'activate')
  }

  get completed() {
    return this.scene.events.filter(({ type }) => type === 'login.completed')
  }

  /** Nobody was let in, and nothing was asked of Chargebee. */
  expectUntouched(): void {
    expect(this.scene.emulator.calls()).toEqual([])
    expect(this.logins).toEqual([])
    expect(this.completed).toEqual([])
  }

  /** What a proxy in front would leave of a public address. */
  pathOf(address: string): string {
    const { pathname, search } = new URL(address)
    return `${pathname.slice(this.scene.host.strippedPath.length)}${search}`
  }
}

/** Chargebee with customers that have passwords, and the tests' domains on its list. */
async function startLoginChargebee(stage: Stage, login: LoginOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({
    site: `site-${randomBytes(5).toString('hex')}-test`,
    apiKey: `test_${randomBytes(16).toString('hex')}`,
    customers: CUSTOMERS,
    login: { allowedDomains: ['127.0.0.1', 'localhost', 'shop.example'], anyPort: true, ...login },
  })
  stage.after(() => emulator.close())
  return emulator
}

function toBegun(answer: Answer): Begun {
  expect(answer.status, answer.body).toBe(303)
  const loginUrl = new URL(answer.headers.location ?? '')
  const returnUrl = loginUrl.searchParams.get('return_url') ?? ''
  // Beside it the oldest of too many may be cleared.
  const [cookie, ...others] = ourCookies(answer).filter(({ deletes }) => !deletes)
  expect(others.map(({ raw }) => raw)).toEqual([])
  if (cookie === undefined) throw new Error('a login was begun without a cookie')
  return {
    answer,
    loginUrl,
    returnUrl,
    cancelUrl: loginUrl.searchParams.get('cancel_url') ?? '',
    state: new URL(returnUrl).pathname.split('/').at(-1) ?? '',
    cookie,
  }
}
