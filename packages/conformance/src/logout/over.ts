import { startEmulator } from '@portal-sso/emulator'
import { expect } from 'vitest'
import { type CheckGroup, check, newestSession, until } from '../kit/check.js'
import { json } from '../kit/http.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { aliveIn, copyOf, enterPortal, letHostNotice, signOutInPortal } from '../kit/moments.js'
import { CUSTOMER_OF } from '../kit/scene.js'

const TWO_HOURS_IN_MS = 2 * 60 * 60 * 1000

/** CONTRACT section 6, promise 2: a logout of what is over already, in whatever way. */
export const over: CheckGroup = {
  title: 'a logout of what is over already',
  checks: [
    check(
      'over-twice-at-once',
      'two logouts at once MUST both succeed, with one call for each session',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        await ada.click()
        void scene.emulator.hold('logout')
        const logouts = [copyOf(ada, scene).logout(), copyOf(ada, scene).logout()]
        await until(() => scene.logouts.length >= 2)
        await letHostNotice(scene)
        scene.emulator.release()
        for (const answer of await Promise.all(logouts)) expectLoggedOut(answer, 2)
        expect(scene.logouts).toHaveLength(2)
        expect(aliveIn(scene)).toEqual([])
      },
    ),

    check(
      'over-no-call',
      'what is confirmed as over MUST cause no further call, however often a browser asks',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        const kept = copyOf(ada, scene)
        await ada.logout()
        for (let logouts = 0; logouts < 5; logouts++) {
          const answer = await copyOf(kept, scene).logout()
          expect(answer.status, answer.body).toBe(200)
          expect(json(answer)).toMatchObject({ pending: 0 })
        }
        expect(scene.logouts).toHaveLength(1)
      },
    ),

    check(
      'over-in-portal',
      'a session that the customer has signed out of in the portal MUST count as ended',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        const opened = await ada.click()
        await signOutInPortal(scene, await enterPortal(scene, opened.headers.location))
        expect(newestSession(scene).status).toBe('logged_out')
        expectLoggedOut(await ada.logout(), 1)
        expect(ada.remembered).toEqual([])
      },
    ),

    check(
      'over-expired',
      'sessions that are past their hour MUST be ended all the same, opened or not',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await enterPortal(scene, (await ada.click()).headers.location)
        await ada.click()
        scene.emulator.advance(TWO_HOURS_IN_MS)
        expectLoggedOut(await ada.logout(), 2)
        expect(aliveIn(scene)).toEqual([])
        expect(ada.remembered).toEqual([])
      },
    ),

    check(
      'over-unknown',
      'a session that Chargebee does not know any more MUST count as ended and be forgotten',
      async ({ open, after }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        const { site, apiKey, apiUrl } = scene.emulator
        await scene.emulator.close()
        const customers = Object.values(CUSTOMER_OF).map((id) => ({ id }))
        const port = Number(new URL(apiUrl).port)
        const forgetful = await startEmulator({ site, apiKey, port, customers })
        after(() => forgetful.close())
        expectLoggedOut(await ada.logout(), 1)
        expect(forgetful.calls().map(({ operation, status }) => [operation, status])).toEqual([
          ['logout', 404],
        ])
        expect(ada.remembered).toEqual([])
      },
    ),
  ],
}
