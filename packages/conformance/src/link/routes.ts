import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHandedOut,
  expectNext,
  expectNoCall,
  expectRefusal,
  newestSession,
} from '../kit/check.js'
import { varyOf } from '../kit/http.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { NAVIGATION, SCRIPT, type Visitor } from '../kit/visitor.js'

const ALL = ['/portal_link', '/portal_session', '/portal_logout', '/portal_return'] as const

/** CONTRACT sections 2 and 4: which requests are ours. */
export const routes: CheckGroup = {
  title: 'routes',
  checks: [
    check('routes-unrelated', 'a request that is not ours MUST go on untouched', async ({ open }) => {
      const scene = await open()
      const answer = await scene
        .visitor('ada')
        .host('GET', '/host/ping', { ...NAVIGATION, 'sec-purpose': 'prefetch' })
      expect(answer.status).toBe(200)
      expect(answer.body).toBe('pong')
      expect(varyOf(answer)).toEqual(['accept-encoding'])
      expect(answer.setCookies.map(({ raw }) => raw)).toEqual(['host=yes; Path=/; HttpOnly'])
      expect(answer.headers['cache-control']).toBeUndefined()
      expect(answer.headers['referrer-policy']).toBeUndefined()
      expect(scene.events).toEqual([])
      expect(scene.asked).toBe(0)
      expectNoCall(scene)
    }),

    check('routes-slash', 'one trailing slash MUST be tolerated', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      expectHandedOut(await ada.request('GET', scene.path('/portal_link/'), NAVIGATION), scene)
      expect((await ada.request('POST', scene.path('/portal_session/'), SCRIPT)).status).toBe(200)
      expect((await ada.request('GET', scene.path('/portal_return/'), NAVIGATION)).status).toBe(303)
      expectLoggedOut(await ada.request('POST', scene.path('/portal_logout/'), SCRIPT), 2)
    }),

    check(
      'routes-slash-address',
      'the addresses made for a request with a trailing slash MUST be the same as without',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example' } })
        await scene.visitor('ada').click('/')
        expect(newestSession(scene).redirect_url).toBe(scene.publicUrl('/portal_return'))
      },
    ),

    check('routes-exact', 'routes MUST match exactly and case-sensitively', async ({ open }) => {
      const scene = await open()
      for (const route of ALL) {
        const others = [
          route.toUpperCase(),
          route.replace('p', 'P'),
          `${route}2`,
          `${route}.json`,
          `${route}/x`,
          `${route}/x/`,
          `${route};a=b`,
          `${route}%20`,
          route.slice(0, -1),
          route.replace('_', '-'),
          route.replace('_', '%5F'),
          `/x${route}`,
        ]
        for (const other of others) await expectNotOurs(scene.visitor('ada'), scene.path(other))
      }
      expectNoCall(scene)
      expect(scene.asked).toBe(0)
    }),

    check('routes-slashes', 'a doubled or encoded slash MUST NOT be ours', async ({ open }) => {
      const scene = await open()
      for (const route of ALL) {
        const others = [
          scene.path(`/${route}`),
          scene.path(`//${route}`),
          scene.path(`${route}//`),
          scene.path(`${route}/%2F`),
          scene.path(`${route}%2F`),
          scene.path(`${route}%2f`),
          scene.path(`/%2F${route.slice(1)}`),
          scene.path(`%2F${route.slice(1)}`),
          scene.path(`\\${route.slice(1)}`),
          scene.path(`${route}\\`),
          scene.path(`${route}%5C`),
          scene.path(`/.${route}`),
          scene.path(`/x/..${route}`),
          `/${scene.path(route)}`,
          `//${scene.path(route)}`,
          `/evil.example/${scene.path(route)}`,
          `//evil.example${scene.path(route)}`,
        ]
        for (const other of others) {
          // A request line must begin with a slash, else Node answers it alone.
          if (other.startsWith('/')) await expectNotOurs(scene.visitor('ada'), other)
        }
      }
      expectNoCall(scene)
      expect(scene.asked).toBe(0)
    }),

    check('routes-mount', 'a mount path that is spelt otherwise MUST NOT be ours', async ({ open }) => {
      const scene = await open()
      const { mountPath } = scene.host
      if (mountPath === '') return
      const [first = '', ...rest] = mountPath.slice(1)
      const encoded = `/%${first.charCodeAt(0).toString(16)}${rest.join('')}`
      for (const mount of [
        encoded,
        `/${mountPath}`,
        `${mountPath}/`,
        `/.${mountPath}`,
        `/x/..${mountPath}`,
        '',
      ]) {
        await expectNotOurs(scene.visitor('ada'), `${mount}/portal_link`)
      }
      expectNoCall(scene)
    }),

    check(
      'routes-absolute',
      'a request line with a whole URL MUST be answered as any other, and its host be nowhere',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example', loginUrl: '/login' } })
        for (const user of ['ada', undefined]) {
          const answer = await scene
            .visitor(user)
            .request('GET', `http://evil.example${scene.path('/portal_link')}`, NAVIGATION)
          expect(answer.status, answer.body).toBe(303)
          expect(JSON.stringify([answer.headers, answer.body, scene.emulator.calls()])).not.toContain(
            'evil.example',
          )
        }
        expect(newestSession(scene).redirect_url).toBe(scene.publicUrl('/portal_return'))
      },
    ),

    check(
      'routes-moved',
      'a moved route MUST answer at its new path and no longer at the old one',
      async ({ open }) => {
        const scene = await open({
          options: {
            baseUrl: 'https://shop.example',
            loginUrl: '/login',
            routes: {
              portal: '/open/billing',
              session: '/open/session',
              logout: '/open/out',
              return: '/open/back',
            },
          },
        })
        const ada = scene.visitor('ada')
        expectHandedOut(await ada.request('GET', scene.path('/open/billing'), NAVIGATION), scene)
        expect(newestSession(scene).redirect_url).toBe(scene.publicUrl('/open/back'))
        expect((await ada.request('POST', scene.path('/open/session'), SCRIPT)).status).toBe(200)
        expect((await ada.request('GET', scene.path('/open/back'), NAVIGATION)).status).toBe(303)
        expectLoggedOut(await ada.request('POST', scene.path('/open/out'), SCRIPT), 2)
        const login = await scene.visitor().request('GET', scene.path('/open/billing'), NAVIGATION)
        const returnTo = new URL(scene.resolve(login.headers.location)).searchParams.get('return_to') ?? ''
        expect(scene.onOrigin(returnTo)).toBe(`${scene.publicUrl('/open/billing')}?after=login`)
        for (const route of ALL) await expectNotOurs(ada, scene.path(route))
      },
    ),

    check('routes-off', 'a route that is switched off MUST NOT be ours', async ({ open }) => {
      const scene = await open({
        options: { routes: { portal: false, session: false, logout: false, return: false } },
      })
      for (const route of ALL) await expectNotOurs(scene.visitor('ada'), scene.path(route))
      expectNoCall(scene)
      const one = await open({ options: { routes: { session: false } } })
      await expectNotOurs(one.visitor('ada'), one.path('/portal_session'))
      expectHandedOut(await one.visitor('ada').click(), one)
    }),

    check('routes-no-login', 'without the option login its routes MUST NOT be ours', async ({ open }) => {
      const scene = await open()
      for (const route of ['/portal_login', '/portal_callback/state', '/portal_callback']) {
        await expectNotOurs(scene.visitor('ada'), scene.path(route))
      }
    }),

    check(
      'routes-options',
      'a misspelt option MUST be a TypeError that names it and the right name, and no key',
      async ({ open }) => {
        const key = 'test_a_key_that_must_not_be_printed'
        const scene = open({ options: { apiKey: key, retrunUrl: '/account' } })
        const error: unknown = await scene.then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        expect(error).toBeInstanceOf(TypeError)
        expect((error as Error).message).toContain('retrunUrl')
        expect((error as Error).message).toContain('returnUrl')
        expect(String((error as Error).stack)).not.toContain(key)
      },
    ),

    check(
      'routes-head-of-host',
      "the host's other routes MUST keep HEAD, prefetch and every method",
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        expect((await ada.host('HEAD', '/host/ping')).status).toBe(200)
        for (const method of ['PUT', 'DELETE', 'OPTIONS']) {
          expect((await ada.host(method, '/nothing-here', { 'sec-purpose': 'prefetch' })).status).toBe(404)
        }
        expectRefusal(await ada.request('HEAD', scene.path('/portal_link')), 204)
      },
    ),
  ],
}

async function expectNotOurs(visitor: Visitor, path: string) {
  for (const [method, headers] of [
    ['GET', NAVIGATION],
    ['POST', SCRIPT],
  ] as const) {
    expectNext(await visitor.request(method, path, headers))
  }
}
