import { expect } from 'vitest'
import { type CheckGroup, check, newestSession } from '../kit/check.js'
import { ALWAYS, type Fault } from '../kit/fault-cases.js'
import type { Answer } from '../kit/http.js'
import { SHORT_MS } from '../kit/moments.js'
import type { Stage } from '../kit/scene.js'
import type { Visitor } from '../kit/visitor.js'
import { expectNobodyIn, expectSignedIn, expectUsedUp } from './check.js'
import { LoginScene, type LoginSetup } from './scene.js'

const HTML = '<html><body>Bad Gateway</body></html>'
const ELSEWHERE = { location: 'http://127.0.0.1:1/' }

/** What happens to every Activate, and how the browser is answered. */
const FAULTS: readonly (readonly [Fault, number])[] = [
  [{ status: 500 }, 503],
  [{ status: 502, body: HTML }, 503],
  [{ status: 503 }, 503],
  [{ status: 504, body: HTML }, 503],
  [{ status: 429, headers: { 'retry-after': '1' } }, 503],
  [{ status: 429, headers: { 'retry-after': '3600' } }, 503],
  [{ kind: 'reset' }, 503],
  [{ status: 200, body: HTML }, 502],
  [{ status: 200, body: '' }, 502],
  [{ status: 200, body: 'null' }, 502],
  [{ status: 200, body: '[]' }, 502],
  [{ status: 200, body: {} }, 502],
  [{ status: 200, body: { portal_session: null } }, 502],
  [{ status: 204, body: '' }, 502],
  [{ status: 307, headers: ELSEWHERE, body: '' }, 502],
  [{ status: 403 }, 502],
  [{ status: 405 }, 502],
]

/** Chargebee does not say which it is: the customer's fault (400) or the host's (502). */
const REFUSED = [400, 502] as const

/** CONTRACT sections 7 and 8 for Activate. */
export const loginFaults: CheckGroup = {
  title: 'a Chargebee that does not activate',
  checks: [
    check(
      'login-fault-token',
      'a wrong token MUST be 400 or 502, whatever status Chargebee has for it, and no login',
      async (stage) => {
        await Promise.all(
          ([400, 401, 404, 409] as const).map(async (wrongToken) => {
            const { host, answer } = await arrived(stage, { chargebee: { wrongToken } }, (address) =>
              address.replace(/(auth_session_token=)[^&]*/, '$1wrong'),
            )
            expectNobodyIn(answer, REFUSED)
            expect(newestSession(host.scene).status).toBe('not_yet_activated')
          }),
        )
      },
    ),

    check(
      'login-fault-state',
      'a session that is unknown, over, or too old to be activated MUST be 400 or 502, and no login',
      async (stage) => {
        const { answer: unknown } = await arrived(stage, {}, (address) =>
          address.replace(/(auth_session_id=)[^&]*/, '$1portal___test__unknown'),
        )
        expectNobodyIn(unknown, REFUSED)
        const { answer: late } = await arrived(
          stage,
          { chargebee: { activationWindowMs: 1000 } },
          (address, { scene }) => {
            scene.emulator.advance(2000)
            return address
          },
        )
        expectNobodyIn(late, REFUSED)
      },
    ),

    check(
      'login-fault-down',
      'a Chargebee that is busy or down MUST be 503 with Retry-After, a wrong answer 502, with one idempotency key',
      async (stage) => {
        await Promise.all(
          FAULTS.map(async ([fault, status]) => {
            const { host, answer } = await arrived(stage, {}, (address, { scene }) => {
              scene.emulator.fail({ operation: 'activate', times: ALWAYS, ...fault })
              return address
            })
            expectStatus(answer, status, fault)
            if (status === 503) expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/)
            expect(host.activations.length).toBeLessThanOrEqual(3)
            expectOneKey(host)
          }),
        )
      },
    ),

    check(
      'login-fault-gone',
      'a Chargebee that is not there MUST be 503, one that never answers 504 at the deadline',
      async (stage) => {
        const gone = await arrived(stage, {}, async (address, { scene }) => {
          await scene.emulator.close()
          return address
        })
        expectNobodyIn(gone.answer, 503)
        await Promise.all(
          (['no-headers', 'no-end'] as const).map(async (kind) => {
            const { answer } = await arrived(
              stage,
              { options: { timeoutMs: SHORT_MS } },
              (address, { scene }) => {
                scene.emulator.fail({ operation: 'activate', times: ALWAYS, kind })
                return address
              },
            )
            expectStatus(answer, 504, { kind })
          }),
        )
      },
    ),

    check(
      'login-fault-retry',
      'a try that Chargebee may have processed MUST be repeated with the same idempotency key only, and log in once',
      async (stage) => {
        await Promise.all(
          ([{ status: 503 }, { kind: 'reset' }, { kind: 'reset-after' }, { kind: 'truncated' }] as const).map(
            async (fault) => {
              const host = await LoginScene.open(stage)
              const visitor = host.visitor()
              const address = await host.signIn(await host.begin(visitor))
              host.scene.emulator.fail({ operation: 'activate', ...fault })
              expectSignedIn(await host.arrive(visitor, address), host)
              expect(host.activations).toHaveLength(2)
              expectOneKey(host)
              expect(host.logins).toHaveLength(1)
            },
          ),
        )
      },
    ),

    check('login-fault-again', 'after a fault the customer MUST be able to begin anew', async (stage) => {
      const host = await LoginScene.open(stage)
      const visitor = host.visitor()
      host.scene.emulator.fail({ operation: 'activate', status: 403 })
      expectNobodyIn(await host.logIn(visitor), 502)
      expectSignedIn(await host.logIn(visitor), host)
      expect(new Set(host.activations.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2)
    }),
  ],
}

/** A login that comes back with an address of the check's choice, and lets nobody in. */
async function arrived(
  stage: Stage,
  setup: LoginSetup,
  change: (address: string, host: LoginScene) => string | Promise<string>,
): Promise<{ host: LoginScene; visitor: Visitor; answer: Answer }> {
  const host = await LoginScene.open(stage, setup)
  const visitor = host.visitor()
  const begun = await host.begin(visitor)
  const address = await change(await host.signIn(begun), host)
  const answer = await host.arrive(visitor, address)
  // In a moment the same way back may lead somewhere: the cookie stays.
  if (answer.status === 503) expect(visitor.jar.get(begun.cookie.name)).toBe(begun.cookie.value)
  else expectUsedUp(answer, begun)
  expect(host.logins).toEqual([])
  expect(host.completed).toEqual([])
  expect(visitor.remembered).toEqual([])
  // Nothing was confirmed to this browser, so nothing of it may be ended.
  expect(host.scene.logouts).toEqual([])
  return { host, visitor, answer }
}

function expectStatus(answer: Answer, status: number, fault: Fault): void {
  expect(answer.status, JSON.stringify(fault)).toBe(status)
  expectNobodyIn(answer, status)
}

function expectOneKey({ activations }: LoginScene): void {
  const keys = new Set(activations.map(({ idempotencyKey }) => idempotencyKey))
  expect(keys.size).toBe(1)
  expect([...keys][0]).toMatch(/^[\x21-\x7e]{16,100}$/)
}
