import { expect } from 'vitest'
import { type CheckGroup, check, expectHandedOut, rememberedBy } from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { expectLoggedOut } from '../kit/logout-answers.js'

/** CONTRACT section 6: many sessions in one browser, and two customers. */
export const room: CheckGroup = {
  title: 'too many sessions, and another customer in the same browser',
  checks: [
    check(
      'room-oldest',
      'over maxSessions the oldest MUST be ended at Chargebee before the next is made',
      async ({ open }) => {
        const scene = await open({ options: { maxSessions: 2 } })
        const ada = scene.visitor('ada')
        for (let clicks = 0; clicks < 3; clicks++) expectHandedOut(await ada.click(), scene)
        expect(scene.emulator.calls().map(({ operation }) => operation)).toEqual([
          'create',
          'create',
          'logout',
          'create',
        ])
        expect(scene.sessions.map(({ status }) => status)).toEqual(['logged_out', 'created', 'created'])
        expect(ada.remembered).toHaveLength(2)
        expectLoggedOut(await ada.logout(), 2)
      },
    ),

    check('room-default', 'the default MUST be 5', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      for (let clicks = 0; clicks < 6; clicks++) await ada.click()
      expect(scene.sessions.map(({ status }) => status)).toEqual([
        'logged_out',
        ...Array.from({ length: 5 }, () => 'created'),
      ])
      expect(ada.remembered).toHaveLength(5)
    }),

    check(
      'room-pending',
      'what could not be ended MUST stay remembered, up to twice the number; then 503 before any create',
      async ({ open }) => {
        const scene = await open({ options: { maxSessions: 2 } })
        const ada = scene.visitor('ada')
        const mend = scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
        for (let clicks = 0; clicks < 4; clicks++) expectHandedOut(await ada.click(), scene)
        expect(ada.remembered).toHaveLength(4)
        const answer = await ada.click()
        expect(answer.status, answer.body).toBe(503)
        expect(answer.headers.location).toBeUndefined()
        expect(scene.creates).toHaveLength(4)
        expect(ada.remembered).toHaveLength(4)
        mend()
        expectLoggedOut(await ada.logout(), 4)
        expect(new Set(scene.sessions.map(({ status }) => status))).toEqual(new Set(['logged_out']))
      },
    ),

    check(
      'room-switch',
      "another customer's click MUST end the former customer's sessions first",
      async ({ open }) => {
        const scene = await open()
        const visitor = scene.visitor('ada')
        await visitor.click()
        await visitor.click()
        visitor.user = 'grace'
        expectHandedOut(await visitor.click(), scene)
        expect(scene.emulator.calls().map(({ operation }) => operation)).toEqual([
          'create',
          'create',
          'logout',
          'logout',
          'create',
        ])
        expect(scene.sessions.map(({ customer_id, status }) => [customer_id, status])).toEqual([
          ['cust_ada', 'logged_out'],
          ['cust_ada', 'logged_out'],
          ['cust_grace', 'created'],
        ])
        expect(visitor.remembered).toHaveLength(1)
      },
    ),

    check('room-switch-fails', 'if that fails: 503, and no create', async ({ open }) => {
      const scene = await open()
      const visitor = scene.visitor('ada')
      await visitor.click()
      visitor.user = 'grace'
      const mend = scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
      const page = await visitor.click()
      expect(page.status, page.body).toBe(503)
      expect(page.headers['content-type']).toMatch(/^text\/html\b/)
      expect(page.headers.location).toBeUndefined()
      expect((await visitor.fetchSession()).status).toBe(503)
      expect(scene.creates).toHaveLength(1)
      expect(visitor.remembered).toHaveLength(1)
      mend()
      const answer = await visitor.fetchSession()
      expect(answer.status, answer.body).toBe(200)
      expect(rememberedBy(answer)).toHaveLength(1)
      expect(scene.sessions.map(({ status }) => status)).toEqual(['logged_out', 'created'])
    }),
  ],
}
