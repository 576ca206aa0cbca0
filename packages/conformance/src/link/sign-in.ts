import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHandedOut,
  expectNoCall,
  expectPage,
  expectPrivate,
  expectProblem,
  expectSameAddress,
  expectVary,
  rememberedBy,
} from '../kit/check.js'
import { scriptsOf } from '../kit/html.js'
import type { Answer } from '../kit/http.js'
import { HOSTILE_QUERIES, type Query, toSearch } from '../kit/query.js'
import type { Scene } from '../kit/scene.js'
import { NAVIGATION, OLD_BROWSER, SCRIPT } from '../kit/visitor.js'
import { knownOf } from './own-query.js'

/** A navigation whose `Accept` names no HTML: a real navigation, and still a script by the contract's two classes. */
const NAVIGATING_SCRIPT = { ...NAVIGATION, accept: '*/*' }

/** CONTRACT: `GET /portal_link`, steps 2 and 3. */
export const signIn: CheckGroup = {
  title: 'the way through the sign-in of the host',
  checks: [
    check(
      'sign-in-login-url',
      'a browser that is not signed in MUST go 303 to loginUrl with its own path, to, subscription_id and after=login in return_to',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example', loginUrl: '/login' } })
        const cases: Query[] = [
          [],
          [
            ['to', 'edit-subscription'],
            ['subscription_id', 'sub_1'],
          ],
          ...HOSTILE_QUERIES,
        ]
        for (const query of cases) {
          for (const headers of [NAVIGATION, OLD_BROWSER]) {
            const answer = await scene.visitor().click(toSearch(query), headers)
            expectRedirectToLogin(scene, answer, '/login', [...knownOf(query), ['after', 'login']])
          }
        }
        expectNoCall(scene)
      },
    ),

    check(
      'sign-in-login-url-query',
      "loginUrl MUST keep a query of its own, and its values MUST NOT mix with the request's",
      async ({ open }) => {
        const scene = await open({ options: { loginUrl: '/login?realm=shop' } })
        const answer = await scene.visitor().click('?realm=evil&return_to=%2Fevil&to=evil')
        expectRedirectToLogin(
          scene,
          answer,
          '/login',
          [
            ['to', 'evil'],
            ['after', 'login'],
          ],
          [['realm', 'shop']],
        )
      },
    ),

    check('sign-in-vary', 'the redirect to loginUrl MUST name Accept in Vary', async ({ open }) => {
      const scene = await open({ options: { loginUrl: '/login' } })
      expectVary(await scene.visitor().click(), 'Accept')
      expectVary(await scene.visitor().click('', NAVIGATING_SCRIPT), 'Accept')
    }),

    check('sign-in-script', 'a script MUST get 401, with loginUrl too', async ({ open }) => {
      const scene = await open({ options: { loginUrl: '/login' } })
      expectProblem(await scene.visitor().click('', NAVIGATING_SCRIPT), 401)
      expectProblem(await scene.visitor().fetchSession('', { ...SCRIPT, accept: NAVIGATION.accept }), 401)
      expectNoCall(scene)
    }),

    check('sign-in-no-login-url', 'without loginUrl a browser MUST get a 401 page', async ({ open }) => {
      const scene = await open()
      const answer = await scene.visitor().click()
      expectPage(answer, 401)
      expect(scriptsOf(answer.body)).toEqual([])
      expectNoCall(scene)
    }),

    check(
      'sign-in-other-after',
      'any other value of after MUST have no effect and MUST be replaced on the way to loginUrl',
      async ({ open }) => {
        const scene = await open({ options: { loginUrl: '/login' } })
        expectHandedOut(await scene.visitor('ada').click('?after=LOGIN'), scene)
        expectHandedOut(await scene.visitor('ada').click('?after='), scene)
        expectRedirectToLogin(scene, await scene.visitor().click('?after=x'), '/login', [['after', 'login']])
      },
    ),

    check(
      'sign-in-no-customer',
      'NO_CUSTOMER MUST be 404 without a call, and 303 to noCustomerUrl for a browser if there is one',
      async ({ open }) => {
        const plain = await open()
        expectPage(await plain.visitor('guest').click(), 404)
        expectProblem(await plain.visitor('guest').click('', NAVIGATING_SCRIPT), 404)
        expectProblem(await plain.visitor('guest').fetchSession(), 404)
        expectNoCall(plain)

        const scene = await open({
          options: { baseUrl: 'https://shop.example', noCustomerUrl: '/pricing?from=billing' },
        })
        for (const query of ['', '?after=hop', '?return_to=//evil.example']) {
          const answer = await scene.visitor('guest').click(query)
          expectRedirect(answer)
          expect(scene.resolve(answer.headers.location)).toBe(scene.onOrigin('/pricing?from=billing'))
        }
        expectProblem(await scene.visitor('guest').click('', NAVIGATING_SCRIPT), 404)
        expectProblem(
          await scene.visitor('guest').fetchSession('', { ...SCRIPT, accept: NAVIGATION.accept }),
          404,
        )
        expectNoCall(scene)
      },
    ),
  ],
}

function expectRedirect(answer: Answer): void {
  expect(answer.status, answer.body).toBe(303)
  expect(answer.body).toBe('')
  expectPrivate(answer)
  expect(rememberedBy(answer)).toEqual([])
}

function expectRedirectToLogin(
  scene: Scene,
  answer: Answer,
  loginPath: string,
  returnQuery: Query,
  ownQuery: Query = [],
): void {
  expectRedirect(answer)
  const target = new URL(scene.resolve(answer.headers.location))
  const returnTo = target.searchParams.get('return_to') ?? ''
  expectSameAddress(target.href, scene.onOrigin(loginPath), [...ownQuery, ['return_to', returnTo]])
  // A path on the host and nothing else: the host's own check of return_to must like it.
  expect(returnTo).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/)
  expectSameAddress(scene.onOrigin(returnTo), scene.publicUrl('/portal_link'), returnQuery)
}
