import { expect } from 'vitest'
import {
  type CheckGroup,
  check,
  expectHandedOut,
  expectHostError,
  expectNoCall,
  expectRefusal,
  forgottenBy,
  newestSession,
  rememberedBy,
  until,
} from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { json } from '../kit/http.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { SHORT_MS } from '../kit/moments.js'
import { NAVIGATION, SCRIPT } from '../kit/visitor.js'

/** CONTRACT section 5. */
export const functions: CheckGroup = {
  title: 'the same as functions',
  checks: [
    check(
      'function-logout',
      'portal.logout() MUST end what is remembered, clear the cookies on the response and resolve { ended, pending }',
      async ({ open }) => {
        for (const options of [undefined, { baseUrl: 'https://shop.example' }]) {
          const scene = await open({ ...(options === undefined ? {} : { options }) })
          const ada = scene.visitor('ada')
          await ada.click()
          await ada.fetchSession()
          const answer = await ada.host('POST', '/host/sign-out')
          expect(answer.status, answer.body).toBe(200)
          expect(json(answer)).toEqual({ ended: 2, pending: 0 })
          expect(forgottenBy(answer)).toHaveLength(2)
          expect(ada.remembered).toEqual([])
          expect(answer.setCookies.map(({ raw }) => raw)).toContain('host=yes; Path=/; HttpOnly')
          expect(scene.sessions.map(({ status }) => status)).toEqual(['logged_out', 'logged_out'])
        }
      },
    ),

    check(
      'function-logout-nothing',
      'with nothing remembered it MUST resolve without a call',
      async ({ open }) => {
        const scene = await open()
        const answer = await scene.visitor('ada').host('POST', '/host/sign-out')
        expect(json(answer)).toEqual({ ended: 0, pending: 0 })
        expectNoCall(scene)
      },
    ),

    check(
      'function-logout-fault',
      'it MUST NOT reject because Chargebee is down, and MUST keep what it could not end',
      async ({ open }) => {
        await Promise.all(
          (
            [
              { status: 401 },
              { status: 503 },
              { kind: 'reset' },
              { kind: 'no-headers' },
              { kind: 'no-end' },
            ] as const
          ).map(async (fault) => {
            const scene = await open({ options: { logoutTimeoutMs: SHORT_MS } })
            const ada = scene.visitor('ada')
            await ada.click()
            const mend = scene.emulator.fail({
              operation: 'logout',
              times: ALWAYS,
              ...fault,
            })
            const answer = await ada.host('POST', '/host/sign-out')
            expect(answer.status, answer.body).toBe(200)
            expect(json(answer)).toEqual({ ended: 0, pending: 1 })
            expect(ada.remembered).toHaveLength(1)
            mend()
            expectLoggedOut(await ada.logout(), 1)
          }),
        )
      },
    ),

    check(
      'function-logout-anonymous',
      'it MUST end the sessions when the customer is unknown already, or getCustomerId throws or never ends',
      async ({ open }) => {
        const strange = [
          () => null,
          () => Promise.reject(new Error('sign-in is down')),
          () => new Promise(() => {}),
          () => 42,
        ]
        await Promise.all(
          strange.map(async (getCustomerId) => {
            let gone = false
            const scene = await open({
              getCustomerId: () => (gone ? getCustomerId() : 'cust_ada'),
              options: { timeoutMs: SHORT_MS, logoutTimeoutMs: 2 * SHORT_MS },
            })
            const ada = scene.visitor('ada')
            await ada.click()
            gone = true
            const answer = await ada.host('POST', '/host/sign-out')
            expect(answer.status, answer.body).toBe(200)
            expect(newestSession(scene).status).toBe('logged_out')
            expect(json(answer)).toEqual({ ended: 1, pending: 0 })
          }),
        )
      },
    ),

    check(
      'function-logout-late',
      'with the headers already sent the sessions MUST still be ended, and nothing throw',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        const answer = await ada.host('POST', '/host/sign-out-late')
        expect(answer.status).toBe(200)
        expect(json(answer)).toEqual({ ended: 1, pending: 0 })
        expect(forgottenBy(answer)).toEqual([])
        expect(newestSession(scene).status).toBe('logged_out')
        // The cookie stayed; the next logout clears it.
        expect(ada.remembered).toHaveLength(1)
        expect(json(await ada.logout()).pending).toBe(0)
        expect(ada.remembered).toEqual([])
        expect((await ada.host('GET', '/host/ping')).body).toBe('pong')
      },
    ),

    check(
      'function-create',
      "portal.createSession() MUST resolve the bare portal session, remembered on the host's own answer",
      async ({ open }) => {
        const scene = await open({ options: { baseUrl: 'https://shop.example' } })
        const ada = scene.visitor('ada')
        const answer = await ada.host('POST', '/host/create-session')
        expect(answer.status, answer.body).toBe(200)
        const { id, token, access_url } = newestSession(scene)
        expect(json(answer)).toMatchObject({
          id,
          token,
          access_url,
          status: 'created',
          customer_id: 'cust_ada',
        })
        expect(json(answer)).not.toHaveProperty('portal_session')
        expect(rememberedBy(answer)).toHaveLength(1)
        expect(answer.setCookies.map(({ raw }) => raw)).toContain('host=yes; Path=/; HttpOnly')
        // The host's route is outside the mount, so the return route may be out of sight: home will do.
        expect([scene.publicUrl('/portal_return'), scene.onOrigin('/')]).toContain(
          newestSession(scene).redirect_url,
        )
        await ada.logout()
        expect(newestSession(scene).status).toBe('logged_out')
      },
    ),

    check('function-create-to', 'its to MUST pick a destination', async ({ open }) => {
      const scene = await open({
        options: ({ portalUrl }) => ({
          destinations: { invoices: () => `${portalUrl}/portal/v2/billing_history` },
        }),
      })
      const ada = scene.visitor('ada')
      await ada.host('POST', '/host/create-session?to=nope', { 'x-host-to': 'invoices' })
      expect(scene.creates[0]?.params.forward_url).toBe(
        `${scene.emulator.portalUrl}/portal/v2/billing_history`,
      )
      const refused = expectHostError(await ada.host('POST', '/host/create-session', { 'x-host-to': 'nope' }))
      expect(refused).toMatchObject({ name: 'PortalSsoError', status: 400 })
      expect(scene.creates).toHaveLength(1)
    }),

    check(
      'function-create-refusal',
      "a refusal MUST reject with a PortalSsoError, for the host's error handler",
      async ({ open }) => {
        const scene = await open()
        const anonymous = expectHostError(await scene.visitor().host('POST', '/host/create-session'))
        expect(anonymous).toMatchObject({ name: 'PortalSsoError', status: 401, code: expect.any(String) })
        const guest = expectHostError(await scene.visitor('guest').host('POST', '/host/create-session'))
        expect(guest).toMatchObject({ name: 'PortalSsoError', status: 404 })
        expectNoCall(scene)
        scene.emulator.fail({ operation: 'create', times: ALWAYS, status: 401 })
        const refused = expectHostError(await scene.visitor('ada').host('POST', '/host/create-session'))
        expect(refused).toMatchObject({ name: 'PortalSsoError', status: 502 })
      },
    ),

    check(
      'function-create-throws',
      'what getCustomerId throws MUST come out of createSession() as it was thrown',
      async ({ open }) => {
        const scene = await open({ getCustomerId: () => Promise.reject(new RangeError('sign-in is down')) })
        expect(
          expectHostError(await scene.visitor('ada').host('POST', '/host/create-session')),
        ).toMatchObject({
          hostError: 'sign-in is down',
          name: 'RangeError',
        })
        expectNoCall(scene)
      },
    ),

    check(
      'function-close',
      'after close() new work MUST be refused with 503, and the host run on',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        expectHandedOut(await ada.click(), scene)
        expect((await ada.host('POST', '/host/close-portal')).status).toBe(200)
        const made = scene.emulator.calls().length
        expectRefusal(await ada.click('', NAVIGATION), 503)
        expectRefusal(await ada.fetchSession('', SCRIPT), 503)
        expect(scene.emulator.calls()).toHaveLength(made)
        expect(ada.remembered).toHaveLength(1)
        expect((await ada.host('GET', '/host/ping')).body).toBe('pong')
        // Twice is once.
        expect((await ada.host('POST', '/host/close-portal')).status).toBe(200)
      },
    ),

    check(
      'function-close-under-way',
      'close() MUST finish or end what is under way: no session is left that nobody can end',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        scene.emulator.hold('create').catch(() => {})
        const click = ada.click()
        await until(() => scene.creates.length === 1)
        const closing = ada.host('POST', '/host/close-portal')
        scene.emulator.release()
        const [answer] = await Promise.all([click, closing])
        if (answer.status === 303) expect(ada.remembered).toHaveLength(1)
        else expect(scene.sessions.filter(({ status }) => status === 'created')).toEqual([])
      },
    ),
  ],
}
