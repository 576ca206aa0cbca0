import { expect } from 'vitest'
import { type CheckGroup, check } from '../kit/check.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { copyOf } from '../kit/moments.js'
import { expectNobodyIn, expectSignedIn } from './check.js'
import { type Begun, LoginScene } from './scene.js'

/** CONTRACT section 6, for the cookie of a login: purpose, name and site are sealed in. */
export const loginCookie: CheckGroup = {
  title: 'the cookie of a login that was begun',
  checks: [
    check('login-cookie-swapped', 'two state cookies that are swapped MUST NOT open', async (stage) => {
      const host = await LoginScene.open(stage)
      const visitor = host.visitor()
      const begun = [await host.begin(visitor), await host.begin(visitor)] as const
      const addresses = [await host.signIn(begun[0]), await host.signIn(begun[1])]
      const swapped = copyOf(visitor, host.scene)
      swapped.jar.set(begun[0].cookie.name, begun[1].cookie.value)
      swapped.jar.set(begun[1].cookie.name, begun[0].cookie.value)
      for (const address of addresses) expectNobodyIn(await host.arrive(swapped, address), 400)
      host.expectUntouched()
      for (const address of addresses) expectSignedIn(await host.arrive(visitor, address), host)
    }),

    check('login-cookie-tampered', 'a cookie that was tampered with MUST NOT open', async (stage) => {
      const host = await LoginScene.open(stage)
      const visitor = host.visitor()
      const begun = await host.begin(visitor)
      const address = await host.signIn(begun)
      for (const value of forgeriesOf(begun)) {
        const tampered = copyOf(visitor, host.scene)
        tampered.jar.set(begun.cookie.name, value)
        expectNobodyIn(await host.arrive(tampered, address), 400)
      }
      host.expectUntouched()
      expectSignedIn(await host.arrive(visitor, address), host)
    }),

    check(
      'login-cookie-purpose',
      'the cookie of a session MUST NOT open as that of a login, nor the other way round',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor('ada')
        await visitor.click()
        const [session = ''] = visitor.remembered
        const begun = await host.begin(visitor)
        const address = await host.signIn(begun)
        const mixed = copyOf(visitor, host.scene)
        mixed.jar.set(begun.cookie.name, visitor.jar.get(session) ?? '')
        expectNobodyIn(await host.arrive(mixed, address), 400)
        mixed.jar.clear()
        mixed.jar.set(session, begun.cookie.value)
        expectLoggedOut(await mixed.logout(), 0)
        expect(host.activations).toEqual([])
        expect(host.scene.logouts).toEqual([])
        expect(host.logins).toEqual([])
      },
    ),

    check(
      'login-cookie-site',
      'a login begun for another Chargebee site MUST NOT be finished here, under the same secret',
      async (stage) => {
        const one = await LoginScene.open(stage)
        const other = await LoginScene.open(stage, { options: { secret: one.secret } })
        const visitor = one.visitor()
        const begun = await one.begin(visitor)
        const address = await other.signIn(begun)
        expectNobodyIn(await other.arrive(copyOf(visitor, other.scene), address), 400)
        other.expectUntouched()
        expectSignedIn(await one.arrive(visitor, await one.signIn(begun)), one)
      },
    ),

    check(
      'login-cookie-others',
      'a click and a return MUST leave a login that was begun as it is',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor('ada')
        const begun = await host.begin(visitor)
        await visitor.click()
        await visitor.request('GET', host.scene.path('/portal_return'), { accept: 'text/html' })
        expect(visitor.jar.get(begun.cookie.name)).toBe(begun.cookie.value)
        expectSignedIn(await host.arrive(visitor, await host.signIn(begun)), host)
      },
    ),

    check(
      'login-cookie-many',
      'logins that are begun and never finished MUST NOT fill the browser: the session stays, and the last login works',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor('ada')
        await visitor.click()
        for (let begins = 0; begins < 40; begins++) await host.begin(visitor, '?return_to=%2Faccount')
        const bytes = [...visitor.jar].reduce((sum, [name, value]) => sum + name.length + value.length + 3, 0)
        // Node's own limit for all headers of a request is 16 KB, that of many proxies 8 KB.
        expect(bytes).toBeLessThan(8 * 1024)
        expect(visitor.remembered).toHaveLength(1)
        expectSignedIn(await host.logIn(visitor), host)
        expectLoggedOut(await visitor.logout(), 2)
      },
    ),
  ],
}

function forgeriesOf({ cookie: { value }, state }: Begun): string[] {
  const emptied = value
    .split('.')
    .map((_, index, parts) => parts.map((part, at) => (at === index ? '' : part)).join('.'))
  const last = value.at(-8) === 'A' ? 'B' : 'A'
  return [
    `${value.slice(0, -8)}${last}${value.slice(-7)}`,
    // One part is empty as it is: with `dir` there is no encrypted key.
    ...emptied.filter((forgery) => forgery !== value),
    value.slice(0, -1),
    `${value}x`,
    '',
    state,
    JSON.stringify({ state }),
    Buffer.from(JSON.stringify({ state })).toString('base64url'),
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ state })).toString('base64url')}.`,
  ]
}
