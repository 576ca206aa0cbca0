import { expect } from 'vitest'
import { type CheckGroup, check, rememberedBy, until } from '../kit/check.js'
import {
  AFTER_LOGOUT,
  expectLoggedOut,
  expectNothingPending,
  expectSuperseded,
} from '../kit/logout-answers.js'
import { aliveIn, copyOf, letHostNotice } from '../kit/moments.js'
import type { SceneSetup } from '../kit/scene.js'
import { NAVIGATION, SCRIPT } from '../kit/visitor.js'

/** What the host's sign-in takes for the same login says a header of the tests; `asked` hears of each question. */
function byLoginId(asked: () => void = () => {}): SceneSetup {
  return {
    options: (_usual, toHostCall) => ({
      ...AFTER_LOGOUT,
      getLoginId: (...native: never[]) => {
        asked()
        return String(toHostCall(...native).headers['x-host-login'])
      },
    }),
  }
}

/** CONTRACT section 6, the fence: which login a create belongs to. */
export const raceLogins: CheckGroup = {
  title: 'a logout and the creates of its own login, and of others',
  checks: [
    check(
      'race-login-id',
      'getLoginId MUST say which creates a logout defeats, also where the customer is the same',
      async ({ open }) => {
        let asked = 0
        const scene = await open(
          byLoginId(() => {
            asked += 1
          }),
        )
        const [here, there] = [scene.visitor('ada'), scene.visitor('ada')]
        void scene.emulator.hold('create')
        const clickHere = here.click('', { ...NAVIGATION, 'x-host-login': 'here' })
        const clickThere = there.click('', { ...NAVIGATION, 'x-host-login': 'there' })
        await until(() => scene.creates.length === 2)
        const logout = here.logout({ ...SCRIPT, 'x-host-login': 'here' })
        await until(() => asked === 3)
        await letHostNotice(scene)
        scene.emulator.release()
        expectNothingPending(await logout)
        expectSuperseded(await clickHere, scene)
        const opened = await clickThere
        expect(rememberedBy(opened)).toHaveLength(1)
        const [survivor, ...others] = scene.sessions.filter(({ status }) => status === 'created')
        expect(others).toEqual([])
        expect(opened.headers.location).toBe(survivor?.access_url)
      },
    ),

    check(
      'race-answer-under-way',
      'a logout that was sent before the answer with the cookie arrived MUST end that session too',
      async ({ open }) => {
        const byCookie = await open()
        const ada = byCookie.visitor('ada')
        await ada.click()
        const earlier = copyOf(ada, byCookie)
        await ada.click()
        expectNothingPending(await earlier.logout())
        expect(aliveIn(byCookie)).toEqual([])

        const byHost = await open(byLoginId())
        const grace = byHost.visitor('grace')
        const before = copyOf(grace, byHost)
        await grace.click('', { ...NAVIGATION, 'x-host-login': 'one' })
        expectNothingPending(await before.logout({ ...SCRIPT, 'x-host-login': 'one' }))
        expect(aliveIn(byHost)).toEqual([])
      },
    ),

    check(
      'race-others',
      "another customer's create in another browser MUST go on as if nothing had happened",
      async ({ open }) => {
        const scene = await open({ options: AFTER_LOGOUT })
        const [ada, grace] = [scene.visitor('ada'), scene.visitor('grace')]
        void scene.emulator.hold('create')
        const clicks = [ada.click(), grace.click()] as const
        await until(() => scene.creates.length === 2)
        const logout = ada.logout()
        await until(() => scene.asked === 3)
        await letHostNotice(scene)
        scene.emulator.release()
        expectNothingPending(await logout)
        expectSuperseded(await clicks[0], scene)
        const opened = await clicks[1]
        const [hers] = scene.sessions.filter(({ customer_id }) => customer_id === 'cust_grace')
        expect(opened.headers.location).toBe(hers?.access_url)
        expect(hers?.status).toBe('created')
        expect(grace.remembered).toHaveLength(1)
        expectLoggedOut(await grace.logout(), 1)
      },
    ),

    check(
      'race-free',
      'however clicks and logouts fall together, one last logout MUST leave nothing alive',
      async ({ open }) => {
        const scene = await open({ options: { rateLimit: false } })
        for (let round = 0; round < 5; round++) {
          const ada = scene.visitor('ada')
          if (round % 2 === 0) await ada.click()
          await Promise.all([ada.click(), ada.logout(), ada.fetchSession(), ada.click(), ada.logoutByForm()])
          expectNothingPending(await ada.logout())
          expect(aliveIn(scene)).toEqual([])
          expect(ada.remembered).toEqual([])
        }
      },
    ),
  ],
}
