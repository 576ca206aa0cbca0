import { expect } from 'vitest'
import { type CheckGroup, check, until } from '../kit/check.js'
import { each } from '../kit/fault-cases.js'
import { aliveIn, DEPARTURES, letHostNotice, Passer, WAYS } from '../kit/moments.js'
import { SCRIPT } from '../kit/visitor.js'

/** CONTRACT, promise 10: the browser goes away before the answer. */
export const undelivered: CheckGroup = {
  title: 'what is made and never delivered is ended again',
  checks: [
    check(
      'undelivered-create',
      'when the browser goes away during the create the new session MUST be ended, and no other',
      async (stage) => {
        const cases = WAYS.flatMap((way) => DEPARTURES.map((how) => ({ way, how })))
        await each(stage, cases, async (scene, { way, how }) => {
          const ada = scene.visitor('ada')
          await ada.click()
          const held = scene.emulator.hold('create')
          const passer = await Passer.send(ada, scene, way)
          await held
          passer.leave(how)
          await letHostNotice(scene)
          scene.emulator.release()
          await until(() => scene.sessions[1]?.status === 'logged_out')
          expect(passer.received).toBe('')
          expect(aliveIn(scene)).toEqual([scene.sessions[0]?.id])
        })
      },
    ),

    check(
      'undelivered-answer',
      'when the connection breaks between the hand-out and the answer the new session MUST be ended',
      async ({ open }) => {
        await Promise.all(
          WAYS.map(async (way) => {
            const scene = await open({
              options: {
                onEvent: ({ type }: { type: string }) => {
                  if (type === 'session.created') passer?.leave('reset')
                },
              },
            })
            let passer: Passer | undefined
            const held = scene.emulator.hold('create')
            passer = await Passer.send(scene.visitor('ada'), scene, way)
            await held
            scene.emulator.release()
            await until(() => scene.sessions.length === 1 && aliveIn(scene).length === 0)
            expect(passer.received).toBe('')
          }),
        )
      },
    ),

    check(
      'undelivered-queued',
      'the same for an answer that waits for its turn on the connection behind a slower one',
      async ({ open }) => {
        await Promise.all(
          WAYS.map(async (way) => {
            const scene = await open()
            const ada = scene.visitor('ada')
            await ada.click()
            const held = scene.emulator.hold('logout')
            const passer = await Passer.send(ada, scene, {
              name: 'logout',
              method: 'POST',
              path: () => scene.path('/portal_logout'),
              headers: SCRIPT,
            })
            await held
            await passer.send(scene.visitor('grace'), scene, way)
            await until(() => scene.events.filter(({ type }) => type === 'session.created').length === 2)
            await letHostNotice(scene)
            passer.leave('reset')
            await letHostNotice(scene)
            scene.emulator.release()
            await until(() => scene.sessions.length === 2 && aliveIn(scene).length === 0)
            expect(passer.received).toBe('')
          }),
        )
      },
    ),

    check(
      'undelivered-before',
      'when the browser goes away while the host looks who it is no session MUST be left alive',
      async ({ open }) => {
        await Promise.all(
          WAYS.map(async (way) => {
            let say: (customerId: string) => void = () => {}
            const scene = await open({
              getCustomerId: () =>
                new Promise((resolve) => {
                  say = resolve
                }),
            })
            const passer = await Passer.send(scene.visitor('ada'), scene, way)
            await until(() => scene.asked === 1)
            passer.leave('close')
            await letHostNotice(scene)
            say('cust_ada')
            await letHostNotice(scene)
            await until(() => scene.creates.length === scene.sessions.length)
            await until(() => aliveIn(scene).length === 0)
            expect((await scene.visitor().host('GET', '/host/ping')).body).toBe('pong')
          }),
        )
      },
    ),

    check(
      'delivered',
      'a session whose answer was delivered MUST NOT be ended because the connection ends then',
      async (stage) => {
        const cases = WAYS.flatMap((way) => DEPARTURES.map((how) => ({ way, how })))
        await each(stage, cases, async (scene, { way, how }) => {
          const passer = await Passer.send(scene.visitor('ada'), scene, way)
          await until(() => passer.isAnswered)
          expect(passer.received).toMatch(/^HTTP\/1\.1 (200|303) /)
          passer.leave(how)
          await letHostNotice(scene)
          expect(scene.sessions.map(({ status }) => status)).toEqual(['created'])
          expect(scene.logouts).toEqual([])
        })
      },
    ),
  ],
}
