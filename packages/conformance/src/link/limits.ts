import { expect } from 'vitest'
import { type CheckGroup, check, expectHandedOut, expectPage, expectProblem } from '../kit/check.js'
import type { Answer } from '../kit/http.js'
import { expectLoggedOut } from '../kit/logout-answers.js'

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
      'limit-customer',
      'the limit MUST be per customer, over all browsers and both ways to open the portal',
      async ({ open }) => {
        const scene = await open({ options: { rateLimit: { points: 2, durationSeconds: 60 } } })
        expectHandedOut(await scene.visitor('ada').click(), scene)
        expect((await scene.visitor('ada').fetchSession()).status).toBe(200)
        expectPage(await scene.visitor('ada').click(), 429)
        const problem = await scene.visitor('ada').fetchSession()
        expectProblem(problem, 429)
        expectRetryAfter(problem)
        expectHandedOut(await scene.visitor('grace').click(), scene)
        expect(scene.creates).toHaveLength(3)
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
      for (let clicks = 0; clicks < 20; clicks++) expectHandedOut(await scene.visitor('ada').click(), scene)
      const answer = await scene.visitor('ada').click()
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
      for (let clicks = 0; clicks < 25; clicks++) expectHandedOut(await scene.visitor('ada').click(), scene)
    }),
  ],
}

function expectRetryAfter({ headers }: Answer): void {
  expect(headers['retry-after']).toMatch(/^[1-9]\d*$/)
  expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60)
}
