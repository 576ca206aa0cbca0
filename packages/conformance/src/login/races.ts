import { expect } from 'vitest'
import { type CheckGroup, check, until } from '../kit/check.js'
import { type Answer, json } from '../kit/http.js'
import { AFTER_LOGOUT, expectNothingPending, expectSuperseded } from '../kit/logout-answers.js'
import { aliveIn, copyOf, letHostNotice, SHORT_MS } from '../kit/moments.js'
import type { Stage } from '../kit/scene.js'
import type { Visitor } from '../kit/visitor.js'
import { LoginScene, type LoginSetup } from './scene.js'

/** Promise 3 for the reverse flow. */
export const loginRaces: CheckGroup = {
  title: 'a logout and a login at once',
  checks: [
    check(
      'login-race-known',
      'a logout while the callback waits for Chargebee MUST wait for it and defeat it, in a browser that has logged in before',
      async (stage) => {
        const { host, visitor } = await opened(stage)
        await host.logIn(visitor)
        await expectDefeated(host, visitor)
      },
    ),

    check('login-race-first', 'the same MUST hold for the first login of a browser', async (stage) => {
      const { host, visitor } = await opened(stage)
      await expectDefeated(host, visitor)
    }),

    check(
      'login-race-deadline',
      'a logout that can wait no longer for the callback MUST say pending, and the login MUST fail all the same',
      async (stage) => {
        const { host, visitor } = await opened(stage, { logoutTimeoutMs: SHORT_MS })
        await host.logIn(visitor)
        const arrival = await heldArrival(host, visitor)
        const logout = await copyOf(visitor, host.scene).host('POST', '/host/sign-out')
        host.scene.emulator.release()
        expectSuperseded(await arrival(), host.scene)
        await until(() => aliveIn(host.scene).length === 0)
        expect(host.logins).toHaveLength(1)
        expect(json(logout)).toEqual({ ended: 1, pending: 1 })
      },
    ),

    check(
      'login-race-on-login',
      'a logout of the customer whom onLogin is signing in MUST end the session, or say that it is pending',
      async (stage) => {
        await expectEndedWhileOnLogin(stage, 'ada')
      },
    ),

    check(
      'login-race-on-login-first',
      'the same MUST hold while the host does not know the customer yet',
      async (stage) => {
        await expectEndedWhileOnLogin(stage, undefined)
      },
    ),
  ],
}

async function opened(stage: Stage, options: LoginSetup['options'] = {}, onLogin?: LoginSetup['onLogin']) {
  const host = await LoginScene.open(stage, {
    options: { ...AFTER_LOGOUT, ...options },
    ...(onLogin !== undefined && { onLogin }),
  })
  return { host, visitor: host.visitor() }
}

/** A callback that Chargebee has not answered yet. */
async function heldArrival(host: LoginScene, visitor: Visitor): Promise<() => Promise<Answer>> {
  const address = await host.signIn(await host.begin(visitor))
  const held = host.scene.emulator.hold('activate')
  const arrival = host.arrive(copyOf(visitor, host.scene), address)
  await held
  return () => arrival
}

async function expectDefeated(host: LoginScene, visitor: Visitor): Promise<void> {
  const { scene } = host
  const before = { logins: host.logins.length, asked: scene.asked }
  const arrival = await heldArrival(host, visitor)
  let isSettled = false
  const logout = copyOf(visitor, scene)
    .logout()
    .finally(() => {
      isSettled = true
    })
  await until(() => scene.asked > before.asked)
  await letHostNotice(scene)
  const wasSettled = isSettled
  scene.emulator.release()
  expectNothingPending(await logout)
  expectSuperseded(await arrival(), scene)
  expect(aliveIn(scene)).toEqual([])
  expect(host.logins).toHaveLength(before.logins)
  expect(host.completed).toHaveLength(before.logins)
  expect(wasSettled, 'success before the session was over').toBe(false)
}

async function expectEndedWhileOnLogin(stage: Stage, user: string | undefined): Promise<void> {
  let finish: () => void = () => {}
  const waiting = () =>
    new Promise<void>((resolve) => {
      finish = resolve
    })
  const { host, visitor } = await opened(stage, {}, waiting)
  const address = await host.signIn(await host.begin(visitor))
  const arrival = host.arrive(copyOf(visitor, host.scene), address)
  await until(() => host.logins.length === 1)
  visitor.user = user
  const logout = copyOf(visitor, host.scene).logout()
  await letHostNotice(host.scene)
  finish()
  const [answer] = await Promise.all([logout, arrival])
  if (answer.status === 503) return
  expectNothingPending(answer)
  expect(aliveIn(host.scene)).toEqual([])
}
