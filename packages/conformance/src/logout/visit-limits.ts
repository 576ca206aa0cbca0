import { expect } from 'vitest'
import { type CheckGroup, check, expectHandedOut, expectHostError, expectPage } from '../kit/check.js'
import { expectLoggedOut, expectPending } from '../kit/logout-answers.js'
import type { Scene } from '../kit/scene.js'
import { SCRIPT } from '../kit/visitor.js'

const limit = (points: number) => ({ options: { rateLimit: { points, durationSeconds: 60 } } })

const callsOf = (scene: Scene, operation: string) =>
  scene.emulator.calls().filter((call) => call.operation === operation).length

/** CONTRACT, section 7: logout, return and `sessions` together, on a counter of their own. */
export const visitLimits: CheckGroup = {
  title: 'the rate limit of what asks about open sessions',
  checks: [
    check(
      'limit-visits-return',
      'over the limit the way back MUST go on without a call, and forget nothing',
      async ({ open }) => {
        const scene = await open(limit(2))
        const ada = scene.visitor('ada')
        expectHandedOut(await ada.click(), scene)
        for (let visits = 0; visits < 4; visits++) {
          expect((await ada.request('GET', scene.path('/portal_return'))).status).toBe(303)
        }
        expect(callsOf(scene, 'retrieve')).toBe(2)
        expect(ada.remembered).toHaveLength(1)
      },
    ),

    check(
      'limit-visits-logout',
      'over the limit a logout MUST leave the session pending, not answer 429 and not forget it',
      async ({ open }) => {
        const scene = await open(limit(2))
        const ada = scene.visitor('ada')
        expectHandedOut(await ada.click(), scene)
        for (let visits = 0; visits < 2; visits++) await ada.request('GET', scene.path('/portal_return'))
        expectPending(await ada.logout())
        expect(callsOf(scene, 'logout')).toBe(0)
        expect(ada.remembered).toHaveLength(1)
        expect(scene.emulator.sessions().map(({ status }) => status)).toEqual(['created'])
      },
    ),

    check(
      'limit-visits-shared',
      'logout, return and sessions() MUST share one counter per customer, over all browsers',
      async ({ open }) => {
        const scene = await open(limit(3))
        const [one, two] = [scene.visitor('ada'), scene.visitor('ada')]
        await one.click()
        await two.click()
        await one.request('GET', scene.path('/portal_return'))
        await two.request('GET', scene.path('/portal_return'))
        expectLoggedOut(await one.logout(), 1)
        expectPending(await two.logout())
        const grace = scene.visitor('grace')
        await grace.click()
        expectLoggedOut(await grace.logout(), 1)
      },
    ),

    check(
      'limit-visits-list',
      'over the limit sessions() MUST reject with a PortalSsoError of 503, without a call',
      async ({ open }) => {
        const scene = await open(limit(1))
        const ada = scene.visitor('ada')
        await ada.click()
        expect((await ada.host('GET', '/host/sessions')).status).toBe(200)
        expect(expectHostError(await ada.host('GET', '/host/sessions'))).toMatchObject({
          name: 'PortalSsoError',
          code: 'chargebee_unavailable',
          status: 503,
        })
        expect(callsOf(scene, 'retrieve')).toBe(1)
      },
    ),

    check(
      'limit-visits-apart',
      'clicking a lot MUST NOT count for signing out, nor signing out for clicking',
      async ({ open }) => {
        const scene = await open(limit(1))
        const ada = scene.visitor('ada')
        expectHandedOut(await ada.click(), scene)
        expectPage(await ada.click(), 429)
        expectLoggedOut(await ada.logout(), 1)
        expectPage(await ada.click(), 429)
      },
    ),

    check(
      'limit-visits-nothing',
      'a logout with nothing to end MUST NOT count, and MUST succeed over the limit',
      async ({ open }) => {
        const scene = await open(limit(1))
        const ada = scene.visitor('ada')
        for (let visits = 0; visits < 3; visits++) expectLoggedOut(await ada.logout(), 0)
        await ada.click()
        expectLoggedOut(await ada.logout(SCRIPT), 1)
        for (let visits = 0; visits < 3; visits++) expectLoggedOut(await ada.logout(), 0)
      },
    ),
  ],
}
