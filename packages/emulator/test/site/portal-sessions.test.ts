import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PortalPages } from '../../src/pages/portal-pages.js'
import { SignedInBrowsers } from '../../src/pages/signed-in.js'
import { Customers } from '../../src/site/customers.js'
import {
  type Actor,
  type PortalSessionStatus,
  PortalSessions,
  toResource,
} from '../../src/site/portal-sessions.js'
import { Clock } from '../../src/util/clock.js'
import { expectChargebeeAnswer } from '../chargebee-schemas.js'

const CUSTOMER_IDS = ['cus_a', 'cus_b']
const BROWSERS = 3
const API: Actor = { by: 'api', ipAddress: '127.0.0.1' }
const ACTIVATION_MS = 1_800_000

function build() {
  const clock = new Clock(() => 1_700_000_000_000)
  const customers = new Customers(CUSTOMER_IDS.map((id) => ({ id })))
  const sessions = new PortalSessions({
    clock,
    customers,
    portalUrl: 'http://127.0.0.1:8480',
    activation: { activationWindowMs: ACTIVATION_MS, secondActivate: 'refused' },
  })
  const pages = new PortalPages({
    site: 'acme-test',
    sessions,
    browsers: new SignedInBrowsers({ customers, sessions, port: 8480 }),
  })
  const customer = (index: number) => customers.find(CUSTOMER_IDS[index] ?? '') ?? expect.fail()
  return { clock, sessions, pages, customer }
}

describe('the reverse flow', () => {
  test('a session that waits is activated by its token, once, and can be ended', () => {
    const { sessions, customer } = build()
    const { id, token } = sessions.createForLogin(customer(0), API)
    expect(sessions.find(id)?.status).toBe('not_yet_activated')
    expect(sessions.access(token, API)).toBeUndefined()
    expect(sessions.activate('portal_unknown', token, API)).toEqual({ outcome: 'not-found' })
    expect(sessions.activate(id, `${token}x`, API)).toEqual({ outcome: 'wrong-token' })
    expect(sessions.find(id)?.status).toBe('not_yet_activated')
    expect(sessions.activate(id, token, API)).toMatchObject({
      outcome: 'activated',
      session: { status: 'activated' },
    })
    expect(sessions.activate(id, token, API)).toEqual({ outcome: 'wrong-state' })
    expect(sessions.logout(id, API)?.status).toBe('logged_out')
    expect(sessions.activate(id, token, API)).toEqual({ outcome: 'wrong-state' })
  })

  test('one that waits can be ended, and is not activated after that', () => {
    const { sessions, customer } = build()
    const { id, token } = sessions.createForLogin(customer(0), API)
    expect(sessions.logout(id, API)?.status).toBe('logged_out')
    expect(sessions.activate(id, token, API)).toEqual({ outcome: 'wrong-state' })
  })
})

type Step =
  | { do: 'create' | 'createForLogin'; customer: number }
  | { do: 'access'; session: number; browser: number }
  | { do: 'logout'; session: number }
  | { do: 'activate'; session: number; rightToken: boolean }
  | { do: 'signOut'; browser: number }
  | { do: 'advance'; seconds: number }

const session = fc.nat({ max: 5 })
const browser = fc.nat({ max: BROWSERS - 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('create', 'createForLogin'), customer: fc.nat({ max: 1 }) }),
  fc.record({ do: fc.constant('access'), session, browser }),
  fc.record({ do: fc.constant('logout'), session }),
  fc.record({ do: fc.constant('activate'), session, rightToken: fc.boolean() }),
  fc.record({ do: fc.constant('signOut'), browser }),
  fc.record({ do: fc.constant('advance'), seconds: fc.nat({ max: 4000 }) }),
)

/** What is expected of a session, kept apart from the emulator's own records. */
interface Expected {
  readonly id: string
  readonly token: string
  readonly customerId: string
  readonly createdAt: number
  status: PortalSessionStatus
  loginAt?: number
  logoutAt?: number
}

