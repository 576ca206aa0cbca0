import { expect } from 'vitest'
import { type CheckGroup, check, newestSession, until } from '../kit/check.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { copyOf } from '../kit/moments.js'
import { expectNobodyIn, expectSignedIn, expectUntouchedCookies, expectUsedUp, refusalsOf } from './check.js'
import { LoginScene } from './scene.js'

/** Promise 7: the reverse flow belongs to the browser that began it, once. */
export const loginState: CheckGroup = {
  title: 'a login belongs to the browser that began it, once',
  checks: [
    check(
      'login-state-forged',
      "a callback in a browser that has begun none MUST be 400, without a call, a cookie or a login: it may be the attacker's",
      async (stage) => {
        const host = await LoginScene.open(stage)
        const attacker = host.visitor()
        const begun = await host.begin(attacker)
        const address = await host.signIn(begun)
        const victim = host.visitor()
        for (const forged of [address, address.replace(begun.state, 'x'.repeat(begun.state.length))]) {
          const answer = await host.arrive(victim, forged)
          expectNobodyIn(answer, 400)
          expectUntouchedCookies(answer)
        }
        expect(refusalsOf(host)).toEqual(['login_not_begun', 'login_not_begun'])
        host.expectUntouched()
        expectSignedIn(await host.arrive(attacker, address), host)
      },
    ),

    check(
      'login-state-other-browser',
      "another browser's state MUST be 400 and touch no cookie, so that the victim's own login goes on",
      async (stage) => {
        const host = await LoginScene.open(stage)
        const attacker = host.visitor()
        const theirs = await host.signIn(await host.begin(attacker), 'grace@example.com')
        const victim = host.visitor()
        const begun = await host.begin(victim)
        const own = await host.signIn(begun)
        const { state } = begun
        for (const address of [
          theirs,
          own.replace(state, state.toLowerCase() === state ? state.toUpperCase() : state.toLowerCase()),
          own.replace(state, state.slice(0, -1)),
          own.replace(state, `${state}A`),
          own.replace(state, 'state'),
        ]) {
          const answer = await host.arrive(victim, address)
          expectNobodyIn(answer, 400)
          expectUntouchedCookies(answer)
        }
        const cancelled = await host.arriveWith(victim, 'state', '')
        expectNobodyIn(cancelled, 400)
        expectUntouchedCookies(cancelled)
        host.expectUntouched()
        expectSignedIn(await host.arrive(victim, own), host)
        expect(host.logins).toMatchObject([{ customer_id: 'cust_ada' }])
      },
    ),

    check('login-state-tabs', 'two logins in two tabs MUST both work, in any order', async (stage) => {
      const host = await LoginScene.open(stage)
      const visitor = host.visitor()
      const first = await host.begin(visitor, '?return_to=%2Ffirst')
      const second = await host.begin(visitor, '?return_to=%2Fsecond')
      const addresses = [await host.signIn(first), await host.signIn(second)] as const
      expectSignedIn(await host.arrive(visitor, addresses[1]), host, '/second')
      expect(visitor.jar.has(first.cookie.name)).toBe(true)
      expectSignedIn(await host.arrive(visitor, addresses[0]), host, '/first')
      expect(visitor.jar.has(first.cookie.name) || visitor.jar.has(second.cookie.name)).toBe(false)
      expect(visitor.remembered).toHaveLength(2)
      expectLoggedOut(await visitor.logout(), 2)
    }),

    check(
      'login-state-replay',
      'a state MUST work once, though somebody keeps its cookie, and for no other session either',
      async (stage) => {
        const host = await LoginScene.open(stage, { chargebee: { secondActivate: 'accepted' } })
        const visitor = host.visitor()
        const begun = await host.begin(visitor)
        const thief = copyOf(visitor, host.scene)
        const address = await host.signIn(begun)
        expectSignedIn(await host.arrive(visitor, address), host)
        const other = await host.signIn(begun, 'grace@example.com')
        for (const replay of [address, other]) {
          expectNobodyIn(await host.arrive(copyOf(thief, host.scene), replay), 400)
        }
        expect(host.activations).toHaveLength(1)
        expect(host.logins).toHaveLength(1)
      },
    ),

    check(
      'login-state-back',
      'the back button after the login MUST get 400 without a call, and leave the customer signed in',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor()
        const address = await host.signIn(await host.begin(visitor))
        await host.arrive(visitor, address)
        const calls = host.scene.emulator.calls().length
        expectNobodyIn(await host.arrive(visitor, address), 400)
        expect(host.scene.emulator.calls()).toHaveLength(calls)
        expect(visitor.remembered).toHaveLength(1)
        expect(newestSession(host.scene).status).toBe('activated')
        expectLoggedOut(await visitor.logout(), 1)
      },
    ),

    check(
      'login-state-at-once',
      'the same callback twice at once MUST activate once and log in once',
      async (stage) => {
        const host = await LoginScene.open(stage, { chargebee: { secondActivate: 'accepted' } })
        const visitor = host.visitor()
        const address = await host.signIn(await host.begin(visitor))
        void host.scene.emulator.hold('activate')
        const arrivals = [copyOf(visitor, host.scene), copyOf(visitor, host.scene)].map((tab) =>
          host.arrive(tab, address),
        )
        // The one that is refused needs no call, so it is answered while the other still waits.
        const refused = await Promise.race(arrivals)
        expectNobodyIn(refused, 400)
        await until(() => host.activations.length > 0)
        host.scene.emulator.release()
        const statuses = (await Promise.all(arrivals)).map(({ status }) => status)
        expect(statuses.sort()).toEqual([303, 400])
        expect(host.activations).toHaveLength(1)
        expect(host.logins).toHaveLength(1)
      },
    ),

    check(
      'login-state-consumed',
      'a refused callback MUST use its own login up, and no other',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor()
        const begun = await host.begin(visitor)
        const other = await host.begin(visitor)
        const address = await host.signIn(begun)
        const refused = await host.arriveWith(visitor, begun.state, '?auth_session_id=x')
        expectNobodyIn(refused, 400)
        expectUsedUp(refused, begun)
        expectNobodyIn(await host.arrive(visitor, address), 400)
        host.expectUntouched()
        expectSignedIn(await host.arrive(visitor, await host.signIn(other)), host)
      },
    ),

    check(
      'login-state-unused',
      'a way back that asks nothing of Chargebee MUST NOT use the state up for a tab that has its cookie yet',
      async (stage) => {
        const host = await LoginScene.open(stage)
        for (const query of ['', '?auth_session_id=x']) {
          const visitor = host.visitor()
          const begun = await host.begin(visitor)
          const otherTab = copyOf(visitor, host.scene)
          expectUsedUp(await host.arriveWith(visitor, begun.state, query), begun)
          const address = await host.signIn(begun)
          expectSignedIn(await host.arrive(otherTab, address), host)
          expectNobodyIn(await host.arrive(copyOf(otherTab, host.scene), address), 400)
        }
      },
    ),
  ],
}
