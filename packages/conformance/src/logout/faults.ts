import { expect } from 'vitest'
import { type CheckGroup, check, expectVary, forgottenBy, newestSession } from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { formsOf, linksOf, scriptsOf } from '../kit/html.js'
import { expectLoggedOut, expectPending } from '../kit/logout-answers.js'
import { SHORT_MS } from '../kit/moments.js'
import { NAVIGATION } from '../kit/visitor.js'

const NOT_FOUND = {
  message: 'portal_session not found',
  type: 'invalid_request',
  api_error_code: 'resource_not_found',
  http_status_code: 404,
}

/** CONTRACT: `/portal_logout` when Chargebee refuses, errs or is gone; promises 2 and 3. */
export const logoutFaults: CheckGroup = {
  title: '/portal_logout tells the truth',
  checks: [
    check('logout-404', 'a 404 with resource_not_found MUST count as ended', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await ada.click()
      scene.emulator.fail({
        operation: 'logout',
        times: ALWAYS,
        status: 404,
        body: NOT_FOUND,
      })
      expectLoggedOut(await ada.logout(), 1)
      expect(ada.remembered).toEqual([])
    }),

    check(
      'logout-refused',
      'any other refusal or failure MUST be 503 with Retry-After, and the session MUST stay remembered',
      async ({ open }) => {
        const rules = [
          { status: 404, body: { ...NOT_FOUND, api_error_code: 'site_not_found' } },
          { status: 404, body: '<h1>Not Found</h1>' },
          { status: 404, body: '' },
          { status: 400 },
          { status: 401 },
          { status: 403 },
          { status: 405 },
          { status: 409 },
          { status: 422 },
          { status: 429 },
          { status: 500 },
          { status: 502, body: '<h1>Bad Gateway</h1>' },
          { status: 503 },
          { status: 504 },
          { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: '' },
          { status: 200, body: {} },
          { status: 200, body: '<h1>Maintenance</h1>' },
          { kind: 'reset' },
          { kind: 'truncated' },
        ] as const
        await Promise.all(
          rules.map(async (rule) => {
            const scene = await open()
            const ada = scene.visitor('ada')
            await ada.click()
            const mend = scene.emulator.fail({
              operation: 'logout',
              times: ALWAYS,
              ...rule,
            })
            expectPending(await ada.logout())
            expect(ada.remembered, JSON.stringify(rule)).toHaveLength(1)
            mend()
            expectLoggedOut(await ada.logout(), 1)
            expect(newestSession(scene).status).toBe('logged_out')
            expect(ada.remembered).toEqual([])
          }),
        )
      },
    ),

    check(
      'logout-other-session',
      'an answer about another session, or one that is not logged out, MUST NOT count as ended',
      async ({ open }) => {
        for (const wrong of [
          { id: 'portal_of_somebody_else' },
          { status: 'logged_in' },
          { status: 'created' },
        ]) {
          const scene = await open()
          const ada = scene.visitor('ada')
          await ada.click()
          const { forward_url: _, ...session } = newestSession(scene)
          scene.emulator.fail({
            operation: 'logout',
            times: ALWAYS,
            status: 200,
            body: { portal_session: { ...session, status: 'logged_out', ...wrong } },
          })
          expectPending(await ada.logout())
          expect(ada.remembered, JSON.stringify(wrong)).toHaveLength(1)
        }
      },
    ),

    check(
      'logout-partly',
      'when some could not be ended, just those MUST stay remembered and be tried at the next logout',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        for (let clicks = 0; clicks < 3; clicks++) await ada.click()
        // A refusal is not tried again, so one rule is one session.
        scene.emulator.fail({ operation: 'logout', status: 401 })
        const answer = await ada.logout()
        expectPending(answer)
        expect(forgottenBy(answer)).toHaveLength(2)
        expect(ada.remembered).toHaveLength(1)
        expectLoggedOut(await ada.logout(), 1)
        expect(scene.sessions.map(({ status }) => status)).toEqual(['logged_out', 'logged_out', 'logged_out'])
        expect(ada.remembered).toEqual([])
      },
    ),

    check('logout-tries', 'one logout MUST try each session at most twice', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await ada.click()
      await ada.click()
      scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 503 })
      await ada.logout()
      const paths = scene.logouts.map(({ path }) => path)
      for (const path of new Set(paths))
        expect(paths.filter((other) => other === path).length).toBeLessThanOrEqual(2)
    }),

    check('logout-second-try', 'a passing fault MUST NOT show', async ({ open }) => {
      for (const rule of [{ status: 503 }, { kind: 'reset' }, { kind: 'reset-after' }] as const) {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        scene.emulator.fail({ operation: 'logout', ...rule })
        expectLoggedOut(await ada.logout(), 1)
        expect(newestSession(scene).status).toBe('logged_out')
      }
    }),

    check(
      'logout-stalled',
      'a Chargebee that does not answer MUST be 503 at logoutTimeoutMs, with the session kept',
      async ({ open }) => {
        await Promise.all(
          (['no-headers', 'no-end'] as const).map(async (kind) => {
            const scene = await open({ options: { logoutTimeoutMs: SHORT_MS } })
            const ada = scene.visitor('ada')
            await ada.click()
            const mend = scene.emulator.fail({ operation: 'logout', times: ALWAYS, kind })
            expectPending(await ada.logout())
            expect(ada.remembered).toHaveLength(1)
            mend()
            expectLoggedOut(await ada.logout(), 1)
          }),
        )
      },
    ),

    check(
      'logout-pending-page',
      'the 503 page MUST have a button to try again and a link to afterLogoutUrl: never a dead end',
      async ({ open }) => {
        const scene = await open({ options: { afterLogoutUrl: '/bye' } })
        const ada = scene.visitor('ada')
        await ada.click()
        scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
        for (const answer of [
          await ada.logoutByForm(),
          await ada.request('GET', scene.path('/portal_logout'), NAVIGATION),
        ]) {
          expectPending(answer)
          expectVary(answer, 'Accept')
          expect(answer.headers['content-type']).toMatch(/^text\/html\b/)
          expect(scriptsOf(answer.body)).toEqual([])
          const [form, ...others] = formsOf(answer.body)
          expect(others).toEqual([])
          expect(form).toMatchObject({ method: 'post', buttons: 1 })
          expect(scene.resolve(form?.action, '/portal_logout')).toBe(scene.publicUrl('/portal_logout'))
          expect(linksOf(answer.body).map((href) => scene.resolve(href))).toContain(scene.onOrigin('/bye'))
        }
      },
    ),

    check('logout-pending-event', 'an end that failed MUST be a session.pending event', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await ada.click()
      scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
      await ada.logout()
      expect(scene.events.filter(({ type }) => type === 'session.ended')).toEqual([])
      expect(scene.events.find(({ type }) => type === 'session.pending')).toMatchObject({
        site: scene.emulator.site,
        sessionId: newestSession(scene).id,
      })
    }),
  ],
}
