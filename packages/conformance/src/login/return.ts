import { expect } from 'vitest'
import { type CheckGroup, check, ourCookies } from '../kit/check.js'
import type { Answer } from '../kit/http.js'
import { CALLBACK_FOR_RESOLVING, expectNobodyIn, expectSignedIn } from './check.js'
import { ELSEWHERE, HOST, RAW } from './elsewhere.js'
import { LoginScene } from './scene.js'

/** Promise 8, for the reverse flow. Every `Location` is parsed as a browser does. */
export const loginReturn: CheckGroup = {
  title: 'return_to of a login',
  checks: [
    check('login-return-path', 'a path on the host MUST be where the login ends', async (stage) => {
      const host = await LoginScene.open(stage, { options: { baseUrl: 'https://shop.example' } })
      for (const path of [
        '/',
        '/account',
        '/account/',
        '/account?tab=1&x=%2F%2Fevil.example',
        '/account?next=https%3A%2F%2Fevil.example%2F',
        '/account#billing',
        '/caf%C3%A9/%2525',
        '/a%20b',
        '/a:b@c',
      ]) {
        const answer = await host.logIn(host.visitor(), undefined, `?return_to=${encodeURIComponent(path)}`)
        expectSignedIn(answer, host, path)
      }
      expectSignedIn(await host.logIn(host.visitor()), host, '/')
    }),

    check(
      'login-return-elsewhere',
      'whatever return_to is at the start, the login MUST end on the host itself, and be led there over the host',
      async (stage) => {
        const host = await LoginScene.open(stage)
        for (const text of ELSEWHERE) await expectStays(host, `return_to=${encodeURIComponent(text)}`)
        for (const query of RAW) await expectStays(host, query)
      },
    ),

    check(
      'login-return-callback',
      'return_to at the callback MUST have no effect, in the query of a login and of a cancelled one',
      async (stage) => {
        const host = await LoginScene.open(stage)
        for (const text of ELSEWHERE.filter((_, index) => index % 6 === 0)) {
          const evil = `return_to=${encodeURIComponent(text)}&return_url=${encodeURIComponent(text)}`
          const visitor = host.visitor()
          const address = await host.signIn(await host.begin(visitor, '?return_to=%2Faccount'))
          expectSignedIn(await host.arrive(visitor, `${address}&${evil}`), host, '/account')
          const { state } = await host.begin(visitor)
          const cancelled = await host.arriveWith(visitor, state, `?${evil}`)
          if (cancelled.status === 303) expectOnHost(host, cancelled)
          else expectNobodyIn(cancelled, 400)
        }
      },
    ),

    check(
      'login-return-long',
      'a return_to too long for a cookie MUST NOT break the login: browsers drop one of more than 4096 bytes',
      async (stage) => {
        const host = await LoginScene.open(stage)
        for (const length of [500, 2000, 3000, 4000, 8000]) {
          const path = `/${'a'.repeat(length - 1)}`
          const visitor = host.visitor()
          const started = await host.start(visitor, `?return_to=${path}`)
          for (const { name, value } of ourCookies(started))
            expect(name.length + value.length).toBeLessThanOrEqual(4096)
          if (started.status === 400) continue
          const answer = await host.logIn(visitor, undefined, `?return_to=${path}`)
          expectOnHost(host, answer)
          if (length === 500) expectSignedIn(answer, host, path)
        }
      },
    ),

    check(
      'login-return-unicode',
      'a return_to in any script MUST be led to, or be too long from the start: never a cookie that fills a request',
      async (stage) => {
        const host = await LoginScene.open(stage)
        for (const [length, isShort] of [
          [50, true],
          [100, false],
          [245, false],
          [500, false],
        ] as const) {
          const visitor = host.visitor()
          const query = `?return_to=${encodeURIComponent(`/${'界'.repeat(length)}`)}`
          for (const { name, value } of ourCookies(await host.start(visitor, query)))
            expect(name.length + value.length).toBeLessThan(1300)
          const answer = await host.logIn(visitor, undefined, query)
          expectSignedIn(answer, host, isShort ? `/${'%E7%95%8C'.repeat(length)}` : '/')
        }
      },
    ),

    check('login-return-header', 'no header of a request MUST steer where the login ends', async (stage) => {
      const host = await LoginScene.open(stage, { options: { baseUrl: 'https://shop.example' } })
      const visitor = host.visitor()
      const address = await host.signIn(await host.begin(visitor, '?return_to=%2Faccount'))
      const answer = await host.arrive(visitor, address, {
        accept: 'text/html',
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'http',
        'x-forwarded-prefix': '//evil.example',
        'x-original-url': '//evil.example',
        referer: 'https://evil.example/',
        origin: 'https://evil.example',
      })
      expectSignedIn(answer, host, '/account')
      expect(JSON.stringify(answer.headers)).not.toContain('evil.example')
    }),
  ],
}

/** The start refuses it without a trace, or the whole flow stays on the host. */
async function expectStays(host: LoginScene, query: string): Promise<void> {
  const visitor = host.visitor()
  const started = await host.start(visitor, `?${query}`)
  try {
    if (started.status === 400) return expectNobodyIn(started, 400)
    expect(started.status, started.body).toBe(303)
    const returnUrl = new URL(started.headers.location ?? '').searchParams.get('return_url') ?? ''
    expect(new URL(returnUrl).host).toBe(HOST)
    expect(started.headers.location).not.toContain('evil')
    const address = await host.signIn({ returnUrl, cancelUrl: returnUrl })
    expectOnHost(host, await host.arrive(visitor, address))
  } catch (error) {
    throw new Error(`with ${query}`, { cause: error })
  }
}

function expectOnHost({ scene }: LoginScene, answer: Answer): void {
  expect(answer.status, answer.body).toBe(303)
  const { location = '' } = answer.headers
  const target = new URL(scene.resolve(location, CALLBACK_FOR_RESOLVING))
  expect(target.origin).toBe(new URL(scene.onOrigin('/')).origin)
  expect(target.username + target.password).toBe('')
  // Nor after a proxy or the next redirect has normalised it once more.
  expect(target.pathname).not.toMatch(/^[/\\]{2}/)
  expect(answer.setCookies.map(({ name }) => name)).not.toContain('psso.evil')
  expect(answer.body).toBe('')
}
