import { expect } from 'vitest'
import { type CheckGroup, check, expectHandedOut, forgottenBy, until } from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { expectLoggedOut, expectPending } from '../kit/logout-answers.js'
import { aliveIn, letHostNotice, Passer, WAYS } from '../kit/moments.js'
import type { Scene, Stage } from '../kit/scene.js'
import { NAVIGATION, type Visitor } from '../kit/visitor.js'

/** CONTRACT: what could not be ended is tried again, in the background and whenever the browser comes by. */
export const retry: CheckGroup = {
  title: 'what could not be ended is tried again',
  checks: [
    check(
      'retry-background',
      'in the background, without any further request, and then MUST cost no further call',
      async ({ open }) => {
        const { scene, ada, mend } = await pending({ open }, 2)
        const before = scene.emulator.calls().length
        mend()
        await until(() => aliveIn(scene).length === 0)
        expect(scene.emulator.calls()).toHaveLength(before + 2)
        expectLoggedOut(await ada.logout(), 2)
        expect(scene.emulator.calls()).toHaveLength(before + 2)
        expect(ada.remembered).toEqual([])
      },
    ),

    check(
      'retry-unhandled',
      'a session that was never handed out and could not be ended MUST be reported, and ended in the background',
      async ({ open }) => {
        const scene = await open()
        const [way] = WAYS
        if (way === undefined) throw new Error('there is no way')
        const mend = scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
        const held = scene.emulator.hold('create')
        const passer = await Passer.send(scene.visitor('ada'), scene, way)
        await held
        passer.leave('reset')
        await letHostNotice(scene)
        scene.emulator.release()
        await until(() => scene.events.some(({ type }) => type === 'session.orphaned'))
        mend()
        await until(() => aliveIn(scene).length === 0)
      },
    ),

    check(
      'retry-defeated',
      'a create that lost and could not be ended MUST keep the logout from success, and be ended in the background',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        const mend = scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
        const held = scene.emulator.hold('create')
        const click = ada.click()
        await held
        const logout = ada.logout()
        await until(() => scene.asked === 2)
        await letHostNotice(scene)
        scene.emulator.release()
        expectPending(await logout)
        expect((await click).headers.location).not.toBe(scene.sessions[0]?.access_url)
        mend()
        await until(() => aliveIn(scene).length === 0)
      },
    ),

    check('retry-click', 'at the next click, before it is given another session', async ({ open }) => {
      const { scene, ada, mend } = await pending({ open }, 1)
      const before = scene.emulator.calls().length
      mend()
      expectHandedOut(await ada.click(), scene)
      const later = scene.emulator.calls().slice(before)
      expect(later.at(-1)?.operation).toBe('create')
      expect(later.at(-2)).toMatchObject({ operation: 'logout', status: 200 })
      expect(scene.sessions.map(({ status }) => status)).toEqual(['logged_out', 'created'])
      expect(ada.remembered).toHaveLength(1)
      expectLoggedOut(await ada.logout(), 1)
    }),

    check('retry-return', 'on the way back from the portal', async ({ open }) => {
      const { scene, ada, mend } = await pending({ open }, 1)
      mend()
      const answer = await ada.request('GET', scene.path('/portal_return'), NAVIGATION)
      expect(answer.status).toBe(303)
      expect(aliveIn(scene)).toEqual([])
      expect(forgottenBy(answer)).toHaveLength(1)
    }),

    check('retry-logout', 'at the next logout', async ({ open }) => {
      const { scene, ada, mend } = await pending({ open }, 1)
      mend()
      expectLoggedOut(await ada.logout(), 1)
      expect(aliveIn(scene)).toEqual([])
    }),

    check(
      'retry-just-those',
      'of five logouts of which three fail exactly those three MUST be tried again',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        for (let clicks = 0; clicks < 5; clicks++) await ada.click()
        // A refusal is not tried again within a logout, so each takes one session.
        scene.emulator.fail({ operation: 'logout', times: 3, status: 401 })
        const answer = await ada.logout()
        expectPending(answer)
        expect(forgottenBy(answer)).toHaveLength(2)
        expect(ada.remembered).toHaveLength(3)
        const failed = scene.logouts.filter(({ status }) => status === 401).map(({ path }) => path)
        expect(failed).toHaveLength(3)
        expect(scene.logouts).toHaveLength(5)
        expect(aliveIn(scene)).toHaveLength(3)

        expectLoggedOut(await ada.logout(), 3)
        const again = scene.logouts.slice(5).map(({ path }) => path)
        expect(again.sort()).toEqual(failed.sort())
        expect(aliveIn(scene)).toEqual([])
        expect(ada.remembered).toEqual([])
      },
    ),

    check(
      'retry-closed',
      'never again after close(): the process that comes next finds it in the cookie',
      async ({ open }) => {
        const { scene, ada, mend } = await pending({ open }, 1)
        expect((await ada.host('POST', '/host/close-portal')).status).toBe(200)
        mend()
        const before = scene.emulator.calls().length
        // Well past the time of the first retry, which `retry-background` knows to come.
        await new Promise((resolve) => setTimeout(resolve, 3_500))
        expect(scene.emulator.calls()).toHaveLength(before)
        expect(ada.remembered).toHaveLength(1)
      },
    ),
  ],
}

/** A browser whose logout failed, and what sets Chargebee right again. */
async function pending(
  { open }: Pick<Stage, 'open'>,
  clicks: number,
): Promise<{ scene: Scene; ada: Visitor; mend: () => void }> {
  const scene = await open()
  const ada = scene.visitor('ada')
  for (let count = 0; count < clicks; count++) await ada.click()
  const mend = scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
  expectPending(await ada.logout())
  expect(ada.remembered).toHaveLength(clicks)
  return { scene, ada, mend }
}