test('random clicks, visits, logouts and time keep every session true to the states', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { clock, sessions, pages, customer } = build()
      const expected: Expected[] = []
      const browsers: { cookie?: string; signedIn?: Expected }[] = Array.from(
        { length: BROWSERS },
        () => ({}),
      )
      let now = 1_700_000_000

      const visit = (index: number, path: string, method = 'GET') => {
        const client = browsers[index] ?? expect.fail()
        const page = pages.answer({
          method,
          path,
          query: '',
          params: new URLSearchParams(),
          formText: undefined,
          form: undefined,
          cookie: client.cookie,
          framed: false,
          ipAddress: '127.0.0.1',
        })
        const cookie = page.headers['set-cookie']?.split(';', 1)[0]
        if (cookie !== undefined) client.cookie = cookie
        return page
      }

      for (const action of steps) {
        const target = 'session' in action ? expected[action.session] : undefined
        if ('session' in action && target === undefined) continue
        switch (action.do) {
          case 'create':
          case 'createForLogin': {
            const owner = customer(action.customer)
            const made =
              action.do === 'create'
                ? sessions.create({ customer: owner }, API)
                : sessions.createForLogin(owner, API)
            const status = action.do === 'create' ? 'created' : 'not_yet_activated'
            expected.push({ id: made.id, token: made.token, customerId: owner.id, createdAt: now, status })
            break
          }
          case 'access': {
            if (target === undefined) break
            const opens = target.status === 'created' && now < target.createdAt + 3600
            expect(visit(action.browser, `/portal/access/${target.token}`).status).toBe(opens ? 302 : 401)
            if (!opens) break
            Object.assign(target, { status: 'logged_in', loginAt: now })
            Object.assign(browsers[action.browser] ?? {}, { signedIn: target })
            break
          }
          case 'logout': {
            if (target === undefined) break
            expect(sessions.logout(target.id, API)?.status).toBe('logged_out')
            if (target.status !== 'logged_out') Object.assign(target, { status: 'logged_out', logoutAt: now })
            break
          }
          case 'activate': {
            if (target === undefined) break
            const inTime = now < target.createdAt + ACTIVATION_MS / 1000
            const works = target.status === 'not_yet_activated' && inTime && action.rightToken
            const { outcome } = sessions.activate(target.id, action.rightToken ? target.token : 'wrong', API)
            expect(outcome === 'activated').toBe(works)
            if (works) target.status = 'activated'
            break
          }
          case 'signOut': {
            const owner = browsers[action.browser]?.signedIn
            const works = owner?.status === 'logged_in'
            expect(visit(action.browser, '/portal/logout', 'POST').status).toBe(works ? 302 : 401)
            if (works) Object.assign(owner, { status: 'logged_out', logoutAt: now })
            break
          }
          case 'advance':
            clock.advance(action.seconds * 1000)
            now += action.seconds
        }

        expect(sessions.all()).toHaveLength(expected.length)
        for (const { id, token, status, customerId, createdAt, loginAt, logoutAt } of expected) {
          const actual = sessions.find(id) ?? expect.fail()
          expect(actual).toMatchObject({ id, token, status, customer_id: customerId, created_at: createdAt })
          expect([actual.expires_at, actual.login_at, actual.logout_at]).toEqual([
            createdAt + 3600,
            loginAt,
            logoutAt,
          ])
          expectChargebeeAnswer(200, { portal_session: toResource(actual) })
        }
        for (const [index, { signedIn }] of browsers.entries()) {
          const home = visit(index, '/portal/v2/home')
          expect(home.status).toBe(signedIn?.status === 'logged_in' ? 200 : 401)
          if (home.status === 200) expect(home.body).toContain(`<code>${signedIn?.customerId}</code>`)
        }
      }
    }),
    { numRuns: 500 },
  )
})
