import { expect } from 'vitest'
import { type CheckGroup, check, expectNoCall, expectPrivate, ourCookies } from '../kit/check.js'
import { BASE_URL } from '../kit/scene.js'
import { NAVIGATION, OLD_BROWSER } from '../kit/visitor.js'
import { expectAsked, FOREIGN } from '../link/foreign.js'
import { expectSignedIn } from './check.js'
import { CALLBACK, LOGIN, LoginScene } from './scene.js'

const TEN_MINUTES_IN_SECONDS = 600

/** CONTRACT: `GET /portal_login`. */
export const loginStart: CheckGroup = {
  title: '/portal_login leads to the login of Chargebee',
  checks: [
    check(
      'login-start-redirect',
      "it MUST be 303 to {portalUrl}/portal/login with this host's callback, percent-encoded, and make no call",
      async (stage) => {
        for (const baseUrl of ['http://127.0.0.1:8080', 'https://shop.example']) {
          const host = await LoginScene.open(stage, { options: { baseUrl } })
          const { scene } = host
          const { answer, loginUrl, returnUrl, cancelUrl, state } = await host.begin(host.visitor())
          expectPrivate(answer)
          expect(answer.body).toBe('')
          expect(`${loginUrl.origin}${loginUrl.pathname}`).toBe(`${scene.emulator.portalUrl}/portal/login`)
          expect(loginUrl.hash).toBe('')
          expect([...loginUrl.searchParams.keys()].sort()).toEqual(['cancel_url', 'return_url'])
          expect(state).toMatch(/^[\w-]{16,}$/)
          expect(returnUrl).toBe(scene.publicUrl(`${CALLBACK}/${state}`))
          // Chargebee may drop a query, and the host's other pages know nothing of this login.
          expect(new URL(cancelUrl).origin).toBe(new URL(baseUrl).origin)
          for (const [name, value] of loginUrl.searchParams) {
            expect(value).not.toMatch(/[?#]/)
            expect(answer.headers.location).toContain(`${name}=${encodeURIComponent(value)}`)
          }
          expectNoCall(scene)
          expect(host.logins).toEqual([])
        }
      },
    ),

    check('login-start-page', "Chargebee's login page MUST take that address", async (stage) => {
      const host = await LoginScene.open(stage, { chargebee: { anyPort: false } })
      const { loginUrl } = await host.begin(host.visitor(), '?email=ada@example.com')
      const page = await fetch(loginUrl)
      expect(page.status).toBe(200)
      expect(await page.text()).toContain('ada@example.com')
    }),

    check('login-start-email', 'email MUST be prefilled, whatever is in it', async (stage) => {
      const host = await LoginScene.open(stage)
      for (const email of [
        'ada@example.com',
        'ada+test@example.com',
        'a&return_url=https://evil.example/@example.com',
        'a#b?c=d%26@example.com',
      ]) {
        const { answer, loginUrl, returnUrl } = await host.begin(
          host.visitor(),
          `?email=${encodeURIComponent(email)}`,
        )
        expect(loginUrl.searchParams.getAll('email')).toEqual([email])
        expect(loginUrl.searchParams.getAll('return_url')).toEqual([returnUrl])
        expect(new URL(returnUrl).origin).toBe('http://127.0.0.1:8080')
        expect(loginUrl.hash).toBe('')
        expect(answer.headers.location).toContain(`email=${encodeURIComponent(email)}`)
      }
    }),

    check(
      'login-start-signup',
      'signup MUST lead to the sign-up, with email and return_to as well',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const plain = await host.begin(host.visitor(), '?signup')
        expect(plain.loginUrl.hash).toBe('#cb-portal-signup')
        const both = await host.begin(host.visitor(), '?signup&email=ada%40example.com&return_to=%2Faccount')
        expect(both.loginUrl.hash).toBe('#cb-portal-signup')
        expect(both.loginUrl.searchParams.get('email')).toBe('ada@example.com')
        expect(both.returnUrl).toBe(host.scene.publicUrl(`${CALLBACK}/${both.state}`))
      },
    ),

    check(
      'login-start-steering',
      'no other parameter and no header MUST have any effect on where it leads',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const answer = await host.start(
          host.visitor(),
          '?return_url=//evil.example&cancel_url=//evil.example&portalUrl=//evil.example&site=evil&x=evil.example',
          {
            ...NAVIGATION,
            host: 'evil.example',
            'x-forwarded-host': 'evil.example',
            'x-forwarded-proto': 'https',
            forwarded: 'host=evil.example;proto=https',
            referer: 'https://evil.example/',
          },
        )
        expect(answer.status).toBe(303)
        expect(JSON.stringify([answer.headers, answer.body])).not.toContain('evil')
        expect(answer.headers.location).toContain(encodeURIComponent(host.scene.publicUrl(`${CALLBACK}/`)))
      },
    ),

    check(
      'login-start-who',
      'anybody MUST be able to begin, signed in or not, and from an old browser',
      async (stage) => {
        const host = await LoginScene.open(stage)
        for (const user of [undefined, 'ada', 'guest']) {
          for (const headers of [
            NAVIGATION,
            OLD_BROWSER,
            { ...NAVIGATION, 'sec-fetch-site': 'same-site' },
            { ...NAVIGATION, 'sec-fetch-site': 'none' },
            { ...FOREIGN, referer: `${BASE_URL}/account` },
          ]) {
            expect((await host.start(host.visitor(user), '', headers)).status).toBe(303)
          }
        }
      },
    ),

    check(
      'login-start-foreign',
      'from another website it MUST be a page with one link to the same address, which begins nothing and pushes nothing out',
      async (stage) => {
        const host = await LoginScene.open(stage, { options: { crossSite: 'allow' } })
        const { scene } = host
        const visitor = host.visitor()
        const begun = await host.begin(visitor)
        const address = await host.signIn(begun)
        for (let times = 0; times < 6; times++)
          expectAsked(scene, await host.start(visitor, '', FOREIGN), [], LOGIN)
        const kept = '?return_to=%2Faccount&email=ada%40example.com&signup'
        expectAsked(
          scene,
          await host.start(visitor, `${kept}&x=1`, FOREIGN),
          [
            ['return_to', '/account'],
            ['email', 'ada@example.com'],
            ['signup', ''],
          ],
          LOGIN,
        )
        for (const query of [
          '?return_to=https%3A%2F%2Fevil.example%2F',
          '?return_to=%2F%2Fevil.example',
          '?return_to=%2Fa&return_to=%2Fb',
          `?email=${'x'.repeat(80)}`,
          '?to=x&x="><script>alert(1)</script>',
        ]) {
          expectAsked(scene, await host.start(visitor, query, FOREIGN), [], LOGIN)
        }
        host.expectUntouched()
        expect(scene.events.filter(({ type }) => type === 'request.asked')).toHaveLength(12)
        expectSignedIn(await host.arrive(visitor, address), host)
      },
    ),

    check(
      'login-start-cookie',
      'the state MUST be in a sealed, HttpOnly, SameSite=Lax cookie for ten minutes, __Host- and Secure with https',
      async (stage) => {
        for (const baseUrl of ['http://127.0.0.1:8080', 'https://shop.example']) {
          const isSecure = baseUrl.startsWith('https:')
          const host = await LoginScene.open(stage, { options: { baseUrl } })
          const { cookie, state } = await host.begin(host.visitor(), '?return_to=%2Faccount-of-ada')
          expect(cookie.name.startsWith('__Host-')).toBe(isSecure)
          const attributes = [...cookie.attributes].filter(([name]) => name !== 'expires')
          expect(Object.fromEntries(attributes.map(([name, value]) => [name, value.toLowerCase()]))).toEqual({
            httponly: '',
            samesite: 'lax',
            path: '/',
            'max-age': String(TEN_MINUTES_IN_SECONDS),
            priority: 'high',
            ...(isSecure && { secure: '' }),
          })
          const parts = cookie.value.split('.')
          expect(parts).toHaveLength(5)
          const decoded = parts.map((part) => Buffer.from(part, 'base64url').toString('latin1'))
          expect(JSON.parse(decoded[0] ?? '')).toMatchObject({ alg: 'dir', enc: 'A256GCM' })
          for (const hidden of [state, 'account-of-ada', host.secret]) {
            expect([cookie.value, ...decoded].filter((text) => text.includes(hidden))).toEqual([])
          }
        }
      },
    ),

    check(
      'login-start-each',
      'each begin MUST have a state and a cookie of its own, and touch no other cookie',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor('ada')
        await visitor.click()
        const first = await host.begin(visitor)
        const answer = await host.start(visitor)
        const added = ourCookies(answer).map(({ name }) => name)
        expect(added).toHaveLength(1)
        expect(added).not.toContain(first.cookie.name)
        expect(answer.headers.location).not.toContain(first.state)
        expect(visitor.remembered).toHaveLength(1)
      },
    ),
  ],
}
