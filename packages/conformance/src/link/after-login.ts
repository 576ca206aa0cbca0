import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHandedOut,
  expectNoCall,
  expectPage,
  expectPrivate,
  expectSameAddress,
  rememberedBy,
} from '../kit/check.js'
import { linksOf, refreshOf, scriptsOf } from '../kit/html.js'
import type { Answer } from '../kit/http.js'
import { HOSTILE_QUERIES, type Query, toSearch } from '../kit/query.js'
import type { Scene } from '../kit/scene.js'
import { NAVIGATION } from '../kit/visitor.js'
import { knownOf } from './own-query.js'

/** CONTRACT: `GET /portal_link`, step 2: from the sign-in to the portal by a fresh GET. */
export const afterLogin: CheckGroup = {
  title: 'after=login and after=hop',
  checks: [
    check(
      'sign-in-after-login',
      'after=login MUST be a static page that makes no call, remembers nothing and goes on to after=hop by refresh and link',
      async ({ open }) => {
        for (const user of ['ada', undefined]) {
          const scene = await open({ options: { loginUrl: '/login' } })
          for (const query of [
            [],
            [
              ['to', 'edit-subscription'],
              ['subscription_id', 'sub_1'],
            ],
          ] satisfies Query[]) {
            const answer = await scene.visitor(user).click(toSearch([...query, ['after', 'login']]))
            expectHopPage(scene, answer, query)
          }
          expectNoCall(scene)
          expect(scene.asked).toBe(0)
        }
      },
    ),

    check(
      'sign-in-after-login-hostile',
      'the page MUST lead to the same address with to and subscription_id alone, whatever stands in the query, and run none of it',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example', loginUrl: '/login' } })
        for (const query of HOSTILE_QUERIES) {
          const answer = await scene.visitor('ada').click(toSearch([...query, ['after', 'login']]))
          expectHopPage(scene, answer, query)
        }
        // As an attacker may write it: nothing percent-encoded that a request line can carry.
        const raw = await scene
          .visitor('ada')
          .click(`?after=login&x="><script>alert(1)</script>&y='onload='x`)
        expect(raw.status).toBe(200)
        expect(scriptsOf(raw.body)).toEqual([])
        expectNoCall(scene)
      },
    ),

    check(
      'sign-in-hop',
      'after=hop MUST open the portal for a customer who is signed in',
      async ({ open }) => {
        const scene = await open({ options: { loginUrl: '/login' } })
        expectHandedOut(await scene.visitor('ada').click('?after=hop'), scene)
        expect(scene.creates).toHaveLength(1)
      },
    ),

    check(
      'sign-in-whole-way',
      'link, sign-in, page, hop, portal: the addresses that we give out MUST lead there',
      async ({ open }) => {
        const scene = await open({ options: { loginUrl: '/login' } })
        const visitor = scene.visitor()
        const first = await visitor.click()
        const returnTo = new URL(scene.resolve(first.headers.location)).searchParams.get('return_to') ?? ''
        visitor.user = 'ada'
        const page = await visitor.request('GET', behindProxy(scene, returnTo), NAVIGATION)
        const hop = new URL(scene.resolve(refreshOf(page.body)))
        const last = await visitor.request(
          'GET',
          behindProxy(scene, `${hop.pathname}${hop.search}`),
          NAVIGATION,
        )
        expectHandedOut(last, scene)
      },
    ),

    check(
      'sign-in-no-loop',
      'after=hop without a sign-in MUST be 401, and an event MUST say where to look',
      async ({ open }) => {
        const scene = await open({ options: { loginUrl: '/login' } })
        const answer = await scene.visitor().click('?after=hop')
        expectPage(answer, 401)
        expect(JSON.stringify(scene.events)).toContain(
          'mounted before your sign-in, or a user without an id?',
        )
        // Any stranger can ask for it.
        expect(scene.events.filter(({ type }) => type === 'misconfigured')).toEqual([])
        expectNoCall(scene)
      },
    ),
  ],
}

function expectHopPage(scene: Scene, answer: Answer, query: Query): void {
  expect(answer.status, answer.body).toBe(200)
  expectPrivate(answer)
  expect(answer.headers['content-type']).toMatch(/^text\/html; ?charset=utf-8$/i)
  expect(rememberedBy(answer)).toEqual([])
  expect(scriptsOf(answer.body)).toEqual([])
  // Nothing stands in the page unescaped, harmless or not.
  expect(answer.body).not.toMatch(/&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i)
  const links = linksOf(answer.body)
  expect(links).toHaveLength(1)
  for (const target of [refreshOf(answer.body), ...links]) {
    expectSameAddress(scene.resolve(target), scene.publicUrl('/portal_link'), [
      ...knownOf(query),
      ['after', 'hop'],
    ])
  }
}

/** A public path as it arrives at the host, when a proxy has taken its part away. */
function behindProxy(scene: Scene, path: string): string {
  const { strippedPath } = scene.host
  return path.startsWith(`${strippedPath}/`) ? path.slice(strippedPath.length) : path
}
