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
import { scriptsOf, tagsOf } from '../kit/html.js'
import type { Stage } from '../kit/scene.js'
import { type Headers, NAVIGATION, SCRIPT, type Visitor } from '../kit/visitor.js'
import { expectSignedIn } from './check.js'
import { type Begun, FROM_CHARGEBEE, LOGIN, LoginScene } from './scene.js'

const SPECULATIVE: readonly Record<string, string>[] = [
  { 'sec-purpose': 'prefetch' },
  { 'sec-purpose': 'prefetch;prerender' },
  { purpose: 'prefetch' },
  { 'x-purpose': 'preview' },
  { 'x-sec-purpose': 'prefetch' },
  { 'x-moz': 'prefetch' },
  { 'next-router-prefetch': '1' },
  { 'hx-preloaded': 'true' },
]

/** What is no person following a link. */
const NO_NAVIGATIONS: readonly Record<string, string>[] = [
  { 'sec-fetch-dest': 'iframe' },
  { 'sec-fetch-dest': 'frame' },
  { 'sec-fetch-dest': 'embed' },
  { 'sec-fetch-dest': 'object' },
  { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
  { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
  { 'sec-fetch-mode': 'no-cors' },
  { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
  { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-mode': 'nested-navigate' },
]

const OTHER_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'] as const

/** CONTRACT section 4: who may begin and finish a login. */
export const loginGuard: CheckGroup = {
  title: 'a login is begun and finished by a real navigation only',
  checks: [
    check(
      'login-guard-prefetch',
      'a prefetch of either route MUST be 503 without a call, a cookie or an event, and leave the login as it is',
      async (stage) => {
        await expectSpared(stage, async (tryWith) => {
          for (const speculative of SPECULATIVE) {
            for (const headers of [NAVIGATION, FROM_CHARGEBEE, { accept: '*/*' }]) {
              for (const answer of await tryWith('GET', { ...headers, ...speculative })) {
                expectRefusal(answer, 503)
                expectVary(answer, ...Object.keys(speculative))
              }
            }
            for (const answer of await tryWith('HEAD', speculative)) expectRefusal(answer, 503)
          }
        })
      },
    ),

    check(
      'login-guard-head',
      'HEAD of either route MUST be 204 without a call or a cookie, and leave the login as it is',
      async (stage) => {
        await expectSpared(stage, async (tryWith) => {
          for (const headers of [NAVIGATION, FROM_CHARGEBEE, { accept: '*/*' }, {}]) {
            for (const answer of await tryWith('HEAD', headers)) expectRefusal(answer, 204)
          }
        })
      },
    ),

    check(
      'login-guard-methods',
      'other methods MUST be 405 with Allow, without a call or a cookie, and leave the login as it is',
      async (stage) => {
        await expectSpared(stage, async (tryWith) => {
          for (const method of OTHER_METHODS) {
            for (const answer of await tryWith(method, NAVIGATION)) {
              expectPage(answer, 405)
              const allowed = (answer.headers.allow ?? '').split(/, ?/)
              expect(allowed).toContain('GET')
              expect(allowed).not.toContain(method)
            }
            for (const answer of await tryWith(method, SCRIPT)) expectProblem(answer, 405)
          }
        })
      },
    ),

    check(
      'login-guard-frames',
      'frames, images and scripts MUST be 403 without a call or a cookie, and leave the login as it is',
      async (stage) => {
        await expectSpared(stage, async (tryWith) => {
          for (const other of NO_NAVIGATIONS) {
            for (const answer of await tryWith('GET', { ...FROM_CHARGEBEE, ...other })) {
              expectPage(answer, 403)
              expectVary(answer, 'Accept', 'Sec-Fetch-Mode', 'Sec-Fetch-Dest')
              expect(scriptsOf(answer.body)).toEqual([])
            }
            for (const answer of await tryWith('GET', { ...SCRIPT, ...other, accept: '*/*' }))
              expectProblem(answer, 403)
          }
          for (const answer of await tryWith('GET', without(SCRIPT, 'sec-fetch-site')))
            expectProblem(answer, 403)
        })
      },
    ),

    check(
      'login-guard-way-on',
      'the page about a frame MUST hold a plain link out of the frame',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const page = await host.start(host.visitor(), '', { ...NAVIGATION, 'sec-fetch-dest': 'iframe' })
        expectPage(page, 403)
        const links = tagsOf(page.body).filter(({ name }) => name === 'a')
        expect(links.map(({ attributes }) => attributes.get('target'))).toContain('_top')
        const [link] = links.filter(({ attributes }) => attributes.get('target') === '_top')
        expect(host.scene.resolve(link?.attributes.get('href'), LOGIN)).toBe(host.scene.publicUrl(LOGIN))
      },
    ),

    check('login-guard-closed', 'after close() both routes MUST be 503', async (stage) => {
      const host = await LoginScene.open(stage)
      const visitor = host.visitor()
      const address = await host.signIn(await host.begin(visitor))
      await visitor.host('POST', '/host/close-portal')
      expectRefusal(await host.start(visitor), 503)
      expect((await host.arrive(visitor, address)).status).toBe(503)
      host.expectUntouched()
    }),
  ],
}

type Answers = Awaited<ReturnType<Visitor['request']>>[]

/** Runs requests to both routes, and then sees that the login that was begun before can still be finished. */
async function expectSpared(
  stage: Stage,
  run: (tryWith: (method: string, headers: Headers) => Promise<Answers>) => Promise<void>,
): Promise<void> {
  const host = await LoginScene.open(stage)
  const visitor = host.visitor()
  const begun: Begun = await host.begin(visitor)
  const address = await host.signIn(begun)
  await run(async (method, headers) => [
    await visitor.request(method, host.scene.path(LOGIN), headers),
    await visitor.request(method, host.pathOf(address), headers),
    // Without parameters it would be a cancelled login.
    await visitor.request(method, host.pathOf(begun.returnUrl), headers),
  ])
  host.expectUntouched()
  expect(visitor.jar.get(begun.cookie.name)).toBe(begun.cookie.value)
  expectSignedIn(await host.arrive(visitor, address), host)
}
