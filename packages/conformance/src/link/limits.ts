import { expect } from 'vitest'
import { type CheckGroup, check, expectHandedOut, expectPage, expectProblem } from '../kit/check.js'
import type { Answer } from '../kit/http.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { NAVIGATION } from '../kit/visitor.js'

/** CONTRACT: `rateLimit`. */
export const limits: CheckGroup = {
  title: 'the rate limit',
  checks: [
    check(
      'limit-429',
      'a click over the limit MUST be 429 with Retry-After, without a call',
      async ({ open }) => {
        const scene = await open({ options: { rateLimit: { points: 2, durationSeconds: 60 } } })
        const ada = scene.visitor('ada')
        expectHandedOut(await ada.click(), scene)
        expectHandedOut(await ada.click(), scene)
        const page = await ada.click()
        expectPage(page, 429)
        expectRetryAfter(page)
        expect(scene.creates).toHaveLength(2)
        expect(ada.remembered).toHaveLength(2)
      },
    ),

    check(
      'limit-login',
      'the limit MUST be per login, by its cookies, over both ways to open the portal',
      async ({ open }) => {
        const scene = await open({ options: { rateLimit: { points: 2, durationSeconds: 60 } } })
        const [one, two] = [scene.visitor('ada'), scene.visitor('ada')]
        expectHandedOut(await one.click(), scene)
        expect((await one.fetchSession()).status).toBe(200)
        expectPage(await one.click(), 429)
        const problem = await one.fetchSession()
        expectProblem(problem, 429)
        expectRetryAfter(problem)
        // A colleague of the same customer, in another browser.
        expectHandedOut(await two.click(), scene)
        expectHandedOut(await two.click(), scene)
        expect(scene.creates).toHaveLength(4)
      },
    ),

    check('limit-login-id', 'the limit MUST be per login, by getLoginId', async ({ open }) => {
      const scene = await open({
        options: (_usual, toHostCall) => ({
          rateLimit: { points: 2, durationSeconds: 60 },
          getLoginId: (...native: never[]) => toHostCall(...native).headers['x-host-login'],
        }),
      })
      const click = (login: string) =>
        scene.visitor('ada').click('', { ...NAVIGATION, 'x-host-login': login })
      expectHandedOut(await click('one'), scene)
      expectHandedOut(await click('one'), scene)
      expectPage(await click('one'), 429)
      expectHandedOut(await click('two'), scene)
      expectHandedOut(await click('two'), scene)
      expectPage(await click('two'), 429)
    }),

    check(
      'limit-customer',
      'clicks of which no login is known MUST count for the customer, up to five times as many',
      async ({ open }) => {
        const scene = await open({ options: { rateLimit: { points: 2, durationSeconds: 60 } } })
        const known = scene.visitor('ada')
        expectHandedOut(await known.click(), scene)
        for (let clicks = 1; clicks < 9; clicks++) expectHandedOut(await scene.visitor('ada').click(), scene)
        expect((await scene.visitor('ada').fetchSession()).status).toBe(200)
        expectPage(await scene.visitor('ada').click(), 429)
        const problem = await scene.visitor('ada').fetchSession()
        expectProblem(problem, 429)
        expectRetryAfter(problem)
        expectHandedOut(await known.click(), scene)
        expectHandedOut(await scene.visitor('grace').click(), scene)
        expect(scene.creates).toHaveLength(12)
      },
    ),

    check('limit-logout', 'a customer over the limit MUST still be able to log out', async ({ open }) => {
      const scene = await open({ options: { rateLimit: { points: 1, durationSeconds: 60 } } })
      const ada = scene.visitor('ada')
      await ada.click()
      expectPage(await ada.click(), 429)
      expectLoggedOut(await ada.logout(), 1)
    }),

    check('limit-default', 'the default MUST be 20 in 60 seconds', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      for (let clicks = 0; clicks < 20; clicks++) expectHandedOut(await ada.click(), scene)
      const answer = await ada.click()
      expectPage(answer, 429)
      expectRetryAfter(answer)
      expect(scene.creates).toHaveLength(20)
    }),

    check('limit-refused-clicks', 'requests that are refused before MUST NOT count', async ({ open }) => {
      const scene = await open({ options: { rateLimit: { points: 1, durationSeconds: 60 } } })
      const ada = scene.visitor('ada')
      await ada.click('', { accept: '*/*' })
      await ada.request('HEAD', scene.path('/portal_link'))
      await ada.click('?after=login')
      expectHandedOut(await ada.click(), scene)
    }),

    check('limit-off', 'rateLimit: false MUST lift it', async ({ open }) => {
      const scene = await open({ options: { rateLimit: false } })
      const ada = scene.visitor('ada')
      for (let clicks = 0; clicks < 25; clicks++) expectHandedOut(await ada.click(), scene)
    }),
  ],
}

function expectRetryAfter({ headers }: Answer): void {
  expect(headers['retry-after']).toMatch(/^[1-9]\d*$/)
  expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60)
}
