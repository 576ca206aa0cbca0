import { expect } from 'vitest'
import { type CheckGroup, check, newestSession, until } from '../kit/check.js'
import { each } from '../kit/fault-cases.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { WAYS } from '../kit/moments.js'

const LAST = ['cookies', 'status', 'location', 'throw'] as const

/** CONTRACT, promise 10: what runs around us changes the answer. */
export const replaced: CheckGroup = {
  title: 'an answer that is changed on its way out',
  checks: [
    check(
      'replaced',
      'address and cookie MUST leave together; else the session MUST be ended, with one event that says why',
      async (stage) => {
        const cases = WAYS.flatMap((way) => LAST.map((last) => ({ way, last })))
        await each(stage, cases, async (scene, { way, last }) => {
          const ada = scene.visitor('ada')
          const headers = { ...way.headers, 'x-host-last': last }
          const answer = await ada.request(way.method, way.path(scene), headers)
          const what = `${way.name}, ${last}: ${answer.status} ${answer.setCookies.map(({ raw }) => raw)}`
          const { id, access_url } = newestSession(scene)
          const reports = () => scene.events.filter(({ type }) => type === 'misconfigured')
          // A page of the host's own may have any status.
          const expected = { link: [303, access_url], script: [200, undefined] }[way.name]
          const isWhole =
            !expected || (answer.status === expected[0] && answer.headers.location === expected[1])
          if (isWhole && ada.remembered.length === 1) {
            expect(reports(), what).toEqual([])
            expectLoggedOut(await ada.logout(), 1)
          } else {
            await until(() => scene.events.some(({ type }) => type === 'session.ended'))
            expect(reports(), what).toHaveLength(1)
            expect(scene.events, what).toContainEqual(
              expect.objectContaining({ type: 'session.ended', sessionId: id, by: 'doubt' }),
            )
          }
          expect(newestSession(scene).status, what).toBe('logged_out')
        })
      },
    ),

    check(
      'replaced-cookies',
      "a page of the host that sets Set-Cookie anew after createSession() MUST NOT lose the session's cookie",
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        const answer = await ada.host('POST', '/host/create-session', {
          'x-host-cookie': 'theme=dark; Path=/',
        })
        expect(answer.status, answer.body).toBe(200)
        expect(answer.setCookies.map(({ name }) => name)).toContain('theme')
        expect(answer.setCookies.map(({ name }) => name)).not.toContain('host')
        expect(ada.remembered).toHaveLength(1)
        expectLoggedOut(await ada.logout(), 1)
      },
    ),
  ],
}
