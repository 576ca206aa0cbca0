import { expect } from 'vitest'
import { type CheckGroup, check, expectNoCall, newestSession } from '../kit/check.js'
import { json, send } from '../kit/http.js'
import { expectGoesOn, expectLoggedOut } from '../kit/logout-answers.js'
import type { Scene } from '../kit/scene.js'
import { SCRIPT } from '../kit/visitor.js'

/** CONTRACT: `POST /portal_logout` with nothing left to do. */
export const logoutAgain: CheckGroup = {
  title: 'a logout with nothing left to do',
  checks: [
    check(
      'logout-nothing',
      'with nothing remembered logout MUST succeed without a call',
      async ({ open }) => {
        const scene = await open()
        for (const user of ['ada', undefined]) {
          expectLoggedOut(await scene.visitor(user).logout(), 0)
          expectGoesOn(await scene.visitor(user).logoutByForm(), scene, '/')
        }
        expectNoCall(scene)
      },
    ),

    check('logout-twice', 'a second logout MUST succeed', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await ada.click()
      const kept = [...ada.jar]
      expectLoggedOut(await ada.logout(), 1)
      expectLoggedOut(await ada.logout(), 0)
      // A browser that kept the cookie, and a copy of it elsewhere.
      for (const [name, value] of kept) ada.jar.set(name, value)
      const again = await ada.logout()
      expect(again.status).toBe(200)
      expect(json(again).pending).toBe(0)
      expect(ada.remembered).toEqual([])
    }),

    check('logout-at-once', 'two logouts at once MUST both succeed', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await ada.click()
      await ada.click()
      const answers = await Promise.all([ada.logout(), ada.logout()])
      for (const answer of answers) {
        expect(answer.status, answer.body).toBe(200)
        expect(json(answer).pending).toBe(0)
      }
      expect(scene.sessions.map(({ status }) => status)).toEqual(['logged_out', 'logged_out'])
      expect(ada.remembered).toEqual([])
    }),

    check('logout-already', 'a session that is already over MUST count as ended', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await ada.click()
      await endAtChargebee(scene)
      expect(newestSession(scene).status).toBe('logged_out')
      expectLoggedOut(await ada.logout(), 1)
      expect(ada.remembered).toEqual([])
    }),
  ],
}

/** What the customer does in the portal, or another process by the API: over, and nobody told us. */
async function endAtChargebee(scene: Scene): Promise<void> {
  await send(scene.emulator.apiUrl, {
    method: 'POST',
    path: `/api/v2/portal_sessions/${newestSession(scene).id}/logout`,
    headers: { authorization: `Basic ${btoa(`${scene.emulator.apiKey}:`)}`, ...SCRIPT },
  })
}
