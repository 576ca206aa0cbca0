import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHandedOut,
  expectHostError,
  expectProblem,
  until,
} from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { json } from '../kit/http.js'
import {
  AFTER_LOGOUT,
  expectLoggedOut,
  expectNothingPending,
  expectSuperseded,
} from '../kit/logout-answers.js'
import { aliveIn, copyOf, letHostNotice, SHORT_MS } from '../kit/moments.js'
import { SCRIPT } from '../kit/visitor.js'

/** CONTRACT section 6, the fence, and promise 3: creates and logouts at the same time. */
export const races: CheckGroup = {
  title: 'a logout and a create at once',
  checks: [
    check(
      'race-first-click',
      'a logout MUST wait for the first click of a login and defeat it, before there is any cookie',
      async ({ open }) => {
        const scene = await open({ options: AFTER_LOGOUT })
        const ada = scene.visitor('ada')
        const held = scene.emulator.hold('create')
        const click = ada.click()
        await held
        const [logout, settled] = watched(ada.logout())
        await until(() => scene.asked === 2)
        await letHostNotice(scene)
        expect(settled()).toBe(false)
        scene.emulator.release()
        expectNothingPending(await logout)
        expectSuperseded(await click, scene)
        expect(aliveIn(scene)).toEqual([])
        expect(ada.remembered).toEqual([])
        expectHandedOut(await ada.click(), scene)
      },
    ),

    check(
      'race-slow-sign-in',
      'a create that was under way when the logout came MUST NOT get past it while the host looks who it is',
      async ({ open }) => {
        let say: (customerId: string) => void = () => {}
        const scene = await open({
          options: AFTER_LOGOUT,
          getCustomerId: ({ headers }) =>
            headers['x-host-slow'] === undefined
              ? 'cust_ada'
              : new Promise((resolve) => {
                  say = resolve
                }),
        })
        const ada = scene.visitor('ada')
        const held = scene.emulator.hold('create')
        const click = ada.click()
        await held
        const logout = copyOf(ada, scene).logout({ ...SCRIPT, 'x-host-slow': '1' })
        await until(() => scene.asked === 2)
        scene.emulator.release()
        await until(() => scene.sessions.length === 1)
        await letHostNotice(scene)
        say('cust_ada')
        const [answer] = await Promise.all([logout, click])
        expectNothingPending(answer)
        expect(aliveIn(scene)).toEqual([])
      },
    ),

    check(
      'race-silent-host',
      'a logout whose host does not say who it is MUST NOT report success while a create is under way',
      async ({ open }) => {
        const scene = await open({
          options: { ...AFTER_LOGOUT, logoutTimeoutMs: SHORT_MS },
          getCustomerId: ({ headers }) =>
            headers['x-host-slow'] === undefined ? 'cust_ada' : new Promise(() => {}),
        })
        const ada = scene.visitor('ada')
        const held = scene.emulator.hold('create')
        const click = ada.click()
        await held
        const answer = await copyOf(ada, scene).logout({ ...SCRIPT, 'x-host-slow': '1' })
        expect(answer.status, answer.body).toBe(503)
        scene.emulator.release()
        await click
        expectNothingPending(await ada.logout())
        expect(aliveIn(scene)).toEqual([])
      },
    ),

    check(
      'race-later-click',
      'it MUST defeat a later click as well, and end what was remembered, whether anybody is signed in or not',
      async ({ open }) => {
        const scene = await open({ options: AFTER_LOGOUT })
        const ada = scene.visitor('ada')
        await ada.click()
        const held = scene.emulator.hold('create')
        const click = ada.click()
        await held
        const signedOut = copyOf(ada, scene)
        signedOut.user = undefined
        const logout = signedOut.logout()
        await until(() => scene.sessions[0]?.status === 'logged_out')
        scene.emulator.release()
        expectNothingPending(await logout)
        expectSuperseded(await click, scene)
        expect(aliveIn(scene)).toEqual([])
      },
    ),

    check(
      'race-script',
      'a create that loses MUST be answered 409 for scripts and functions, its session ended',
      async ({ open }) => {
        const scene = await open({ options: AFTER_LOGOUT })
        const ada = scene.visitor('ada')
        void scene.emulator.hold('create')
        const script = ada.fetchSession()
        const byFunction = ada.host('POST', '/host/create-session')
        const oldScript = ada.click('', { accept: '*/*', 'sec-fetch-mode': 'navigate' })
        await until(() => scene.creates.length === 3)
        const logout = ada.host('POST', '/host/sign-out')
        await until(() => scene.asked === 4)
        await letHostNotice(scene)
        scene.emulator.release()
        expect(json(await logout)).toMatchObject({ pending: 0 })
        expectProblem(await script, 409)
        expectProblem(await oldScript, 409)
        expect(expectHostError(await byFunction)).toMatchObject({ code: 'superseded', status: 409 })
        expect(scene.sessions).toHaveLength(3)
        expect(aliveIn(scene)).toEqual([])
      },
    ),

    check(
      'race-click-during-logout',
      'a click while a logout is under way MUST lose to it, and one afterwards MUST work',
      async ({ open }) => {
        const scene = await open({ options: AFTER_LOGOUT })
        const ada = scene.visitor('ada')
        await ada.click()
        const held = scene.emulator.hold('logout')
        const logout = copyOf(ada, scene).logout()
        await held
        // Before the release, so that it is sure to have come while the logout was under way.
        expectSuperseded(await ada.click(), scene)
        expect(scene.creates).toHaveLength(1)
        scene.emulator.release()
        expectNothingPending(await logout)
        expect(aliveIn(scene)).toEqual([])
        expectHandedOut(await ada.click(), scene)
      },
    ),

    check('race-two-logouts', 'two logouts at once MUST both wait for the create', async ({ open }) => {
      const scene = await open({ options: AFTER_LOGOUT })
      const ada = scene.visitor('ada')
      await ada.click()
      const held = scene.emulator.hold('create')
      const click = ada.click()
      await held
      const watchedLogouts = [copyOf(ada, scene), copyOf(ada, scene)].map((tab) => watched(tab.logout()))
      await until(() => scene.sessions[0]?.status === 'logged_out')
      await letHostNotice(scene)
      expect(watchedLogouts.map(([, settled]) => settled())).toEqual([false, false])
      scene.emulator.release()
      for (const [answer] of watchedLogouts) expectNothingPending(await answer)
      expectSuperseded(await click, scene)
      expect(aliveIn(scene)).toEqual([])
      // Each id once, whoever asked for its end.
      expect(scene.logouts).toHaveLength(2)
    }),

    check('race-create-fails', 'a create that fails MUST NOT keep the logout', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      scene.emulator.fail({ operation: 'create', times: ALWAYS, status: 401 })
      const held = scene.emulator.hold('create')
      const click = ada.click()
      await held
      const logout = ada.logout()
      await until(() => scene.asked === 2)
      scene.emulator.release()
      expectLoggedOut(await logout, 0)
      expect((await click).status).toBeGreaterThanOrEqual(400)
      expect(scene.sessions).toEqual([])
    }),

    check(
      'race-deadline',
      'a logout that can wait no longer MUST say pending, and the session MUST never become usable',
      async ({ open }) => {
        await Promise.all(
          ['route', 'function'].map(async (how) => {
            const scene = await open({ options: { ...AFTER_LOGOUT, logoutTimeoutMs: SHORT_MS } })
            const ada = scene.visitor('ada')
            const held = scene.emulator.hold('create')
            const click = ada.click()
            await held
            if (how === 'route') {
              const answer = await ada.logout()
              expect(answer.status, answer.body).toBe(503)
              expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/)
            } else {
              expect(json(await ada.host('POST', '/host/sign-out'))).toEqual({ ended: 0, pending: 1 })
            }
            scene.emulator.release()
            expectSuperseded(await click, scene)
            await until(() => scene.sessions.length === 1 && aliveIn(scene).length === 0)
            expect(scene.sessions[0]?.login_at).toBeUndefined()
          }),
        )
      },
    ),
  ],
}

/** A promise, and whether it has settled by now. */
function watched<T>(promise: Promise<T>): readonly [Promise<T>, () => boolean] {
  let isSettled = false
  const settle = () => {
    isSettled = true
  }
  promise.then(settle, settle)
  return [promise, () => isSettled]
}
