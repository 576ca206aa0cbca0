import { expect } from 'vitest'
import { type CheckGroup, check, newestSession, until } from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { NAVIGATION, SCRIPT } from '../kit/visitor.js'

const PATH = '/host/library'
const FOREIGN = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' }

/** CONTRACT section 5: `portal.onSignOut(path)`. */
export const onSignOut: CheckGroup = {
  title: 'a sign-out that a library owns',
  checks: [
    check(
      'on-sign-out',
      'what is remembered MUST be ended, its cookies cleared on the answer of the library, which MUST be asked',
      async ({ open }) => {
        for (const [method, path, headers] of [
          ['POST', PATH, SCRIPT],
          ['GET', PATH, NAVIGATION],
          ['GET', `${PATH}?returnTo=x`, { accept: 'text/html' }],
          ['GET', `${PATH}/`, NAVIGATION],
        ] as const) {
          const scene = await open()
          const ada = scene.visitor('ada')
          await ada.click()
          await ada.fetchSession()
          const answer = await ada.host(method, path, headers)
          expect(answer.body, path).toBe('signed out')
          expect(answer.setCookies.map(({ raw }) => raw)).toContain('host=out')
          expect(ada.remembered).toEqual([])
          expect(scene.sessions.map(({ status }) => status)).toEqual(['logged_out', 'logged_out'])
        }
      },
    ),

    check(
      'on-sign-out-foreign',
      'what another website sends there MUST end the sessions only where the library has taken it',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        for (const method of ['GET', 'POST']) {
          const refused = await ada.host(method, PATH, { ...FOREIGN, 'x-host-refuses': 'yes' })
          expect(refused.status).toBe(403)
        }
        expect(
          (await ada.host('POST', PATH, { origin: 'https://evil.example', 'x-host-refuses': 'yes' })).status,
        ).toBe(403)
        expect(scene.logouts).toEqual([])
        expect(ada.remembered).toHaveLength(1)
        expect((await ada.host('GET', PATH, FOREIGN)).body).toBe('signed out')
        await until(() => newestSession(scene).status === 'logged_out')
        expect(scene.logouts).toHaveLength(1)
      },
    ),

    check(
      'on-sign-out-down',
      'with Chargebee down the library MUST be asked all the same, and what is left stay remembered',
      async ({ open }) => {
        const scene = await open({ options: { logoutTimeoutMs: 500 } })
        const ada = scene.visitor('ada')
        await ada.click()
        const mend = scene.emulator.fail({ operation: 'logout', times: ALWAYS, kind: 'no-headers' })
        expect((await ada.host('POST', PATH, SCRIPT)).body).toBe('signed out')
        expect(ada.remembered).toHaveLength(1)
        mend()
        expectLoggedOut(await ada.logout(), 1)
      },
    ),

    check('on-sign-out-else', 'other paths MUST NOT be touched', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await ada.click()
      for (const path of ['/host/ping', '/host/library-of-ours', '/host', '/'])
        await ada.host('POST', path, SCRIPT)
      expect(scene.logouts).toEqual([])
      expect(ada.remembered).toHaveLength(1)
      const stranger = scene.visitor()
      expect((await stranger.host('POST', PATH, SCRIPT)).body).toBe('signed out')
      expect(scene.logouts).toEqual([])
    }),
  ],
}
