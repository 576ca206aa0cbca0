import { memoryStore, type SessionStore, type SharedStore, StoreFailure } from '@portal-sso/core'
import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHandedOut,
  expectHostError,
  expectNoCall,
  expectRefusal,
  until,
} from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { type Answer, json } from '../kit/http.js'
import { AFTER_LOGOUT, expectLoggedOut, expectPending, expectSuperseded } from '../kit/logout-answers.js'
import { aliveIn, letHostNotice, SHORT_MS } from '../kit/moments.js'
import type { Scene } from '../kit/scene.js'

/** CONTRACT section 5: `portal.endSessions()`, and what a store adds. */
export const endSessions: CheckGroup = {
  title: 'portal.endSessions(), and a shared store',
  checks: [
    check(
      'end-sessions',
      "a customer's sessions in all browsers MUST be over, and nobody else's",
      async ({ open }) => {
        for (const who of ['cust_ada', { customerId: 'cust_ada' }]) {
          const scene = await open({ options: { store: memoryStore() } })
          const [laptop, phone, grace] = [scene.visitor('ada'), scene.visitor('ada'), scene.visitor('grace')]
          await laptop.click()
          await laptop.fetchSession()
          await phone.click()
          await grace.click()
          expect(json(await end(scene, who))).toEqual({ ended: 3, pending: 0 })
          expect(aliveIn(scene)).toEqual([scene.sessions.at(-1)?.id])
          const revoked = scene.events.filter(({ type, by }) => type === 'session.ended' && by === 'revoked')
          expect(revoked).toHaveLength(3)
          const before = scene.emulator.calls().length
          expect(json(await end(scene, who))).toEqual({ ended: 0, pending: 0 })
          expectLoggedOut(await laptop.logout(), 2)
          expect(scene.emulator.calls()).toHaveLength(before)
        }
      },
    ),

    check(
      'end-sessions-login',
      'with { loginId } those of that login MUST be over, and those of the same customer elsewhere not',
      async ({ open }) => {
        const scene = await open({
          options: (_usual, toHostCall) => ({
            store: memoryStore(),
            getLoginId: (...native: never[]) => String(toHostCall(...native).headers['x-host-login']),
          }),
        })
        const [laptop, phone] = [scene.visitor('ada'), scene.visitor('ada')]
        await laptop.fetchSession('', { 'sec-fetch-site': 'same-origin', 'x-host-login': 'login 1' })
        await phone.fetchSession('', { 'sec-fetch-site': 'same-origin', 'x-host-login': 'login 2' })
        expect(json(await end(scene, { loginId: 'login 1' }))).toEqual({ ended: 1, pending: 0 })
        expect(scene.sessions.map(({ status }) => status)).toEqual(['logged_out', 'created'])
      },
    ),

    check(
      'end-sessions-under-way',
      'what is being opened at that moment MUST NOT be handed out, and be over',
      async ({ open }) => {
        const scene = await open({ options: { store: memoryStore(), ...AFTER_LOGOUT } })
        const held = scene.emulator.hold('create')
        const click = scene.visitor('ada').click()
        await held
        const ending = end(scene, 'cust_ada')
        await letHostNotice(scene)
        scene.emulator.release()
        expectSuperseded(await click, scene)
        expect(json(await ending)).toMatchObject({ pending: 0 })
        expect(aliveIn(scene)).toEqual([])
        expectHandedOut(await scene.visitor('ada').click(), scene)
      },
    ),

    check(
      'end-sessions-pending',
      'what Chargebee does not end MUST be pending, within the deadline, and be tried again by itself',
      async ({ open }) => {
        const scene = await open({ options: { store: memoryStore(), logoutTimeoutMs: SHORT_MS } })
        await scene.visitor('ada').click()
        const mend = scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
        expect(json(await end(scene, 'cust_ada'))).toEqual({ ended: 0, pending: 1 })
        mend()
        await until(() => aliveIn(scene).length === 0)
      },
    ),

    check(
      'end-sessions-elsewhere',
      'what another process has opened, or is opening, MUST be over; its own sign-out finds that',
      async ({ open }) => {
        const store = memoryStore()
        const here = await open({ options: { store } })
        const there = await open({ options: { store, ...AFTER_LOGOUT }, emulator: here.emulator })
        const [ada, other] = [there.visitor('ada'), there.visitor('ada')]
        await ada.click()
        const held = here.emulator.hold('create')
        const click = other.click()
        await held
        const ending = end(here, 'cust_ada')
        await letHostNotice(here)
        here.emulator.release()
        expectSuperseded(await click, there)
        expect(json(await ending)).toMatchObject({ pending: 0 })
        expect(aliveIn(here)).toEqual([])
        expectLoggedOut(await ada.logout(), 1)
      },
    ),

    check(
      'store-elsewhere',
      'a sign-out MUST supersede what another process has under way for its login',
      async ({ open }) => {
        const store = memoryStore()
        const here = await open({ options: { store } })
        const there = await open({ options: { store, ...AFTER_LOGOUT }, emulator: here.emulator })
        const ada = there.visitor('ada')
        const held = here.emulator.hold('create')
        const click = ada.click()
        await held
        const elsewhere = here.visitor('ada')
        const signOut = elsewhere.logout()
        await letHostNotice(here)
        here.emulator.release()
        expectSuperseded(await click, there)
        expect((await signOut).status).toBe(200)
        expect(aliveIn(here)).toEqual([])
      },
    ),

    check(
      'end-sessions-no-store',
      'without a store it MUST reject with a TypeError that names the option',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        const answer = await end(scene, 'cust_ada')
        expectHostError(answer)
        expect(json(answer)).toMatchObject({
          name: 'TypeError',
          hostError: expect.stringContaining('"store"'),
        })
        expect(aliveIn(scene)).toHaveLength(1)
      },
    ),

    check(
      'end-sessions-whom',
      'anything but a customer or a login MUST be refused with a TypeError, and end nothing',
      async ({ open }) => {
        const scene = await open({ options: { store: memoryStore() } })
        await scene.visitor('ada').click()
        const nonsense = ['', ' ', 'x'.repeat(51), null, 7, {}, [], { customerId: '' }, { loginId: '' }]
        const doubtful = [{ customerId: 'cust_ada', loginId: 'login' }, { customer: 'cust_ada' }]
        for (const who of [...nonsense, ...doubtful, { loginId: 'without getLoginId' }]) {
          const answer = await end(scene, who)
          expect(json(answer), JSON.stringify(who)).toMatchObject({ name: 'TypeError' })
        }
        expect(aliveIn(scene)).toHaveLength(1)
        expect(scene.logouts).toEqual([])
      },
    ),

    check(
      'store-down',
      'a store that can not be asked MUST keep everybody out with 503, and let a sign-out end what the cookies know',
      async ({ open }) => {
        const store = breakable()
        const scene = await open({ options: { store } })
        const ada = scene.visitor('ada')
        await ada.click()
        const before = scene.emulator.calls().length
        store.isBroken = true
        for (const answer of [await ada.click(), await ada.fetchSession()]) {
          expectRefusal(answer, 503)
          expect(answer.headers['retry-after']).toBe('5')
        }
        expect(scene.emulator.calls()).toHaveLength(before)
        expect(json(await end(scene, 'cust_ada'))).toMatchObject({ code: 'store_unavailable', status: 503 })
        expect(scene.emulator.calls()).toHaveLength(before)
        expectPending(await ada.logout())
        expect(aliveIn(scene)).toEqual([])
        store.isBroken = false
        expectLoggedOut(await ada.logout(), 0)
        expectHandedOut(await ada.click(), scene)
      },
    ),

    check(
      'store-down-between',
      'a store that fails between the create and remembering it MUST leave no session alive, and none handed out',
      async ({ open }) => {
        const store = breakable()
        const scene = await open({ options: { store } })
        const ada = scene.visitor('ada')
        const held = scene.emulator.hold('create')
        const click = ada.click()
        await held
        store.isBroken = true
        scene.emulator.release()
        expectRefusal(await click, 503)
        expect(ada.remembered).toEqual([])
        expect(aliveIn(scene)).toEqual([])
      },
    ),

    check('store-closing', 'after close() it MUST be refused', async ({ open }) => {
      const scene = await open({ options: { store: memoryStore() } })
      await scene.visitor('ada').host('POST', '/host/close-portal')
      expect(json(await end(scene, 'cust_ada'))).toMatchObject({ code: 'closing' })
      expectNoCall(scene)
    }),
  ],
}

function end(scene: Scene, who: unknown): Promise<Answer> {
  return scene.visitor().host('POST', '/host/end-sessions', { 'x-host-who': JSON.stringify(who) })
}

/** A store in memory that can be out of reach. */
function breakable(): SharedStore & { isBroken: boolean } {
  const inner = memoryStore()
  const breakable = {
    isBroken: false,
    open(settings: Parameters<SharedStore['open']>[0]): SessionStore {
      const store = inner.open(settings)
      return new Proxy(store, {
        get(target, name: keyof SessionStore) {
          const value = target[name]
          if (typeof value !== 'function' || name === 'arrive') return value
          return (...given: never[]) =>
            breakable.isBroken
              ? Promise.reject(new StoreFailure('out of reach'))
              : (value as (...all: never[]) => unknown).apply(target, given)
        },
      })
    },
  }
  return breakable
}
