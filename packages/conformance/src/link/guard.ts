import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHandedOut,
  expectNoCall,
  expectPage,
  expectProblem,
  expectRefusal,
  expectVary,
  without,
} from '../kit/check.js'
import { linksOf, scriptsOf, tagsOf } from '../kit/html.js'
import { json } from '../kit/http.js'
import { type Headers, NAVIGATION, SCRIPT } from '../kit/visitor.js'

/** Each route with a method that it takes. */
const ROUTES = [
  ['GET', '/portal_link'],
  ['POST', '/portal_session'],
  ['POST', '/portal_logout'],
  ['GET', '/portal_logout'],
  ['GET', '/portal_return'],
] as const

const SPECULATIVE: readonly Record<string, string>[] = [
  { 'sec-purpose': 'prefetch' },
  { 'sec-purpose': 'prefetch;prerender' },
  { 'sec-purpose': 'prefetch;anonymous-client-ip' },
  { 'sec-purpose': 'preview' },
  { 'sec-purpose': 'Prefetch' },
  { purpose: 'prefetch' },
  { purpose: 'preview' },
  { 'x-purpose': 'preview' },
  { 'x-purpose': 'prefetch' },
  { 'x-sec-purpose': 'prefetch' },
  { 'x-moz': 'prefetch' },
  { 'next-router-prefetch': '1' },
  { 'hx-preloaded': 'true' },
]

type Fetched = readonly [mode: string | undefined, destination: string | undefined, accept: string]

const PAGES = NAVIGATION.accept
const REAL_NAVIGATIONS: readonly Fetched[] = [
  ['navigate', 'document', PAGES],
  ['navigate', 'document', '*/*'],
  ['navigate', 'empty', PAGES],
  ['navigate', undefined, PAGES],
  [undefined, 'document', PAGES],
  [undefined, 'empty', PAGES],
  [undefined, undefined, PAGES],
]
const OTHERS: readonly Fetched[] = [
  ['navigate', 'iframe', PAGES],
  ['navigate', 'frame', PAGES],
  ['navigate', 'embed', PAGES],
  ['navigate', 'object', PAGES],
  ['navigate', 'fencedframe', PAGES],
  ['nested-navigate', 'document', PAGES],
  ['cors', 'empty', '*/*'],
  ['cors', 'empty', PAGES],
  ['cors', 'document', PAGES],
  ['same-origin', 'empty', PAGES],
  ['no-cors', 'image', 'image/avif,image/webp,*/*;q=0.8'],
  ['no-cors', 'script', '*/*'],
  ['no-cors', 'style', 'text/css,*/*;q=0.1'],
  ['no-cors', 'empty', '*/*'],
  ['no-cors', 'document', PAGES],
  ['websocket', 'websocket', '*/*'],
  ['navigate', 'worker', PAGES],
  ['no-cors', undefined, PAGES],
  ['cors', undefined, PAGES],
  [undefined, 'image', PAGES],
  [undefined, 'iframe', PAGES],
  [undefined, undefined, '*/*'],
  [undefined, undefined, 'application/json'],
  [undefined, undefined, 'application/xhtml+xml, text/plain'],
  [undefined, undefined, 'text/html-fragment, x-text/html'],
  ['navigate, navigate', 'document', PAGES],
  ['navigate', 'document, document', PAGES],
]

