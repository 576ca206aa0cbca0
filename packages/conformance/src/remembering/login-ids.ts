import { expect } from 'vitest'
import { type CheckGroup, check, expectHandedOut, newestSession, until } from '../kit/check.js'
import { AFTER_LOGOUT, expectLoggedOut } from '../kit/logout-answers.js'
import { aliveIn, copyOf, letHostNotice } from '../kit/moments.js'
import type { Scene } from '../kit/scene.js'
import { NAVIGATION, SCRIPT, type Visitor } from '../kit/visitor.js'
import { expectSignedIn } from '../login/check.js'
import { LoginScene } from '../login/scene.js'

/** The last user of a browser, elsewhere and signed in as nobody, with the cookies as they were. */
function thiefAfter(visitor: Visitor, scene: Scene): Visitor {
  const thief = copyOf(visitor, scene)
  thief.user = undefined
  return thief
}

/** CONTRACT section 6: an id by which cookies know a login is of one customer. */
export const loginIds: CheckGroup = {
  title: 'the former user of a browser',
  checks: [
    check(
      'login-ids-switch',
      "with old cookies MUST NOT end the next customer's sessions, nor be told of them",
      async ({ open }) => {
        const scene = await open()
        const browser = scene.visitor('ada')
        await browser.click()
        const thief = thiefAfter(browser, scene)
        browser.user = 'grace'
        expectHandedOut(await browser.click(), scene)
        expectHandedOut(await browser.click(), scene)
        expectLoggedOut(await thief.logout(), 1)
        expect(scene.sessions.map(({ customer_id, status }) => [customer_id, status])).toEqual([
          ['cust_ada', 'logged_out'],
          ['cust_grace', 'created'],
          ['cust_grace', 'created'],
        ])
        expectLoggedOut(await browser.logout(), 2)
      },
    ),

    check(
      'login-ids-under-way',
      "with old cookies MUST NOT supersede the next customer's click",
      async ({ open }) => {
        const scene = await open({ options: AFTER_LOGOUT })
        const browser = scene.visitor('ada')
        await browser.click()
        const thief = thiefAfter(browser, scene)
        browser.user = 'grace'
        void scene.emulator.hold('create')
        const click = browser.click()
        await until(() => scene.creates.length === 2)
        const asked = scene.asked
        const logout = thief.logout()
        await until(() => scene.asked > asked)
        await letHostNotice(scene)
        scene.emulator.release()
        expectLoggedOut(await logout, 1)
        expectHandedOut(await click, scene)
        expect(newestSession(scene)).toMatchObject({ customer_id: 'cust_grace', status: 'created' })
      },
    ),

    check(
      'login-ids-sign-in',
      "with old cookies MUST NOT end the next customer's sign-in at Chargebee, done or under way",
      async (stage) => {
        const host = await LoginScene.open(stage)
        const browser = host.visitor('ada')
        await browser.click()
        browser.user = undefined
        const thief = thiefAfter(browser, host.scene)
        const thiefLater = thiefAfter(browser, host.scene)
        const address = await host.signIn(await host.begin(browser), 'grace@example.com')
        void host.scene.emulator.hold('activate')
        const arrival = host.arrive(browser, address)
        await until(() => host.activations.length === 1)
        expectLoggedOut(await thief.logout(), 1)
        host.scene.emulator.release()
        expectSignedIn(await arrival, host)
        expectLoggedOut(await thiefLater.logout(), 1)
        expect(newestSession(host.scene)).toMatchObject({ customer_id: 'cust_grace', status: 'activated' })
        expectLoggedOut(await browser.logout(), 1)
      },
    ),

    check(
      'login-ids-own',
      "a customer's own sign-out MUST end what was opened after the switch, also what is under way",
      async ({ open }) => {
        const scene = await open({ options: AFTER_LOGOUT })
        const browser = scene.visitor('ada')
        await browser.click()
        browser.user = 'grace'
        expectHandedOut(await browser.click(), scene)
        const earlier = copyOf(browser, scene)
        expectHandedOut(await browser.click(), scene)
        earlier.user = undefined
        expectLoggedOut(await earlier.logout(), 2)
        expect(aliveIn(scene)).toEqual([])
      },
    ),

    check(
      'login-ids-colleague',
      'with getLoginId, a colleague of the same customer with old cookies MUST NOT end the next one’s sessions',
      async ({ open }) => {
        const scene = await open({
          options: (_usual, toHostCall) => ({
            getLoginId: (...native: never[]) => toHostCall(...native).headers['x-host-login'],
          }),
        })
        const browser = scene.visitor('ada')
        await browser.click('', { ...NAVIGATION, 'x-host-login': 'one' })
        const thief = thiefAfter(browser, scene)
        expectHandedOut(await browser.click('', { ...NAVIGATION, 'x-host-login': 'two' }), scene)
        expectLoggedOut(await thief.logout(), 1)
        expect(scene.sessions.map(({ status }) => status)).toEqual(['logged_out', 'created'])
        expectLoggedOut(await browser.logout({ ...SCRIPT, 'x-host-login': 'two' }), 2)
      },
    ),
  ],
}
