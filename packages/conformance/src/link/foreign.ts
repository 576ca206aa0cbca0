import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHandedOut,
  expectNoCall,
  expectPage,
  expectPrivate,
  expectSameAddress,
  expectVary,
  newestSession,
  without,
} from '../kit/check.js'
import { linksOf, refreshOf, scriptsOf } from '../kit/html.js'
import type { Answer } from '../kit/http.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { HOSTILE_QUERIES, type Query, toSearch } from '../kit/query.js'
import { BASE_URL, type Scene } from '../kit/scene.js'
import { NAVIGATION } from '../kit/visitor.js'
import { knownOf } from './own-query.js'

/** What Chromium sends when a page of another website, or a webmail, began the navigation. */
export const FOREIGN = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' } as const

const HOP_COOKIE = /^(__Host-)?psso-hop$/

/** CONTRACT section 4: foreign navigations to the portal link. */
export const foreign: CheckGroup = {
  title: 'a navigation that another website began opens nothing',
  checks: [
    check(
      'foreign-page',
      'it MUST be 200 with a static page that holds one link to the same address: no call, no cookie, no question to the host, an event',
      async ({ open }) => {
        const scene = await open({ options: { loginUrl: '/login' } })
        for (const user of ['ada', 'guest', undefined]) {
          for (const query of ['', '?after=hop', '?after=x']) {
            expectAsked(scene, await scene.visitor(user).click(query, FOREIGN))
          }
        }
        expectNoCall(scene)
        expect(scene.asked).toBe(0)
        expect(new Set(scene.events.map(({ type }) => type))).toEqual(new Set(['request.asked']))
        expect(scene.events).toHaveLength(9)
      },
    ),

    check(
      'foreign-query',
      'its link MUST keep to and subscription_id, drop everything else, and run none of it',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example' } })
        const edit: Query = [
          ['to', 'edit-subscription'],
          ['subscription_id', 'sub_1'],
        ]
        for (const query of [edit, ...HOSTILE_QUERIES]) {
          const answer = await scene
            .visitor('ada')
            .click(toSearch([...query, ['return_to', '/x'], ['after', 'hop']]), FOREIGN)
          expectAsked(scene, answer, knownOf(query))
        }
      },
    ),

    check(
      'foreign-click',
      'a click on its link MUST open the portal, with the destination that was asked for',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        const page = await ada.click('?to=edit-subscription&subscription_id=sub_1', FOREIGN)
        const next = new URL(scene.resolve(linksOf(page.body)[0]))
        expectHandedOut(await ada.click(next.search), scene)
        expect(scene.creates.at(-1)?.params).toMatchObject({
          forward_url: expect.stringContaining('sub_1'),
        })
      },
    ),

    check(
      'foreign-spends-nothing',
      'any number of them MUST neither count, end nor push out anything, with after=login too',
      async ({ open }) => {
        const scene = await open({
          options: { loginUrl: '/login', maxSessions: 1, rateLimit: { points: 2, durationSeconds: 60 } },
        })
        const ada = scene.visitor('ada')
        expectHandedOut(await ada.click(), scene)
        for (let times = 0; times < 6; times++) {
          for (const query of ['', '?after=login', '?after=hop']) {
            const page = await ada.click(query, FOREIGN)
            expect(page.status).toBe(200)
            expect(refreshOf(page.body)).toBeUndefined()
          }
        }
        expect(scene.creates).toHaveLength(1)
        expect(newestSession(scene).status).toBe('created')
        expectHandedOut(await ada.click(), scene)
        expectLoggedOut(await ada.logout(), 1)
      },
    ),

    check(
      'foreign-not-foreign',
      "same-origin, same-site, none, no header, and a referrer of the host's own origin MUST open the portal",
      async ({ open }) => {
        const scene = await open()
        for (const site of ['same-site', 'none', 'same-origin', undefined]) {
          const headers = without(NAVIGATION, 'sec-fetch-site')
          const answer = await scene
            .visitor('ada')
            .click('', { ...headers, ...(site && { 'sec-fetch-site': site }) })
          expectHandedOut(answer, scene)
        }
        for (const path of ['', '/', '/account?x=1']) {
          const answer = await scene.visitor('ada').click('', { ...FOREIGN, referer: `${BASE_URL}${path}` })
          expectHandedOut(answer, scene)
        }
        const made = scene.creates.length
        for (const referer of [
          'https://evil.example/',
          `https://evil.example/?${BASE_URL}/`,
          `${BASE_URL}.evil.example/`,
          `${BASE_URL}@evil.example/`,
          BASE_URL.replace('8080', '8443'),
          'null',
          '',
        ]) {
          expectAsked(scene, await scene.visitor('ada').click('', { ...FOREIGN, referer }))
        }
        expect(scene.creates).toHaveLength(made)
      },
    ),

    check(
      'foreign-frames',
      'what is no navigation MUST be 403, from another website too, and a foreign prefetch 503',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        for (const query of ['', '?after=login']) {
          expectPage(await ada.click(query, { ...FOREIGN, 'sec-fetch-dest': 'iframe' }), 403)
          expect((await ada.click(query, { ...FOREIGN, 'sec-purpose': 'prefetch' })).status).toBe(503)
        }
        expectNoCall(scene)
      },
    ),

    check(
      'foreign-allow',
      "with crossSite 'allow' it MUST open the portal, and after=login MUST go on by itself",
      async ({ open }) => {
        const scene = await open({ options: { crossSite: 'allow' } })
        expectHandedOut(await scene.visitor('ada').click('', FOREIGN), scene)
        const page = await scene.visitor('ada').click('?after=login', FOREIGN)
        expect(refreshOf(page.body)).toBeDefined()
      },
    ),

    check(
      'foreign-after-login',
      'after=login MUST go on by itself once for a browser that was sent to loginUrl, and by the link alone for any other',
      async ({ open }) => {
        for (const baseUrl of [BASE_URL, 'https://shop.example']) {
          const scene = await open({ options: { baseUrl, loginUrl: '/login' } })
          const visitor = scene.visitor()
          const sent = await visitor.click('?to=edit-subscription&subscription_id=sub_1')
          const cookie = sent.setCookies.find(({ name }) => HOP_COOKIE.test(name))
          const attributes = [...(cookie?.attributes ?? [])].filter(([name]) => name !== 'expires')
          expect(cookie?.name.startsWith('__Host-')).toBe(baseUrl.startsWith('https:'))
          expect(
            Object.fromEntries(attributes.map(([name, value]) => [name, value.toLowerCase()])),
          ).toMatchObject({
            path: '/',
            httponly: '',
            samesite: 'lax',
            'max-age': '600',
            priority: 'high',
            ...(baseUrl.startsWith('https:') && { secure: '' }),
          })
          expect(cookie?.value.split('.')).toHaveLength(5)

          visitor.user = 'ada'
          const back = await visitor.click('?after=login', FOREIGN)
          expect(back.status).toBe(200)
          expectSameAddress(scene.resolve(refreshOf(back.body)), scene.publicUrl('/portal_link'), [
            ['after', 'hop'],
          ])
          expect(back.setCookies.filter(({ deletes }) => deletes).map(({ name }) => name)).toEqual([
            cookie?.name,
          ])
          expectNoCall(scene)
          expectHandedOut(await visitor.click('?after=hop'), scene)

          const again = await visitor.click('?after=login', FOREIGN)
          expect(refreshOf(again.body)).toBeUndefined()
          expectSameAddress(scene.resolve(linksOf(again.body)[0]), scene.publicUrl('/portal_link'), [
            ['after', 'hop'],
          ])
        }
      },
    ),

    check(
      'foreign-after-login-elsewhere',
      'the cookie of another site, of another name or with a changed value MUST NOT make the page go on by itself',
      async ({ open }) => {
        const [one, two] = [await open({ options: { loginUrl: '/login' } }), await open()]
        const sent = await one.visitor().click()
        const { name, value } = sent.setCookies.find(({ name }) => HOP_COOKIE.test(name)) ?? {}
        if (name === undefined || value === undefined) throw new Error('the cookie is missing')
        const tries: [Scene, string][] = [
          [two, value],
          [one, `${value.slice(0, -2)}xx`],
          [one, ''],
          [one, 'x'.repeat(300)],
        ]
        for (const [scene, given] of tries) {
          const visitor = scene.visitor('ada')
          visitor.jar.set(name, given)
          const page = await visitor.click('?after=login', FOREIGN)
          expect(page.status).toBe(200)
          expect(refreshOf(page.body)).toBeUndefined()
        }
        // Any stranger can send these: nothing is to be said of them.
        expect([...one.events, ...two.events].filter(({ type }) => type === 'cookie.unreadable')).toEqual([])
        expectNoCall(one)
        expectNoCall(two)
      },
    ),

    check(
      'foreign-no-cookie-for-strangers',
      'a foreign navigation and a script MUST NOT be given that cookie',
      async ({ open }) => {
        const scene = await open({ options: { loginUrl: '/login' } })
        for (const headers of [FOREIGN, { ...NAVIGATION, accept: '*/*' }]) {
          const answer = await scene.visitor().click('', headers)
          expect(answer.setCookies.filter(({ name }) => name.includes('psso'))).toEqual([])
        }
      },
    ),
  ],
}

export function expectAsked(scene: Scene, answer: Answer, query: Query = [], route = '/portal_link'): void {
  expectPage(answer, 200)
  expectPrivate(answer)
  expectVary(answer, 'Sec-Fetch-Site')
  expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(scriptsOf(answer.body)).toEqual([])
  expect(refreshOf(answer.body)).toBeUndefined()
  const links = linksOf(answer.body)
  expect(links).toHaveLength(1)
  expectSameAddress(scene.resolve(links[0], route), scene.publicUrl(route), query)
}
