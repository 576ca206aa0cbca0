import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  FOUR_HUNDRED_DAYS_IN_SECONDS,
  newestSession,
  ourCookies,
  rememberedBy,
} from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { NAVIGATION } from '../kit/visitor.js'

/** CONTRACT section 6: the cookie that a click leaves. */
export const linkCookie: CheckGroup = {
  title: 'the cookie that a click leaves',
  checks: [
    check(
      'link-cookie-https',
      'one sealed cookie MUST remember the session: __Host-psso.*; Secure; HttpOnly; SameSite=Lax; Path=/; Priority=High; 400 days',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example' } })
        const cookies = rememberedBy(await scene.visitor('ada').click())
        expect(cookies.map(({ name }) => name)).toEqual([expect.stringMatching(/^__Host-psso\.[\w-]+$/)])
        expect(Object.fromEntries(lowerCased(cookies[0]?.attributes))).toEqual({
          secure: '',
          httponly: '',
          samesite: 'lax',
          path: '/',
          'max-age': String(FOUR_HUNDRED_DAYS_IN_SECONDS),
          priority: 'high',
        })
      },
    ),

    check(
      'link-cookie-http',
      'with an http baseUrl the cookie MUST be psso.* without Secure, whatever the request says',
      async ({ open }) => {
        const scene = await open()
        const answer = await scene.visitor('ada').click('', {
          ...NAVIGATION,
          'x-forwarded-proto': 'https',
          forwarded: 'proto=https;host=evil.example',
        })
        const cookies = rememberedBy(answer)
        expect(cookies.map(({ name }) => name)).toEqual([expect.stringMatching(/^psso\.[\w-]+$/)])
        expect(Object.fromEntries(lowerCased(cookies[0]?.attributes))).toEqual({
          httponly: '',
          samesite: 'lax',
          path: '/',
          'max-age': String(FOUR_HUNDRED_DAYS_IN_SECONDS),
          priority: 'high',
        })
      },
    ),

    check(
      'link-cookie-sealed',
      'the cookie MUST be a JWE (dir, A256GCM) and MUST NOT show the session, its token or its customer',
      async ({ open }) => {
        const scene = await open()
        const [cookie] = rememberedBy(await scene.visitor('ada').click())
        const parts = (cookie?.value ?? '').split('.')
        expect(parts).toHaveLength(5)
        const decoded = parts.map((part) => Buffer.from(part, 'base64url').toString('latin1'))
        expect(JSON.parse(decoded[0] ?? '')).toMatchObject({ alg: 'dir', enc: 'A256GCM' })
        const { id, token, access_url } = newestSession(scene)
        for (const secret of [id, token, access_url, 'cust_ada', scene.emulator.apiKey]) {
          expect([cookie?.raw, ...decoded].filter((text) => text?.includes(secret))).toEqual([])
        }
      },
    ),

    check('link-cookie-each', 'each session MUST have a cookie of its own', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await ada.click()
      const [first] = ada.remembered
      const added = rememberedBy(await ada.click()).filter(({ name }) => name !== first)
      expect(added).toHaveLength(1)
      expect(ada.remembered).toHaveLength(2)
    }),

    check(
      'link-cookie-renewed',
      'cookies that were set today MUST NOT be set again by another answer, nor marked twice',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        expect(rememberedBy(await ada.click())).toHaveLength(1)
        expect(rememberedBy(await ada.request('GET', scene.path('/portal_return'), NAVIGATION))).toEqual([])
        scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
        expect(rememberedBy(await ada.logout())).toHaveLength(2)
        expect(rememberedBy(await ada.logout())).toEqual([])
      },
    ),

    check(
      'link-cookie-head',
      'the cookies of an answer MUST take 1.5 KB of its head at most, the new one first, however many are remembered',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example', maxSessions: 4 } })
        const ada = scene.visitor('ada')
        for (const isFailing of [false, true]) {
          if (isFailing) scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
          for (let clicks = 0; clicks < 6; clicks++) {
            const answer = await ada.click()
            const lines = ourCookies(answer).map(({ raw }) => `Set-Cookie: ${raw}\r\n`)
            expect(lines.join('').length).toBeLessThanOrEqual(1536)
            if (answer.status === 303) expect(lines[0]).not.toContain('Max-Age=0')
          }
        }
        expect(ada.remembered).toHaveLength(8)
      },
    ),
  ],
}

function lowerCased(attributes: ReadonlyMap<string, string> | undefined): [string, string][] {
  // Expires may stand beside Max-Age for old browsers; Max-Age is what counts.
  return [...(attributes ?? [])]
    .filter(([name]) => name !== 'expires')
    .map(([name, value]) => [name, value.toLowerCase()])
}
