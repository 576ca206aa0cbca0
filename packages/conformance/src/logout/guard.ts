import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectPage,
  expectProblem,
  expectRefusal,
  expectVary,
  without,
} from '../kit/check.js'
import { formsOf, scriptsOf } from '../kit/html.js'
import { type Headers, NAVIGATION, OLD_BROWSER, SCRIPT } from '../kit/visitor.js'

/** Navigations and others that are no click on this host's own page. */
const FOREIGN_GETS: readonly Headers[] = [
  { ...NAVIGATION, 'sec-fetch-site': 'cross-site' },
  { ...NAVIGATION, 'sec-fetch-site': 'same-site' },
  { ...NAVIGATION, 'sec-fetch-site': 'none' },
  without(NAVIGATION, 'sec-fetch-site'),
  { ...NAVIGATION, 'sec-fetch-dest': 'iframe' },
  { ...NAVIGATION, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
  { ...NAVIGATION, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
  OLD_BROWSER,
  { ...OLD_BROWSER, origin: 'https://shop.example', referer: 'https://shop.example/' },
]

/** CONTRACT: `POST | GET /portal_logout`: who may end anything. */
export const logoutGuard: CheckGroup = {
  title: '/portal_logout is not for other websites to call',
  checks: [
    check(
      'logout-get-foreign',
      'any GET but a same-origin navigation MUST get 405, end nothing, and show a browser a page whose one button posts',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example' } })
        const ada = scene.visitor('ada')
        await ada.click()
        for (const headers of FOREIGN_GETS) {
          const answer = await ada.request('GET', scene.path('/portal_logout'), headers)
          expectPage(answer, 405)
          expect(answer.headers.allow).toMatch(/\bPOST\b/)
          expect(scriptsOf(answer.body)).toEqual([])
          const forms = formsOf(answer.body)
          expect(forms.map(({ method, buttons }) => ({ method, buttons }))).toEqual([
            { method: 'post', buttons: 1 },
          ])
          expect(scene.resolve(forms[0]?.action, '/portal_logout')).toBe(scene.publicUrl('/portal_logout'))
        }
        expect(scene.logouts).toEqual([])
        expect(ada.remembered).toHaveLength(1)
      },
    ),

    check(
      'logout-get-script',
      'a script that GETs MUST get 405 as a problem, and end nothing',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        for (const headers of [SCRIPT, { accept: '*/*' }, { accept: 'application/json' }, {}]) {
          expectProblem(await ada.request('GET', scene.path('/portal_logout'), headers), 405)
        }
        expect(scene.logouts).toEqual([])
        expect(ada.remembered).toHaveLength(1)
      },
    ),

    check('logout-get-vary', 'Vary MUST name the headers that decided about a GET', async ({ open }) => {
      const scene = await open()
      const answer = await scene
        .visitor('ada')
        .request('GET', scene.path('/portal_logout'), { ...NAVIGATION, 'sec-fetch-site': 'cross-site' })
      expectVary(answer, 'Sec-Fetch-Site', 'Accept', 'Accept-Encoding')
    }),

    check(
      'logout-post-foreign',
      "another website's POST MUST get 403 and end nothing, for a browser with a page",
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        const foreign = { ...NAVIGATION, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
        const page = await ada.logout(foreign)
        expectPage(page, 403)
        expect(scriptsOf(page.body)).toEqual([])
        expectProblem(await ada.logout({ ...foreign, accept: '*/*' }), 403)
        expectRefusal(await ada.logout({ ...without(foreign, 'sec-fetch-site') }), 403)
        expect(scene.logouts).toEqual([])
        expect(ada.remembered).toHaveLength(1)
      },
    ),
  ],
}
