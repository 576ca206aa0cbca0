import { expect } from 'vitest'
import { type CheckGroup, check, expectHandedOut, expectHostError, expectPage } from '../kit/check.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import type { Scene } from '../kit/scene.js'
import { NAVIGATION, SCRIPT } from '../kit/visitor.js'

const limit = (points: number) => ({ options: { rateLimit: { points, durationSeconds: 60 } } })

const callsOf = (scene: Scene, operation: string) =>
  scene.emulator.calls().filter((call) => call.operation === operation).length

/** CONTRACT, section 7: return and `sessions` on counters of their own, a sign-out on none. */
export const visitLimits: CheckGroup = {
  title: 'the rate limit of what asks about open sessions',
  checks: [
    check(
      'limit-visits-return',
      'repeats of the way back within a few seconds MUST go on without a call, and forget nothing',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        expectHandedOut(await ada.click(), scene)
        for (let visits = 0; visits < 4; visits++) {
          expect((await ada.request('GET', scene.path('/portal_return'), NAVIGATION)).status).toBe(303)
        }
        expect(callsOf(scene, 'retrieve')).toBe(1)
        expect(ada.remembered).toHaveLength(1)
      },
    ),

    check(
      'limit-visits-calls',
      'the way back MUST be counted by the calls that it makes, and make none over the limit',
      async ({ open }) => {
        const scene = await open({ options: { rateLimit: { points: 1, durationSeconds: 1 } } })
        const ada = scene.visitor('ada')
        expectHandedOut(await ada.click(), scene)
        // The next second, whenever that is.
        while (ada.remembered.length < 2) await ada.click()
        await ada.request('GET', scene.path('/portal_return'), NAVIGATION)
        expect(callsOf(scene, 'retrieve')).toBe(1)
        expect(ada.remembered).toHaveLength(2)
        expectLoggedOut(await ada.logout(), 2)
      },
    ),

    check(
      'limit-visits-logout',
      'a sign-out MUST NOT be limited, whatever was counted before',
      async ({ open }) => {
        const scene = await open(limit(1))
        const [one, two] = [scene.visitor('ada'), scene.visitor('ada')]
        expectHandedOut(await one.click(), scene)
        expectHandedOut(await two.click(), scene)
        for (const visitor of [one, two]) {
          expectPage(await visitor.click(), 429)
          for (let visits = 0; visits < 3; visits++) {
            await visitor.request('GET', scene.path('/portal_return'), NAVIGATION)
            await visitor.host('GET', '/host/sessions')
          }
        }
        expectLoggedOut(await one.logout(), 1)
        expectLoggedOut(await two.logout(), 1)
        expect(callsOf(scene, 'logout')).toBe(2)
      },
    ),

    check(
      'limit-visits-login',
      'return and sessions() MUST each have a counter of their own, per login',
      async ({ open }) => {
        const scene = await open(limit(1))
        const [one, two] = [scene.visitor('ada'), scene.visitor('ada')]
        for (const visitor of [one, two]) {
          await visitor.click()
          const before = callsOf(scene, 'retrieve')
          await visitor.request('GET', scene.path('/portal_return'), NAVIGATION)
          expect((await visitor.host('GET', '/host/sessions')).status).toBe(200)
          expect(callsOf(scene, 'retrieve')).toBe(before + 2)
        }
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
      'limit-visits-list-calls',
      'sessions() MUST be counted and capped by the calls that it makes: all sessions are asked for, or none',
      async ({ open }) => {
        const scene = await open(limit(3))
        const ada = scene.visitor('ada')
        await ada.click()
        await ada.click()
        expect((await ada.host('GET', '/host/sessions')).status).toBe(200)
        expect(callsOf(scene, 'retrieve')).toBe(2)
        // One is left, and two would be needed.
        expect(expectHostError(await ada.host('GET', '/host/sessions'))).toMatchObject({
          code: 'chargebee_unavailable',
          status: 503,
        })
        expect(callsOf(scene, 'retrieve')).toBe(2)
        expectLoggedOut(await ada.logout(), 2)
      },
    ),

    check(
      'limit-visits-apart',
      'clicking a lot MUST NOT count for coming back, nor for signing out',
      async ({ open }) => {
        const scene = await open(limit(1))
        const ada = scene.visitor('ada')
        expectHandedOut(await ada.click(), scene)
        expectPage(await ada.click(), 429)
        await ada.request('GET', scene.path('/portal_return'), NAVIGATION)
        expect(callsOf(scene, 'retrieve')).toBe(1)
        expectLoggedOut(await ada.logout(), 1)
      },
    ),

    check(
      'limit-visits-nothing',
      'a logout with nothing to end MUST succeed, as often as it is asked for',
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