/** CONTRACT section 4: who may make anything happen. */
export const guard: CheckGroup = {
  title: 'only a real navigation, or a script of the same origin',
  checks: [
    check(
      'guard-prefetch',
      'a request that announces prefetch, prerender or preview MUST get 503 on every route, without call, cookie or event',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        for (const speculative of SPECULATIVE) {
          for (const [method, route] of ROUTES) {
            const answer = await ada.request(method, scene.path(route), { ...NAVIGATION, ...speculative })
            expectRefusal(answer, 503)
            expectVary(answer, ...Object.keys(speculative))
          }
          expectRefusal(await ada.click('?after=login', { ...NAVIGATION, ...speculative }), 503)
          expectRefusal(await ada.request('HEAD', scene.path('/portal_link'), speculative), 503)
        }
        expectNoCall(scene)
        expect(scene.events).toEqual([])
        expect(scene.asked).toBe(0)
      },
    ),

    check('guard-prefetch-keeps', 'a prefetched logout, or HEAD, MUST end nothing', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await ada.click()
      expectRefusal(await ada.logout({ ...SCRIPT, 'sec-purpose': 'prefetch' }), 503)
      expectRefusal(await ada.request('HEAD', scene.path('/portal_logout'), NAVIGATION), 204)
      expect(scene.logouts).toEqual([])
      expect(ada.remembered).toHaveLength(1)
    }),

    check('guard-head', 'HEAD MUST get 204 on every route, without call or cookie', async ({ open }) => {
      const scene = await open()
      for (const user of ['ada', undefined]) {
        for (const route of new Set(ROUTES.map(([, path]) => path))) {
          const answer = await scene.visitor(user).request('HEAD', scene.path(route), NAVIGATION)
          expectRefusal(answer, 204)
        }
        expectRefusal(
          await scene.visitor(user).request('HEAD', scene.path('/portal_link'), { accept: '*/*' }),
          204,
        )
      }
      expectNoCall(scene)
      expect(scene.asked).toBe(0)
    }),

    check(
      'guard-methods',
      "other methods than the route's MUST get 405 with Allow, without call or cookie",
      async ({ open }) => {
        const scene = await open()
        const known = new Set(ROUTES.map(([method, route]) => `${method} ${route}`))
        for (const route of new Set(ROUTES.map(([, path]) => path))) {
          for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
            if (known.has(`${method} ${route}`)) continue
            const answer = await scene.visitor('ada').request(method, scene.path(route), NAVIGATION)
            expectRefusal(answer, 405)
            const allowed = (answer.headers.allow ?? '').split(/, ?/)
            expect(allowed).toEqual(expect.arrayContaining(methodsOf(route)))
            expect(allowed).not.toContain(method)
          }
        }
        expectNoCall(scene)
        expect(scene.asked).toBe(0)
      },
    ),

    check(
      'guard-method-form',
      'a form that posts to the portal link MUST get 405, with after=login too',
      async ({ open }) => {
        const scene = await open()
        for (const query of ['', '?after=login', '?after=hop']) {
          const answer = await scene
            .visitor('ada')
            .request(
              'POST',
              `${scene.path('/portal_link')}${query}`,
              { ...NAVIGATION, 'content-type': 'application/x-www-form-urlencoded' },
              'a=b',
            )
          expectPage(answer, 405)
        }
        expectNoCall(scene)
      },
    ),

    check(
      'guard-navigation',
      'a real navigation MUST pass: mode navigate, destination document or empty, one of them alone, or a browser without both',
      async ({ open }) => {
        const scene = await open()
        for (const fetched of REAL_NAVIGATIONS) {
          const answer = await scene.visitor('ada').click('', toHeaders(fetched))
          expectHandedOut(answer, scene)
        }
        expect(scene.creates).toHaveLength(REAL_NAVIGATIONS.length)
      },
    ),

    check(
      'guard-not-navigation',
      'subresources, frames, scripts and half-fitting requests MUST get 403, without call or cookie',
      async ({ open }) => {
        const scene = await open()
        for (const fetched of OTHERS) {
          for (const query of ['', '?after=login', '?after=hop']) {
            const answer = await scene.visitor('ada').click(query, toHeaders(fetched))
            expectRefusal(answer, 403)
          }
        }
        expectNoCall(scene)
        expect(scene.asked).toBe(0)
      },
    ),

    check(
      'guard-no-accept',
      'a request with neither Fetch Metadata nor Accept MUST get 403',
      async ({ open }) => {
        const scene = await open()
        expectProblem(await scene.visitor('ada').click('', {}), 403)
        expectNoCall(scene)
      },
    ),

    check(
      'guard-stripped-headers',
      "a signed-in customer's click with neither Fetch Metadata nor an Accept that names HTML MUST make a misconfigured event, a stranger's none",
      async ({ open }) => {
        const scene = await open()
        const told = () => scene.events.filter(({ type }) => type === 'misconfigured')
        for (const user of [undefined, 'guest']) {
          expectProblem(await scene.visitor(user).click('', { accept: '*/*' }), 403)
        }
        expectProblem(await scene.visitor('ada').click('', SCRIPT), 403)
        expect(told()).toEqual([])
        expectProblem(await scene.visitor('ada').click('', { accept: '*/*' }), 403)
        expect(told()).toHaveLength(1)
        expect(JSON.stringify(told())).toContain('Sec-Fetch-Mode')
        expectNoCall(scene)
      },
    ),

    check(
      'guard-403-page',
      'the 403 page MUST say how to do it right and hold a link with target="_top" to try again',
      async ({ open }) => {
        const scene = await open()
        const answer = await scene.visitor('ada').click('', { ...NAVIGATION, 'sec-fetch-dest': 'iframe' })
        expectPage(answer, 403)
        expect(scriptsOf(answer.body)).toEqual([])
        expect(linksOf(answer.body).map((href) => scene.resolve(href))).toContain(
          scene.publicUrl('/portal_link'),
        )
        const links = tagsOf(answer.body).filter(({ name }) => name === 'a')
        expect(links.map(({ attributes }) => attributes.get('target'))).toContain('_top')
        expectVary(answer, 'Sec-Fetch-Dest', 'Accept')
      },
    ),

    check(
      'guard-403-json',
      'a script MUST get the 403 as a problem that says how to do it right',
      async ({ open }) => {
        const scene = await open()
        const answer = await scene.visitor('ada').click('', SCRIPT)
        expectProblem(answer, 403)
        expect(String(json(answer).detail)).toMatch(/link|navigat/i)
        expect(answer.headers['x-content-type-options']).toBe('nosniff')
        expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin')
        expectVary(answer, 'Sec-Fetch-Mode', 'Accept')
      },
    ),
  ],
}

function toHeaders([mode, destination, accept]: Fetched): Headers {
  return {
    ...without(NAVIGATION, 'sec-fetch-mode', 'sec-fetch-dest'),
    accept,
    ...(mode === undefined ? {} : { 'sec-fetch-mode': mode }),
    ...(destination === undefined ? {} : { 'sec-fetch-dest': destination }),
  }
}

function methodsOf(route: string): string[] {
  return ROUTES.filter(([, path]) => path === route).map(([method]) => method)
}
