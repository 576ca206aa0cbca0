import { expect } from 'vitest'
import { type CheckGroup, check } from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { expectLoggedOut, expectNothingPending } from '../kit/logout-answers.js'
import { aliveIn, SHORT_MS } from '../kit/moments.js'
import { expectSignedIn } from './check.js'
import { LoginScene } from './scene.js'

/** CONTRACT section 6, for sessions that a login at Chargebee made. */
export const loginSessions: CheckGroup = {
  title: 'what a login remembers beside other sessions',
  checks: [
    check(
      'login-switch',
      "a login as another customer MUST end the former customer's sessions, however these were made",
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor('ada')
        await visitor.click()
        visitor.user = undefined
        await host.logIn(visitor, 'ada@example.com')
        expect(aliveIn(host.scene)).toHaveLength(2)
        expectSignedIn(await host.logIn(visitor, 'grace@example.com'), host)
        expect(host.scene.sessions.map(({ customer_id, status }) => [customer_id, status])).toEqual([
          ['cust_ada', 'logged_out'],
          ['cust_ada', 'logged_out'],
          ['cust_grace', 'activated'],
        ])
        expect(visitor.remembered).toHaveLength(1)
        const ends = host.scene.events.filter(({ type }) => type === 'session.ended')
        expect(ends.map(({ by }) => by)).toEqual(['switch', 'switch'])
      },
    ),

    check(
      'login-switch-fails',
      'what can not be ended then MUST stay pending, and the login go on',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor()
        await host.logIn(visitor, 'ada@example.com')
        const mend = host.scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
        expectSignedIn(await host.logIn(visitor, 'grace@example.com'), host)
        expect(host.logins.map(({ customer_id }) => customer_id)).toEqual(['cust_ada', 'cust_grace'])
        expect(visitor.remembered).toHaveLength(2)
        expect(host.scene.events.map(({ type }) => type)).toContain('session.pending')
        mend()
        expectNothingPending(await visitor.logout())
        expect(aliveIn(host.scene)).toEqual([])
        expect(visitor.remembered).toEqual([])
      },
    ),

    check(
      'login-switch-hangs',
      'a Chargebee that does not answer the end of the former sessions MUST NOT keep the login beyond the deadline',
      async (stage) => {
        const host = await LoginScene.open(stage, { options: { logoutTimeoutMs: SHORT_MS } })
        const visitor = host.visitor()
        await host.logIn(visitor, 'ada@example.com')
        const mend = host.scene.emulator.fail({ operation: 'logout', times: ALWAYS, kind: 'no-headers' })
        expectSignedIn(await host.logIn(visitor, 'grace@example.com'), host)
        expect(visitor.remembered).toHaveLength(2)
        mend()
        expectNothingPending(await visitor.logout())
        expect(aliveIn(host.scene)).toEqual([])
      },
    ),

    check('login-same', 'the same customer again MUST keep the earlier sessions', async (stage) => {
      const host = await LoginScene.open(stage)
      const visitor = host.visitor('ada')
      await visitor.click()
      await host.logIn(visitor)
      expectSignedIn(await host.logIn(visitor), host)
      expect(host.scene.logouts).toEqual([])
      expect(visitor.remembered).toHaveLength(3)
      expectLoggedOut(await visitor.logout(), 3)
    }),

    check('login-overflow', 'over maxSessions a login MUST end the oldest', async (stage) => {
      const host = await LoginScene.open(stage, { options: { maxSessions: 2 } })
      const visitor = host.visitor()
      for (let logins = 0; logins < 3; logins++) expectSignedIn(await host.logIn(visitor), host)
      expect(host.scene.sessions.map(({ status }) => status)).toEqual([
        'logged_out',
        'activated',
        'activated',
      ])
      expect(visitor.remembered).toHaveLength(2)
      expectLoggedOut(await visitor.logout(), 2)
    }),

    check(
      'login-overflow-full',
      'a browser with no room left MUST get 503 and no login, nor lose what it remembers',
      async (stage) => {
        const host = await LoginScene.open(stage, { options: { maxSessions: 1 } })
        const visitor = host.visitor()
        const mend = host.scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
        for (let logins = 0; logins < 2; logins++) expectSignedIn(await host.logIn(visitor), host)
        const answer = await host.logIn(visitor)
        expect(answer.status, answer.body).toBe(503)
        expect(answer.headers.location).toBeUndefined()
        expect(host.logins).toHaveLength(2)
        expect(visitor.remembered).toHaveLength(2)
        mend()
        expectNothingPending(await visitor.logout())
        expect(host.scene.sessions.filter(({ status }) => status === 'activated')).toEqual([])
      },
    ),
  ],
}
