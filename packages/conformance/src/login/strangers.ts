import { expect } from 'vitest'
import { type CheckGroup, check } from '../kit/check.js'
import { expectNobodyIn, expectUntouchedCookies, refusalsOf } from './check.js'
import { LoginScene } from './scene.js'

const MADE_UP = '?auth_session_id=portal___test__made_up&auth_session_token=made_up'
const REFUSED_A_MINUTE = 10

/** CONTRACT section 7: what a stranger can make us ask of Chargebee, and section 11, promise 11. */
export const loginStrangers: CheckGroup = {
  title: 'strangers who say that they have signed in',
  checks: [
    check(
      'login-strangers-limit',
      'of one address ten refused Activates a minute MUST be enough; then 429 before the call, and the login can go on',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const stranger = host.visitor()
        for (let count = 0; count < REFUSED_A_MINUTE; count++) {
          const { state } = await host.begin(stranger)
          expectNobodyIn(await host.arriveWith(stranger, state, MADE_UP), 400)
        }
        expect(host.activations).toHaveLength(REFUSED_A_MINUTE)

        // Even one that is good: it is the same address.
        const address = await host.signIn(await host.begin(stranger))
        const answer = await host.arrive(stranger, address)
        expectNobodyIn(answer, 429)
        expect(answer.headers['retry-after']).toMatch(/^([1-9]|[1-5]\d|60)$/)
        expectUntouchedCookies(answer)
        expect(host.activations).toHaveLength(REFUSED_A_MINUTE)
        expect(refusalsOf(host).at(-1)).toBe('too_many_requests')
        // Customers do not wait for it.
        expect((await host.visitor('ada').click()).status).toBe(303)
      },
    ),

    check(
      'login-strangers-silent',
      'what a stranger can cause MUST be told as a refusal of the request, not as a wrong setting',
      async (stage) => {
        await Promise.all(
          ([400, 401, 404, 409] as const).map(async (wrongToken) => {
            const host = await LoginScene.open(stage, { chargebee: { wrongToken } })
            const visitor = host.visitor()
            const address = await host.signIn(await host.begin(visitor))
            await host.arrive(visitor, address.replace(/(auth_session_token=)[^&]*/, '$1wrong'))
            expect(refusalsOf(host)).toHaveLength(1)
            expect(host.scene.events.filter(({ type }) => type === 'misconfigured')).toEqual([])
          }),
        )
      },
    ),
  ],
}
