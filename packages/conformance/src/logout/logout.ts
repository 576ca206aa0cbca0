import { expect } from 'vitest'
import { type CheckGroup, check, expectVary, forgottenBy, newestSession, until } from '../kit/check.js'
import { send } from '../kit/http.js'
import { expectGoesOn, expectLoggedOut } from '../kit/logout-answers.js'
import { NAVIGATION } from '../kit/visitor.js'

/** CONTRACT: `POST | GET /portal_logout`, when all goes well. What goes wrong is in `faults.ts`. */
export const logout: CheckGroup = {
  title: '/portal_logout ends the portal sessions of this browser',
  checks: [
    check(
      'logout-script',
      'a script MUST get 200 {"ended":n,"pending":0} and the session MUST be logged out at Chargebee',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        const answer = await ada.logout()
        expectLoggedOut(answer, 1)
        expectVary(answer, 'Accept', 'Accept-Encoding')
        expect(newestSession(scene).status).toBe('logged_out')
        expect(scene.logouts.map(({ path }) => path)).toEqual([
          `/api/v2/portal_sessions/${newestSession(scene).id}/logout`,
        ])
      },
    ),

    check('logout-browser', 'a browser MUST go 303 to afterLogoutUrl', async ({ open }) => {
      const plain = await open()
      const ada = plain.visitor('ada')
      await ada.click()
      expectGoesOn(await ada.logoutByForm(), plain, '/')

      const scene = await open({
        options: { baseUrl: 'https://shop.example', afterLogoutUrl: '/bye?from=billing' },
      })
      const grace = scene.visitor('grace')
      await grace.click()
      expectGoesOn(await grace.logoutByForm(), scene, '/bye?from=billing')
      expect(newestSession(scene).status).toBe('logged_out')
    }),

    check(
      'logout-cookies',
      'the cookies of ended sessions MUST be cleared, with the attributes that a browser asks for',
      async ({ open }) => {
        for (const options of [undefined, { baseUrl: 'https://shop.example' }]) {
          const scene = await open({ ...(options === undefined ? {} : { options }) })
          const ada = scene.visitor('ada')
          await ada.click()
          await ada.click()
          const names = ada.remembered
          const answer = await ada.logout()
          const cleared = forgottenBy(answer)
          expect(cleared.map(({ name }) => name).sort()).toEqual(names.sort())
          for (const { attributes } of cleared) {
            expect(attributes.get('path')).toBe('/')
            expect(attributes.has('domain')).toBe(false)
            // Without Secure a browser rejects any Set-Cookie for a __Host- name, the clearing one too.
            expect(attributes.has('secure')).toBe(options !== undefined)
          }
          expect(answer.setCookies.map(({ raw }) => raw)).toContain('host=yes; Path=/; HttpOnly')
        }
      },
    ),

    check('logout-dead', 'the portal MUST be closed to the customer afterwards', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      const { pathname } = new URL((await ada.click()).headers.location ?? '')
      await ada.logout()
      const portal = await send(scene.emulator.portalUrl, {
        method: 'GET',
        path: pathname,
        headers: NAVIGATION,
      })
      expect(portal.status).not.toBe(302)
      expect(newestSession(scene)).toMatchObject({ status: 'logged_out' })
      expect(newestSession(scene).login_at).toBeUndefined()
    }),

    check(
      'logout-two-clicks-at-once',
      'two clicks at once MUST both be ended by the next logout',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        // Both are under way before either is answered, so neither request carries the other's cookie.
        scene.emulator.hold('create').catch(() => {})
        const clicks = Promise.all([ada.click(), ada.click()])
        await until(() => scene.creates.length === 2)
        scene.emulator.release()
        expect((await clicks).map(({ status }) => status)).toEqual([303, 303])
        expect(ada.remembered).toHaveLength(2)
        expectLoggedOut(await ada.logout(), 2)
        expect(scene.sessions.map(({ status }) => status)).toEqual(['logged_out', 'logged_out'])
        expect(ada.remembered).toEqual([])
      },
    ),

    check('logout-parallel', 'remembered sessions MUST be ended in parallel', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      for (let clicks = 0; clicks < 3; clicks++) await ada.click()
      scene.emulator.hold('logout').catch(() => {})
      const answer = ada.logout()
      await until(() => scene.logouts.length === 3)
      scene.emulator.release()
      expectLoggedOut(await answer, 3)
    }),

    check(
      'logout-anonymous',
      'logout MUST work without a signed-in customer, and when getCustomerId throws',
      async ({ open }) => {
        const scene = await open({
          getCustomerId: ({ headers }) => {
            if (headers['x-host-user'] === 'broken') throw new Error('sign-in is down')
            return headers['x-host-user'] === 'ada' ? 'cust_ada' : undefined
          },
        })
        for (const user of [undefined, 'broken']) {
          const visitor = scene.visitor('ada')
          await visitor.click()
          visitor.user = user
          expectLoggedOut(await visitor.logout(), 1)
          expect(newestSession(scene).status).toBe('logged_out')
        }
      },
    ),

    check('logout-whoever', 'sessions MUST be ended whoever they were opened for', async ({ open }) => {
      const scene = await open()
      const visitor = scene.visitor('ada')
      await visitor.click()
      visitor.user = 'grace'
      expectLoggedOut(await visitor.logout(), 1)
      expect(newestSession(scene)).toMatchObject({ customer_id: 'cust_ada', status: 'logged_out' })
    }),

    check('logout-own-only', "another browser's sessions MUST be left alone", async ({ open }) => {
      const scene = await open()
      const here = scene.visitor('ada')
      const there = scene.visitor('ada')
      await here.click()
      await there.click()
      await here.logout()
      expect(scene.sessions.map(({ status }) => status)).toEqual(['logged_out', 'created'])
    }),

    check(
      'logout-get',
      'GET MUST end the sessions when it is a real navigation of the same origin',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        expectGoesOn(await ada.request('GET', scene.path('/portal_logout'), NAVIGATION), scene, '/')
        expect(newestSession(scene).status).toBe('logged_out')
        expect(ada.remembered).toEqual([])
      },
    ),

    check(
      'logout-steering',
      'no request header or query parameter MUST steer the redirect of a logout',
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example' } })
        const answer = await scene
          .visitor('ada')
          .request(
            'POST',
            `${scene.path('/portal_logout')}?return_to=//evil.example&afterLogoutUrl=//evil.example`,
            {
              ...NAVIGATION,
              host: 'evil.example',
              'x-forwarded-host': 'evil.example',
              referer: 'https://evil.example/',
            },
          )
        expectGoesOn(answer, scene, '/')
      },
    ),
  ],
}
