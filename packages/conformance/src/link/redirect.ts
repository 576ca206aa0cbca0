import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHandedOut,
  expectPrivate,
  expectVary,
  newestSession,
  rememberedBy,
} from '../kit/check.js'
import { send } from '../kit/http.js'
import { NAVIGATION, OLD_BROWSER } from '../kit/visitor.js'

/** CONTRACT: `GET /portal_link`, steps 6 to 8. */
export const redirect: CheckGroup = {
  title: 'GET /portal_link opens the portal',
  checks: [
    check(
      'link-303',
      "a signed-in customer's click MUST be answered 303 to the new session's access URL, with an empty body",
      async ({ open }) => {
        const scene = await open()
        const answer = await scene.visitor('ada').click()
        expectHandedOut(answer, scene)
        expect(scene.sessions).toHaveLength(1)
        expect(newestSession(scene)).toMatchObject({ customer_id: 'cust_ada', status: 'created' })
      },
    ),

    check('link-opens', 'the customer MUST be in the portal without a second login', async ({ open }) => {
      const scene = await open()
      const answer = await scene.visitor('ada').click()
      const { pathname } = new URL(answer.headers.location ?? '')
      const portal = await send(scene.emulator.portalUrl, {
        method: 'GET',
        path: pathname,
        headers: NAVIGATION,
      })
      expect(portal.status).toBe(302)
      expect(newestSession(scene)).toMatchObject({ customer_id: 'cust_ada', status: 'logged_in' })
    }),

    check('link-once', 'one click MUST be one create', async ({ open }) => {
      const scene = await open()
      await scene.visitor('ada').click()
      expect(scene.emulator.calls().map(({ operation }) => operation)).toEqual(['create'])
      expect(scene.asked).toBe(1)
    }),

    check(
      'link-new-session',
      'each click MUST create a new session, with an idempotency key of its own',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        const answers = [await ada.click(), await ada.click(), await scene.visitor('ada').click()]
        const keys = scene.creates.map(({ idempotencyKey }) => idempotencyKey)
        expect(keys).toHaveLength(3)
        expect(new Set(keys).size).toBe(3)
        for (const key of keys) expect(key).toMatch(/^[\x21-\x7e]{16,100}$/)
        expect(new Set(answers.map(({ headers }) => headers.location)).size).toBe(3)
        expect(scene.sessions).toHaveLength(3)
      },
    ),

    check(
      'link-parameters',
      'the create MUST name the customer and the return route, and nothing else',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example' } })
        await scene.visitor('ada').click()
        expect(scene.creates.map(({ params }) => params)).toEqual([
          { 'customer[id]': 'cust_ada', redirect_url: scene.publicUrl('/portal_return') },
        ])
      },
    ),

    check(
      'link-redirect-url',
      'redirect_url MUST be the return route at its public address: baseUrl, mount and route',
      async ({ open }) => {
        const scene = await open({
          options: { baseUrl: 'http://127.0.0.1:8080' },
        })
        await scene.visitor('ada').click()
        const { strippedPath, mountPath } = scene.host
        expect(newestSession(scene).redirect_url).toBe(
          `http://127.0.0.1:8080${strippedPath}${mountPath}/portal_return`,
        )
      },
    ),

    check(
      'link-redirect-url-off',
      'redirect_url MUST be returnUrl when the return route is off',
      async ({ open }) => {
        const scene = await open({
          options: { baseUrl: 'https://shop.example', routes: { return: false }, returnUrl: '/account' },
        })
        await scene.visitor('ada').click()
        expect(newestSession(scene).redirect_url).toBe('https://shop.example/account')
      },
    ),

    check(
      'link-redirect-url-port',
      'redirect_url MUST be left out on a loopback port that Chargebee refuses',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'http://localhost:3000' } })
        const answer = await scene.visitor('ada').click()
        expectHandedOut(answer, scene)
        expect(scene.creates.map(({ params }) => params)).toEqual([{ 'customer[id]': 'cust_ada' }])
      },
    ),

    check(
      'link-secrets',
      'access URL, token and API key MUST be in Location only: not in the body, another header, an event or a log line',
      async ({ open, console }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        const answer = await ada.click()
        await ada.logout()
        const { token } = newestSession(scene)
        const { location, ...others } = answer.headers
        expect(location).toContain(token)
        const elsewhere = [
          answer.body,
          JSON.stringify(others),
          JSON.stringify(scene.events),
          ...console.lines,
        ]
        for (const secret of [token, scene.emulator.apiKey, btoa(`${scene.emulator.apiKey}:`)]) {
          expect(elsewhere.filter((text) => text.includes(secret))).toEqual([])
        }
      },
    ),

    check(
      'link-vary',
      'Vary MUST name the request headers that decided, and keep what the host put there',
      async ({ open }) => {
        const scene = await open()
        const modern = await scene.visitor('ada').click()
        expectVary(modern, 'Accept-Encoding', 'Sec-Fetch-Mode', 'Sec-Fetch-Dest')
        const old = await scene.visitor('ada').click('', OLD_BROWSER)
        expectHandedOut(old, scene)
        expectVary(old, 'Accept-Encoding', 'Accept')
      },
    ),

    check('link-host-cookie', "the host's own cookies MUST survive beside ours", async ({ open }) => {
      const scene = await open()
      const answer = await scene.visitor('ada').click()
      expect(answer.setCookies.map(({ raw }) => raw)).toContain('host=yes; Path=/; HttpOnly')
    }),

    check(
      'link-no-steering',
      'no request header or query parameter MUST have a say in where anybody is sent',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example' } })
        const hostile = 'https://evil.example/'
        const query = ['redirect_url', 'forward_url', 'return_to', 'returnUrl', 'url', 'next', 'access_url']
          .map((name) => `${name}=${encodeURIComponent(hostile)}`)
          .join('&')
        const answer = await scene.visitor('ada').click(`?${query}`, {
          ...NAVIGATION,
          host: 'evil.example',
          'x-forwarded-host': 'evil.example',
          'x-forwarded-prefix': '/evil',
          'x-forwarded-proto': 'http',
          'x-original-url': hostile,
          'x-rewrite-url': hostile,
          forwarded: 'host=evil.example;proto=http',
          referer: hostile,
        })
        expectHandedOut(answer, scene)
        expect(scene.creates.map(({ params }) => params)).toEqual([
          { 'customer[id]': 'cust_ada', redirect_url: scene.publicUrl('/portal_return') },
        ])
      },
    ),

    check('link-anonymous', 'a stranger MUST get 401 and no call MUST be made', async ({ open }) => {
      const scene = await open()
      const answer = await scene.visitor().click()
      expect(answer.status).toBe(401)
      expectPrivate(answer)
      expect(scene.emulator.calls()).toEqual([])
      expect(rememberedBy(answer)).toEqual([])
    }),
  ],
}
