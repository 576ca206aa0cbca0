import { expect } from 'vitest'
import { type CheckGroup, check, expectHandedOut, forgottenBy } from '../kit/check.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { aliveIn, copyOf } from '../kit/moments.js'
import { Scene, type SeenEvent, type Stage, startChargebee } from '../kit/scene.js'
import { SCRIPT, type Visitor } from '../kit/visitor.js'

const LOST = 'a secret that nobody has any more, longer than 32 bytes'
const PRESENT = 'the secret of today, which is longer than 32 bytes'

/** CONTRACT section 6: cookies of ours that can't be read. They change no answer, and are told. */
export const unreadable: CheckGroup = {
  title: 'cookies of ours that can not be read',
  checks: [
    check(
      'unreadable-told',
      'at the sign-out of a customer they MUST be told with the likely cause; the answer stays the same',
      async (stage) => {
        const before = await stage.open({ options: { secret: LOST } })
        const ada = before.visitor('ada')
        await ada.click()
        await ada.click()
        const scene = await another(stage, before, { secret: PRESENT })
        const visitor = copyOf(ada, scene)
        expectLoggedOut(await visitor.logout(), 0)
        expect(reports(scene)).toEqual([
          expect.objectContaining({ count: 2, reason: 'seal', message: expect.stringContaining('"secret"') }),
        ])
        visitor.user = undefined
        expectLoggedOut(await visitor.logout(), 0)
        expect(reports(scene)[1]).not.toHaveProperty('message')
        expect(aliveIn(before)).toHaveLength(2)
      },
    ),

    check(
      'unreadable-joined',
      'cookies that were joined with commas MUST be told and not parsed',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        await ada.click()
        for (const glue of [', ', ',']) {
          const cookie = ['first=1', ...[...ada.jar].map((pair) => pair.join('='))].join(glue)
          const answer = await ada.logout({ ...SCRIPT, cookie })
          expect(answer.status, answer.body).toBe(200)
          expect(reports(scene).at(-1)).toMatchObject({
            reason: 'joined',
            message: expect.stringMatching(/comma/),
          })
        }
        // The browser still has them, and a header in order is read.
        expect(ada.remembered).toHaveLength(2)
      },
    ),

    check(
      'unreadable-missing',
      'a login with sessions of this hour that signs out without any cookie of ours MUST be told, and they MUST be ended',
      async ({ open }) => {
        const scene = await open({ options: { getLoginId: () => 'a login of ada' } })
        const ada = scene.visitor('ada')
        expectHandedOut(await ada.click(), scene)
        for (const name of ada.remembered) ada.jar.delete(name)
        expectLoggedOut(await ada.logout(), 1)
        expect(aliveIn(scene)).toEqual([])
        expect(reports(scene)).toEqual([
          expect.objectContaining({
            count: 0,
            reason: 'missing',
            message: expect.stringMatching(/hosting or proxy/),
          }),
        ])
        // Nothing is missing where the cookies come.
        await ada.click()
        await ada.logout()
        expectLoggedOut(await ada.logout(), 0)
        expect(reports(scene)).toHaveLength(1)
      },
    ),

    check(
      'unreadable-elsewhere',
      'those of a renamed site, or of http before https, MUST be told at a sign-out, never read and never cleared',
      async (stage) => {
        const before = await stage.open({ options: { maxSessions: 2, secret: PRESENT } })
        const ada = before.visitor('ada')
        for (let clicks = 0; clicks < 2; clicks++) await ada.click()
        const renamed = await startChargebee({ apiKey: before.emulator.apiKey })
        stage.after(() => renamed.close())
        const options = { maxSessions: 1, secret: PRESENT }
        for (const [scene, reason] of [
          [await Scene.open(stage.startHost, { emulator: renamed, options }), 'site'],
          [await another(stage, before, { ...options, baseUrl: 'https://shop.example' }), 'scheme'],
        ] as const) {
          stage.after(() => scene.close())
          const visitor = copyOf(ada, scene)
          const answers = [await visitor.logout(), await visitor.logoutByForm()]
          expect(answers.flatMap(forgottenBy)).toEqual([])
          expect(reports(scene)[0]).toMatchObject({ count: 2, reason, message: expect.any(String) })
          expect(scene.logouts).toEqual([])
        }
        expectLoggedOut(await ada.logout(), 2)
      },
    ),

    check(
      'unreadable-piling-up',
      'a sign-out MUST clear all but the last maxSessions of them, and they MUST count towards the 8 KB',
      async (stage) => {
        const before = await stage.open({ options: { secret: LOST, maxSessions: 30 } })
        const ada = before.visitor('ada')
        for (let clicks = 0; clicks < 10; clicks++) await ada.click()
        const scene = await another(stage, before, { secret: PRESENT, maxSessions: 3 })
        const full = copyOf(ada, scene)
        multiply(full, 30)
        expect((await full.click()).status).toBe(503)
        expect(scene.creates).toHaveLength(before.creates.length)
        const names = full.remembered
        expect(
          forgottenBy(await full.logout())
            .map(({ name }) => name)
            .sort(),
        ).toEqual(names.slice(0, -3).sort())
        expect(full.remembered).toEqual(names.slice(-3))
        expectHandedOut(await full.click(), scene)
        expectLoggedOut(await full.logout(), 1)
        expect(full.remembered).toEqual(names.slice(-3))
      },
    ),

    check(
      'unreadable-once',
      'a request with many of them MUST be one event with a count, and a name of exact form only',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        const [name = ''] = ada.remembered
        const stranger = scene.visitor()
        for (let count = 0; count < 100; count++)
          stranger.jar.set(name.slice(0, -3) + String(count).padStart(3, '-'), 'rubbish')
        stranger.jar.set('psso.<script>', 'rubbish')
        expectLoggedOut(await stranger.logout(), 0)
        expect(reports(scene)).toEqual([
          expect.objectContaining({ count: 100, name: expect.stringMatching(/^psso\.[\w-]{16}$/) }),
        ])
      },
    ),
  ],
}

function reports({ events }: Scene): SeenEvent[] {
  return events.filter(({ type }) => type === 'cookie.unreadable')
}

async function another(stage: Stage, scene: Scene, options: Record<string, unknown>): Promise<Scene> {
  const next = await Scene.open(stage.startHost, { emulator: scene.emulator, options })
  stage.after(() => next.close())
  return next
}

/** The same values under other names. */
function multiply({ jar, remembered }: Visitor, count: number): void {
  const values = remembered.map((name) => jar.get(name) ?? '')
  const [first = ''] = remembered
  for (let index = remembered.length; index < count; index++) {
    jar.set(first.slice(0, -3) + String(index).padStart(3, '-'), values[index % values.length] ?? '')
  }
}
