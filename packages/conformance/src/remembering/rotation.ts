import { expect } from 'vitest'
import { type CheckGroup, check, newestSession, rememberedBy } from '../kit/check.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { aliveIn, copyOf } from '../kit/moments.js'
import { Scene, type Stage } from '../kit/scene.js'
import { NAVIGATION } from '../kit/visitor.js'

const OLD = 'the secret of last year, longer than 32 bytes'
const NEW = 'the secret of this year, longer than 32 bytes'

/** CONTRACT section 3, `secret` and `previousApiKeys`, over hosts that are started anew. */
export const rotation: CheckGroup = {
  title: 'secrets and API keys that change',
  checks: [
    check(
      'rotation-secret',
      'what was remembered under the old secret MUST be found while it is in the list',
      async (stage) => {
        const before = await stage.open({ options: { secret: OLD } })
        const ada = before.visitor('ada')
        await ada.click()
        await ada.click()
        const rotated = await restarted(stage, before, { secret: [NEW, OLD] })
        expectLoggedOut(await copyOf(ada, rotated).logout(), 2)
        expect(aliveIn(before)).toEqual([])
      },
    ),

    check(
      'rotation-first-secret',
      'what was remembered without a secret MUST be found when the host gets one, and MUST be sealed anew with it',
      async (stage) => {
        const before = await stage.open()
        const ada = before.visitor('ada')
        await ada.click()
        const later = await restarted(stage, before, { secret: NEW })
        const visitor = copyOf(ada, later)
        const [name] = ada.remembered
        const answer = await visitor.request('GET', later.path('/portal_return'), NAVIGATION)
        expect(rememberedBy(answer).map((cookie) => cookie.name)).toEqual([name])
        expectLoggedOut(await copyOf(ada, later).logout(), 1)
        expect(aliveIn(before)).toEqual([])
      },
    ),

    check(
      'rotation-renewed',
      'an answer of ours under both MUST seal it anew, so that the old secret can go',
      async (stage) => {
        const before = await stage.open({ options: { secret: OLD } })
        const ada = before.visitor('ada')
        await ada.click()
        const rotated = await restarted(stage, before, { secret: [NEW, OLD] })
        const renewed = copyOf(ada, rotated)
        await renewed.request('GET', rotated.path('/portal_return'), NAVIGATION)
        const afterwards = await restarted(stage, before, { secret: NEW })
        expectLoggedOut(await copyOf(renewed, afterwards).logout(), 1)
        expect(aliveIn(before)).toEqual([])
      },
    ),

    check(
      'rotation-api-key',
      'what was remembered under a previous API key MUST be found, and ended with the present one',
      async (stage) => {
        const present = await stage.open({ options: { previousApiKeys: ['test_of_last_year'] } })
        // The emulator knows one key, so it does not see the old one: the answer is the true one of another call.
        const { emulator } = present
        const session = await createAtChargebee(present)
        emulator.fail({ operation: 'create', status: 200, body: { portal_session: session } })
        const before = await restarted(stage, present, { apiKey: 'test_of_last_year' })
        const ada = before.visitor('ada')
        expect((await ada.click()).status).toBe(303)

        expectLoggedOut(await copyOf(ada, present).logout(), 1)
        expect(aliveIn(present)).toEqual([])
        // Under a secret of its own the host finds it as well.
        const withSecret = await restarted(stage, present, {
          secret: NEW,
          previousApiKeys: ['test_of_last_year'],
        })
        expectLoggedOut(await copyOf(ada, withSecret).logout(), 1)
      },
    ),

    check(
      'rotation-thrown-away',
      'a cookie whose secret is gone MUST be reported and left in the browser: the secret may come back',
      async (stage) => {
        const before = await stage.open({ options: { secret: OLD } })
        const ada = before.visitor('ada')
        await ada.click()
        const [name = ''] = ada.remembered
        const without = await restarted(stage, before, { secret: NEW })
        const visitor = copyOf(ada, without)
        const answers = [
          await visitor.logout(),
          await visitor.logoutByForm(),
          await visitor.host('POST', '/host/sign-out'),
          await visitor.request('GET', without.path('/portal_return'), NAVIGATION),
          await visitor.click(),
          await visitor.fetchSession(),
          await visitor.logout(),
        ]
        for (const { setCookies } of answers)
          expect(setCookies.map((cookie) => cookie.name)).not.toContain(name)
        const reports = without.events.filter(({ type }) => type === 'cookie.unreadable')
        expect(reports.length).toBeGreaterThanOrEqual(answers.length)
        expect(reports[0]).toMatchObject({ name, reason: 'seal' })
        expect(visitor.jar.get(name)).toBe(ada.jar.get(name))
        expect(before.sessions[0]?.status).toBe('created')

        const regained = await restarted(stage, before, { secret: [NEW, OLD] })
        expectLoggedOut(await copyOf(visitor, regained).logout(), 1)
        expect(aliveIn(before)).toEqual([])
      },
    ),
  ],
}

/** A new process of the host would be this: the same Chargebee, nothing in memory. */
async function restarted(stage: Stage, scene: Scene, options: Record<string, unknown>): Promise<Scene> {
  const next = await Scene.open(stage.startHost, { emulator: scene.emulator, options })
  stage.after(() => next.close())
  return next
}

/** A session of Ada's made past the host, as the API answers it. */
async function createAtChargebee(scene: Scene): Promise<object> {
  const { apiUrl, apiKey } = scene.emulator
  const answer = await fetch(`${apiUrl}/api/v2/portal_sessions`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${apiKey}:`)}` },
    body: new URLSearchParams({
      'customer[id]': 'cust_ada',
      redirect_url: 'http://127.0.0.1:8080/portal_return',
    }),
  })
  expect(answer.status).toBe(200)
  const { forward_url: _, ...session } = newestSession(scene)
  return session
}
