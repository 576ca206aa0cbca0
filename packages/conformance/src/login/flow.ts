import { expect } from 'vitest'
import { type CheckGroup, check, expectNext, newestSession, rememberedBy } from '../kit/check.js'
import { json } from '../kit/http.js'
import { expectGoesOn, expectLoggedOut } from '../kit/logout-answers.js'
import { aliveIn } from '../kit/moments.js'
import { NAVIGATION, OLD_BROWSER } from '../kit/visitor.js'
import { expectNobodyIn, expectSignedIn, expectUsedUp } from './check.js'
import { CALLBACK, FROM_CHARGEBEE, LOGIN, LoginScene } from './scene.js'

/** CONTRACT: `GET /portal_login`, `GET /portal_callback/{state}`, when all goes well. */
export const loginFlow: CheckGroup = {
  title: "Chargebee's login signs the customer in to the host",
  checks: [
    check(
      'login-flow',
      'onLogin MUST get the session as Activate gave it, without token and address; then 303 to the return path',
      async (stage) => {
        for (const baseUrl of ['http://127.0.0.1:8080', 'https://shop.example']) {
          const host = await LoginScene.open(stage, { options: { baseUrl } })
          const { scene } = host
          const visitor = host.visitor()
          const begun = await host.begin(visitor, '?return_to=%2Faccount%3Ftab%3D1')
          const address = await host.signIn(begun)
          expect(newestSession(scene).status).toBe('not_yet_activated')
          const answer = await host.arrive(visitor, address)
          expectSignedIn(answer, host, '/account?tab=1')
          expectUsedUp(answer, begun)
          expect(rememberedBy(answer)).toHaveLength(1)

          const { id, token, customer_id, linked_customers, status, created_at } = newestSession(scene)
          expect(status).toBe('activated')
          expect(host.activations.map(({ path, params }) => [path, params])).toEqual([
            [`/api/v2/portal_sessions/${id}/activate`, { token }],
          ])
          expect(linked_customers.map((linked) => linked.customer_id)).toEqual(['cust_ada', 'cust_ada_labs'])
          expect(host.logins).toHaveLength(1)
          expect(host.logins[0]).toMatchObject({ id, status, created_at, customer_id, linked_customers })
          expect(host.logins[0]).not.toHaveProperty('token')
          expect(host.logins[0]).not.toHaveProperty('access_url')
          expect(JSON.stringify(host.logins[0])).not.toContain(token)
          expect(host.calls[0]?.headers['sec-fetch-site']).toBe('cross-site')
          expect(host.completed).toEqual([
            expect.objectContaining({
              type: 'login.completed',
              at: expect.any(String),
              site: scene.emulator.site,
              customerId: 'cust_ada',
              sessionId: id,
            }),
          ])
          expect(answer.setCookies.map(({ raw }) => raw)).toContain('host=yes; Path=/; HttpOnly')
        }
      },
    ),

    check(
      'login-flow-address-bar',
      'nothing of the address but id and token MUST be trusted, and more parameters do no harm',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor()
        const address = await host.signIn(await host.begin(visitor))
        expect(new URL(address).searchParams.get('has_active_subscription')).toBe('false')
        const edited = address.replace('subscription=false', 'subscription=true')
        expectSignedIn(await host.arrive(visitor, `${edited}&customer_id=cust_grace&status=activated`), host)
        expect(host.logins[0]).toMatchObject({
          customer_id: 'cust_ada',
          linked_customers: newestSession(host.scene).linked_customers,
        })
        expect(host.logins[0]).not.toHaveProperty('has_active_subscription')
      },
    ),

    check(
      'login-flow-browsers',
      'it MUST work in an old browser, through a service worker, and with a trailing slash',
      async (stage) => {
        const host = await LoginScene.open(stage)
        for (const headers of [
          OLD_BROWSER,
          { ...FROM_CHARGEBEE, 'sec-fetch-dest': 'empty' },
          FROM_CHARGEBEE,
        ]) {
          const visitor = host.visitor()
          const address = await host.signIn(await host.begin(visitor))
          expectSignedIn(await host.arrive(visitor, address.replace('?', '/?'), headers), host)
        }
        expect(host.logins).toHaveLength(3)
      },
    ),

    check(
      'login-flow-logout',
      "the host's sign-out MUST end the activated session at Chargebee, by route and by function",
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor()
        await host.logIn(visitor)
        expectLoggedOut(await visitor.logout(), 1)
        expect(newestSession(host.scene).status).toBe('logged_out')
        expect(visitor.remembered).toEqual([])
        await host.logIn(visitor)
        visitor.user = 'ada'
        expect(json(await visitor.host('POST', '/host/sign-out'))).toEqual({ ended: 1, pending: 0 })
        await host.logIn(visitor)
        expectGoesOn(await visitor.logoutByForm(), host.scene, '/')
        expect(aliveIn(host.scene)).toEqual([])
        expect(host.scene.logouts).toHaveLength(3)
        expect(visitor.remembered).toEqual([])
      },
    ),

    check(
      'login-flow-sessions',
      'portal.sessions() MUST show the activated session, without its token',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor()
        await host.logIn(visitor)
        const { body } = await visitor.host('GET', '/host/sessions')
        const { id, token } = newestSession(host.scene)
        expect(JSON.parse(body)).toMatchObject([{ id, status: 'activated', customer_id: 'cust_ada' }])
        expect(body).not.toContain(token)
      },
    ),

    check(
      'login-flow-restart',
      'a login that was begun before the host was started anew MUST be finished after it, under a rotated secret',
      async (stage) => {
        const before = await LoginScene.open(stage)
        const visitor = before.visitor()
        const address = await before.signIn(await before.begin(visitor))
        const secret = ['the secret that seals from now on, longer than 32 bytes', before.secret]
        const after = await LoginScene.open(stage, {
          emulator: before.scene.emulator,
          options: { secret },
        })
        const returning = after.visitor()
        for (const [name, value] of visitor.jar) returning.jar.set(name, value)
        expectSignedIn(await after.arrive(returning, address), after)
        expect(after.logins).toHaveLength(1)
      },
    ),

    check(
      'login-flow-cancel',
      'a return without parameters MUST be 303 to cancelUrl, else to loginUrl, else to /, and use the login up',
      async (stage) => {
        const cases = [
          [{ cancelUrl: '/not-now', options: { loginUrl: '/sign-in' } }, '/not-now'],
          [{ options: { loginUrl: '/sign-in', returnUrl: '/account' } }, '/sign-in'],
          [{}, '/'],
        ] as const
        for (const [setup, path] of cases) {
          const host = await LoginScene.open(stage, setup)
          for (const way of ['cancelUrl', 'returnUrl'] as const) {
            const visitor = host.visitor()
            const begun = await host.begin(visitor, '?return_to=%2Faccount')
            const address = await host.signIn(begun)
            const answer = await host.arrive(visitor, begun[way])
            expectGoesOn(answer, host.scene, path)
            expectUsedUp(answer, begun)
            expectNobodyIn(await host.arrive(visitor, address), 400)
          }
          host.expectUntouched()
        }
      },
    ),

    check('login-flow-moved', 'both routes MUST be movable', async (stage) => {
      const host = await LoginScene.open(stage, {
        options: { routes: { login: '/in/go', callback: '/in/back' } },
      })
      const { scene } = host
      const visitor = host.visitor()
      for (const path of [LOGIN, `${CALLBACK}/state`])
        expectNext(await visitor.request('GET', scene.path(path), NAVIGATION))
      const start = await visitor.request('GET', scene.path('/in/go'), NAVIGATION)
      expect(start.status).toBe(303)
      const query = new URL(start.headers.location ?? '').searchParams
      const returnUrl = query.get('return_url') ?? ''
      expect(returnUrl.startsWith(scene.publicUrl('/in/back/'))).toBe(true)
      const cancelUrl = query.get('cancel_url') ?? ''
      const address = await host.signIn({ returnUrl, cancelUrl })
      expectSignedIn(await host.arrive(visitor, address), host)
    }),
  ],
}
