import { expect } from 'vitest'
import { type CheckGroup, check, expectNoCall, expectPrivate, newestSession } from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import type { Answer } from '../kit/http.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import type { Scene } from '../kit/scene.js'
import { NAVIGATION, OLD_BROWSER, SCRIPT } from '../kit/visitor.js'

/** CONTRACT: `GET /portal_return`, the redirect. */
export const portalReturn: CheckGroup = {
  title: 'GET /portal_return brings the customer back',
  checks: [
    check(
      'return-303',
      'the browser MUST go 303 to returnUrl, signed in or not, wherever it comes from',
      async ({ open }) => {
        const plain = await open()
        expectBack(
          await plain.visitor('ada').request('GET', plain.path('/portal_return'), NAVIGATION),
          plain,
          '/',
        )

        const scene = await open({
          options: { baseUrl: 'https://shop.example', returnUrl: '/account?tab=billing' },
        })
        for (const user of ['ada', 'guest', undefined]) {
          for (const headers of [
            NAVIGATION,
            { ...NAVIGATION, 'sec-fetch-site': 'cross-site' },
            OLD_BROWSER,
          ]) {
            const answer = await scene.visitor(user).request('GET', scene.path('/portal_return'), headers)
            expectBack(answer, scene, '/account?tab=billing')
          }
        }
        expectNoCall(scene)
      },
    ),

    check(
      'return-no-navigation',
      'a frame, an image or a script MUST get the redirect alone: no call, no cookie, no count, nothing told to the host',
      async ({ open }) => {
        const told: unknown[] = []
        const scene = await open({
          options: {
            rateLimit: { points: 1, durationSeconds: 60 },
            onPortalLogout: (session: unknown) => told.push(session),
          },
        })
        const ada = scene.visitor('ada')
        await ada.click()
        await fetch(newestSession(scene).access_url)
        for (const headers of [
          { ...NAVIGATION, 'sec-fetch-dest': 'iframe' },
          { ...NAVIGATION, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
          { ...SCRIPT, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
          SCRIPT,
          { accept: '*/*' },
          {},
        ]) {
          const answer = await ada.request('GET', scene.path('/portal_return'), headers)
          expectBack(answer, scene, '/')
          expect(answer.setCookies.filter(({ name }) => name.includes('psso'))).toEqual([])
        }
        expect(scene.emulator.calls().filter(({ operation }) => operation === 'retrieve')).toEqual([])
        expect(told).toEqual([])
        await ada.request('GET', scene.path('/portal_return'), NAVIGATION)
        expect(scene.emulator.calls().filter(({ operation }) => operation === 'retrieve')).toHaveLength(1)
      },
    ),

    check('return-steering', 'no query parameter or header MUST steer the redirect', async ({ open }) => {
      const scene = await open({ options: { returnUrl: '/account' } })
      const query = '?status=logged_out&return_to=//evil.example&returnUrl=//evil.example&url=//evil.example'
      const answer = await scene.visitor('ada').request('GET', `${scene.path('/portal_return')}${query}`, {
        ...NAVIGATION,
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        referer: 'https://evil.example/',
      })
      expectBack(answer, scene, '/account')
    }),

    check(
      'return-fault',
      "when Chargebee can't be reached the redirect MUST still happen and nothing MUST be forgotten",
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        const mend = scene.emulator.fail({ operation: '*', times: ALWAYS, kind: 'reset' })
        expectBack(await ada.request('GET', scene.path('/portal_return'), NAVIGATION), scene, '/')
        mend()
        expectLoggedOut(await ada.logout(), 1)
      },
    ),
  ],
}

function expectBack(answer: Answer, scene: Scene, path: string): void {
  expect(answer.status, answer.body).toBe(303)
  expectPrivate(answer)
  expect(answer.body).toBe('')
  expect(scene.resolve(answer.headers.location, '/portal_return')).toBe(scene.onOrigin(path))
}
