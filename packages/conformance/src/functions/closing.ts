import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHandedOut,
  expectHostError,
  expectNoCall,
  expectPage,
  expectProblem,
} from '../kit/check.js'
import { json } from '../kit/http.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { aliveIn, copyOf, letHostNotice, Passer, WAYS } from '../kit/moments.js'
import { Scene } from '../kit/scene.js'
import type { Visitor } from '../kit/visitor.js'

/** CONTRACT section 5, `portal.close()`, and promise 10. */
export const closing: CheckGroup = {
  title: 'portal.close()',
  checks: [
    check(
      'close-refuses',
      'after it every way in MUST refuse, without a call, and nothing MUST be forgotten',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        await ada.click()
        await close(ada)
        const before = scene.emulator.calls().length
        const page = await ada.click()
        expectPage(page, 503)
        expect(page.headers['retry-after']).toMatch(/^[1-9]\d*$/)
        expectProblem(await ada.fetchSession(), 503)
        expectProblem(await ada.logout(), 503)
        expectPage(await ada.logoutByForm(), 503)
        const refused = expectHostError(await ada.host('POST', '/host/create-session'))
        expect(refused).toMatchObject({ name: 'PortalSsoError', code: 'closing', status: 503 })
        expect(json(await ada.host('POST', '/host/sign-out'))).toEqual({ ended: 0, pending: 2 })
        expect(scene.emulator.calls()).toHaveLength(before)
        expect(ada.remembered).toHaveLength(2)
        expect(aliveIn(scene)).toHaveLength(2)
      },
    ),

    check(
      'close-restart',
      'the process that comes next MUST end what this one has handed out',
      async ({ open, startHost, after }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        await ada.fetchSession()
        await close(ada)
        const next = await Scene.open(startHost, { emulator: scene.emulator })
        after(() => next.close())
        expectLoggedOut(await copyOf(ada, next).logout(), 2)
        expect(aliveIn(scene)).toEqual([])
      },
    ),

    check(
      'close-waits',
      'it MUST NOT resolve before the create under way is handed out, and that session MUST be remembered',
      async ({ open, startHost, after }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        const held = scene.emulator.hold('create')
        const click = ada.click()
        await held
        let isClosed = false
        const closed = close(scene.visitor()).then(() => {
          isClosed = true
        })
        await letHostNotice(scene)
        expect(isClosed).toBe(false)
        scene.emulator.release()
        expectHandedOut(await click, scene)
        await closed
        const next = await Scene.open(startHost, { emulator: scene.emulator })
        after(() => next.close())
        expectLoggedOut(await copyOf(ada, next).logout(), 1)
      },
    ),

    check('close-waits-for-logout', 'it MUST let a logout under way come to its end', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await ada.click()
      const held = scene.emulator.hold('logout')
      const logout = ada.logout()
      await held
      let isClosed = false
      const closed = close(scene.visitor()).then(() => {
        isClosed = true
      })
      await letHostNotice(scene)
      expect(isClosed).toBe(false)
      scene.emulator.release()
      expectLoggedOut(await logout, 1)
      await closed
      expect(aliveIn(scene)).toEqual([])
    }),

    check(
      'close-undelivered',
      'when it resolves a session whose browser went away MUST have been ended',
      async ({ open }) => {
        await Promise.all(
          WAYS.map(async (way) => {
            const scene = await open()
            const held = scene.emulator.hold('create')
            const passer = await Passer.send(scene.visitor('ada'), scene, way)
            await held
            passer.leave('close')
            const closed = close(scene.visitor())
            await letHostNotice(scene)
            scene.emulator.release()
            await closed
            expect(scene.sessions.map(({ status }) => status)).toEqual(['logged_out'])
          }),
        )
      },
    ),

    check(
      'close-broken-answer',
      'the same for a connection that broke between the hand-out and the answer',
      async ({ open }) => {
        await Promise.all(
          WAYS.map(async (way) => {
            let passer: Passer | undefined
            const scene = await open({
              options: {
                onEvent: ({ type }: { type: string }) => {
                  if (type === 'session.created') passer?.leave('reset')
                },
              },
            })
            const held = scene.emulator.hold('create')
            passer = await Passer.send(scene.visitor('ada'), scene, way)
            await held
            const closed = close(scene.visitor())
            await letHostNotice(scene)
            scene.emulator.release()
            await closed
            expect(
              scene.sessions.map(({ status }) => status),
              way.name,
            ).toEqual(['logged_out'])
          }),
        )
      },
    ),

    check('close-at-once', 'twice, at once and with nothing under way it MUST resolve', async ({ open }) => {
      const scene = await open()
      await Promise.all([close(scene.visitor()), close(scene.visitor())])
      expectNoCall(scene)
    }),
  ],
}

async function close(visitor: Visitor): Promise<void> {
  const answer = await visitor.host('POST', '/host/close-portal')
  expect(answer.status, answer.body).toBe(200)
}
