import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'vitest'
import { type CheckGroup, check, expectHandedOut, expectPage, expectProblem } from '../kit/check.js'
import { ALWAYS, each, type Fault } from '../kit/fault-cases.js'

const HTML = '<html><body>Bad Gateway</body></html>'

/** Faults after which the same request may go well. */
const PASSING: readonly Fault[] = [
  { status: 500 },
  { status: 502, body: HTML },
  { status: 503 },
  { status: 504, body: HTML },
  { status: 409 },
  { status: 429, headers: { 'retry-after': '1' } },
  { kind: 'reset' },
  { kind: 'reset-after' },
  { kind: 'truncated' },
  { status: 200, body: HTML },
  { status: 200, body: '' },
  { status: 200, body: 'null' },
  { status: 200, body: {} },
]

/** Chargebee is busy or down. */
const DOWN: readonly Fault[] = [
  { status: 500 },
  { status: 502, body: HTML },
  { status: 503 },
  { status: 504, body: HTML },
  { status: 409 },
  { status: 429, headers: { 'retry-after': '1' } },
  { status: 429, headers: { 'retry-after': '3600' } },
  { kind: 'reset' },
  { kind: 'reset-after' },
]

/** 2xx without a valid `portal_session`. */
const BROKEN: readonly Fault[] = [
  { status: 200, body: HTML },
  { status: 200, body: '' },
  { status: 200, body: 'null' },
  { status: 200, body: '[]' },
  { status: 200, body: '"portal_session"' },
  { status: 200, body: {} },
  { status: 200, body: { portal_session: null } },
  { status: 200, body: { portal_session: {} } },
  { status: 200, body: { portal_session: [] } },
  { status: 204, body: '' },
]

/** CONTRACT sections 7 and 8 for a create: a Chargebee that is slow, wrong or gone. */
export const faults: CheckGroup = {
  title: 'a Chargebee that is slow, wrong or gone',
  checks: [
    check(
      'fault-retry',
      'a passing fault MUST be tried again with the same idempotency key, and one session handed out',
      async (stage) => {
        await each(stage, PASSING, async (scene, fault) => {
          scene.emulator.fail({ operation: 'create', ...fault })
          expectHandedOut(await scene.visitor('ada').click(), scene)
          expect(scene.creates).toHaveLength(2)
          expect(new Set(scene.creates.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
          expect(scene.sessions).toHaveLength(1)
        })
      },
    ),

    check('fault-retry-twice', 'the third try MUST still count', async (stage) => {
      const passing: Fault[] = [{ status: 500 }, { status: 503 }, { kind: 'reset' }]
      await each(stage, passing, async (scene, fault) => {
        scene.emulator.fail({ operation: 'create', times: 2, ...fault })
        expectHandedOut(await scene.visitor('ada').click(), scene)
        expect(scene.creates).toHaveLength(3)
        expect(new Set(scene.creates.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
      })
    }),

    check(
      'fault-down',
      'a Chargebee that stays busy or down MUST be 503 with Retry-After, after at most three tries',
      async (stage) => {
        await each(stage, DOWN, async (scene, fault) => {
          scene.emulator.fail({ operation: 'create', times: ALWAYS, ...fault })
          const answer = await scene.visitor('ada').click()
          expectPage(answer, 503)
          expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/)
          expect(scene.creates.length).toBeLessThanOrEqual(3)
          expect(new Set(scene.creates.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
        })
      },
    ),

    check(
      'fault-retry-after',
      "a 429 whose Retry-After doesn't fit into the deadline MUST NOT be tried again, and the customer MUST be told",
      async ({ open }) => {
        const scene = await open()
        scene.emulator.fail({
          operation: 'create',
          times: ALWAYS,
          status: 429,
          headers: { 'retry-after': '3600' },
        })
        const answer = await scene.visitor('ada').fetchSession()
        expectProblem(answer, 503)
        expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/)
        expect(scene.creates).toHaveLength(1)
      },
    ),

    check(
      'fault-refused-connection',
      'a Chargebee that is not there MUST be 503 with Retry-After',
      async ({ open }) => {
        // No server under test gets a port below 1024 by chance, and 4 is nobody's.
        const scene = await open({ options: { apiUrl: 'http://127.0.0.1:4' } })
        const answer = await scene.visitor('ada').click()
        expectPage(answer, 503)
        expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/)
        expectProblem(await scene.visitor('ada').fetchSession(), 503)
      },
    ),

    check(
      'fault-broken',
      '2xx without a valid portal_session MUST be 502, after at most three tries',
      async (stage) => {
        await each(stage, BROKEN, async (scene, fault) => {
          scene.emulator.fail({ operation: 'create', times: ALWAYS, ...fault })
          expectPage(await scene.visitor('ada').click(), 502)
          expect(scene.creates.length).toBeLessThanOrEqual(3)
          expect(new Set(scene.creates.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
        })
      },
    ),

    check(
      'fault-stalled',
      'no headers, or a body without an end, MUST be 504 at the deadline',
      async (stage) => {
        await each<Fault>(
          stage,
          [{ kind: 'no-headers' }, { kind: 'no-end' }],
          async (scene, fault) => {
            scene.emulator.fail({ operation: 'create', times: ALWAYS, ...fault })
            const [page, problem] = await Promise.all([
              scene.visitor('ada').click(),
              scene.visitor('ada').fetchSession(),
            ])
            expectPage(page, 504)
            expectProblem(problem, 504)
          },
          { timeoutMs: 500 },
        )
      },
    ),

    check(
      'fault-redirect',
      'a redirect MUST NOT be followed: 502, and the other server sees nothing',
      async (stage) => {
        const seen: string[] = []
        const elsewhere = createServer((request, response) => {
          seen.push(`${request.method} ${request.url}`)
          response.end('{}')
        })
        await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
        stage.after(() => void elsewhere.close())
        const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/api/v2/portal_sessions`
        const redirects = [301, 302, 303, 307, 308].map((status) => ({
          status,
          headers: { location },
          body: '',
        }))
        await each(stage, redirects, async (scene, fault) => {
          scene.emulator.fail({ operation: 'create', times: ALWAYS, ...fault })
          expectPage(await scene.visitor('ada').click(), 502)
          expect(scene.creates.length).toBeLessThanOrEqual(3)
        })
        expect(seen).toEqual([])
      },
    ),

    check('fault-json', 'the JSON route MUST give the same statuses, as problems', async (stage) => {
      const expected = [
        [{ status: 401 }, 502],
        [{ status: 503 }, 503],
        [{ status: 200, body: {} }, 502],
        [{ status: 307, headers: { location: 'http://127.0.0.1:1/' }, body: '' }, 502],
      ] as const
      await each(stage, expected, async (scene, [fault, status]) => {
        scene.emulator.fail({ operation: 'create', times: ALWAYS, ...fault })
        expectProblem(await scene.visitor('ada').fetchSession(), status)
      })
    }),
  ],
}
