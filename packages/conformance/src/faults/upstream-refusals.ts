import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHandedOut,
  expectPage,
  expectProblem,
  expectRefusal,
  expectVary,
} from '../kit/check.js'
import { ALWAYS, each, type Fault } from '../kit/fault-cases.js'
import { json } from '../kit/http.js'
import { NAVIGATION } from '../kit/visitor.js'

const REFUSING = [400, 401, 403, 405, 422] as const

/** CONTRACT sections 7 and 8: a Chargebee that says no. */
export const upstreamRefusals: CheckGroup = {
  title: 'a Chargebee that says no',
  checks: [
    check(
      'fault-refusal',
      'a refused request MUST be 502 after one call, with an event for the operator',
      async ({ open }) => {
        for (const status of REFUSING) {
          const scene = await open()
          scene.emulator.fail({ operation: 'create', times: ALWAYS, status })
          expectPage(await scene.visitor('ada').click(), 502)
          expect(scene.creates).toHaveLength(1)
          const types = scene.events.map(({ type }) => type)
          expect(types.filter((type) => type === 'misconfigured' || type === 'upstream.failed')).not.toEqual(
            [],
          )
        }
      },
    ),

    check(
      'fault-refusal-setting',
      'the event about a refused key MUST name the setting',
      async ({ open }) => {
        for (const status of [401, 403]) {
          const scene = await open()
          scene.emulator.fail({ operation: 'create', times: ALWAYS, status })
          await scene.visitor('ada').click()
          expect(JSON.stringify(scene.events)).toMatch(/apiKey|CHARGEBEE_API_KEY/)
        }
        const wrongKey = await open({ options: { apiKey: 'test_of_another_site' } })
        expectPage(await wrongKey.visitor('ada').click(), 502)
        expect(JSON.stringify(wrongKey.events)).toMatch(/apiKey|CHARGEBEE_API_KEY/)
        expect(JSON.stringify(wrongKey.events)).not.toContain('test_of_another_site')
      },
    ),

    check(
      'fault-unknown-customer',
      'a customer that Chargebee does not know MUST be 404, or 303 to noCustomerUrl, after one call, and an event MUST name the id and the site',
      async ({ open }) => {
        const scene = await open({ getCustomerId: () => 'cust_nobody' })
        expectPage(await scene.visitor().click(), 404)
        const problem = await scene.visitor().fetchSession()
        expectProblem(problem, 404)
        expect(json(problem).code).toBe('customer_unknown')
        const [told] = scene.events.filter(({ type }) => type === 'misconfigured')
        expect(String(told?.message)).toContain(`no customer "cust_nobody" at site "${scene.emulator.site}"`)
        expect(scene.creates).toHaveLength(2)
        const pricing = await open({
          getCustomerId: () => 'cust_nobody',
          options: { noCustomerUrl: '/pricing' },
        })
        const answer = await pricing.visitor().click()
        expect(answer.status).toBe(303)
        expect(pricing.resolve(answer.headers.location)).toBe(pricing.onOrigin('/pricing'))
        expect(pricing.creates).toHaveLength(1)
      },
    ),

    check(
      'fault-text',
      "Chargebee's text MUST NOT appear in an answer, an event or a log line",
      async (stage) => {
        const text = 'Upstream words that nobody should read'
        const error = {
          message: text,
          type: 'invalid_request',
          api_error_code: 'invalid_request',
          error_msg: text,
        }
        const rules: Fault[] = [
          ...[400, 401, 403, 404, 409, 429, 500].map((status) => ({ status, body: error })),
          { status: 502, body: `<h1>${text}</h1>` },
          { status: 200, body: text },
        ]
        await each(stage, rules, async (scene, fault) => {
          scene.emulator.fail({ operation: 'create', times: ALWAYS, ...fault })
          for (const answer of [
            await scene.visitor('ada').click(),
            await scene.visitor('ada').fetchSession(),
          ]) {
            expect(answer.status).toBeGreaterThanOrEqual(400)
            expect(JSON.stringify([answer.headers, answer.body])).not.toContain(text)
          }
          expect(JSON.stringify(scene.events)).not.toContain(text)
        })
        expect(stage.console.lines.filter((line) => line.includes(text))).toEqual([])
      },
    ),

    check('fault-vary', 'Vary MUST name Accept where it chose between page and problem', async ({ open }) => {
      const scene = await open()
      scene.emulator.fail({ operation: 'create', times: ALWAYS, status: 400 })
      expectVary(await scene.visitor('ada').click(), 'Accept')
      const problem = await scene.visitor('ada').click('', { ...NAVIGATION, accept: 'application/json' })
      expectProblem(problem, 502)
      expectVary(problem, 'Accept')
    }),

    check('fault-recovers', 'after a fault the next click MUST work', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      scene.emulator.fail({ operation: 'create', status: 400 })
      expectRefusal(await ada.click(), 502)
      expectHandedOut(await ada.click(), scene)
    }),
  ],
}
