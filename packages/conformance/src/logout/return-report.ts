import { expect } from 'vitest'
import { type CheckGroup, check, forgottenBy } from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { type Answer, json } from '../kit/http.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { aliveIn, enterPortal, signOutInPortal } from '../kit/moments.js'
import type { Scene, SceneSetup } from '../kit/scene.js'
import { NAVIGATION, type Visitor } from '../kit/visitor.js'

type Reported = Readonly<Record<string, unknown>>

/** Longer than the tests' own time limit: what waits for it instead of the 2 s of the contract fails. */
const PATIENT = { timeoutMs: 60_000, logoutTimeoutMs: 60_000 } as const

/** CONTRACT: `GET /portal_return` after a sign-out inside the portal. */
export const returnReport: CheckGroup = {
  title: 'GET /portal_return after a sign-out in the portal',
  checks: [
    check(
      'return-signed-out',
      "it MUST forget the session and call onPortalLogout once, with the session and the framework's arguments",
      async ({ open }) => {
        const reported: Reported[] = []
        const users: unknown[] = []
        const scene = await open({
          options: (_usual, toHostCall) => ({
            returnUrl: '/account',
            onPortalLogout: async (session: Reported, ...native: never[]) => {
              reported.push(session)
              users.push(toHostCall(...native).headers['x-host-user'])
            },
          }),
        })
        const ada = scene.visitor('ada')
        await enterAndSignOut(scene, ada)
        const answer = await comeBack(scene, ada)
        expectBack(answer, scene, '/account')
        expect(forgottenBy(answer)).toHaveLength(1)
        expect(ada.remembered).toEqual([])
        const [session] = scene.sessions
        expect(reported).toEqual([
          expect.objectContaining({ id: session?.id, status: 'logged_out', customer_id: 'cust_ada' }),
        ])
        expect(reported[0]).not.toHaveProperty('token')
        expect(reported[0]).not.toHaveProperty('access_url')
        expect(JSON.stringify(reported)).not.toContain(session?.token)
        expect(users).toEqual(['ada'])
        expect(scene.events.find(({ type }) => type === 'session.ended')).toMatchObject({
          sessionId: session?.id,
          by: 'portal',
        })
        const calls = scene.emulator.calls().length
        expectBack(await comeBack(scene, ada), scene, '/account')
        expectLoggedOut(await ada.logout(), 0)
        expect(reported).toHaveLength(1)
        expect(scene.emulator.calls()).toHaveLength(calls)
      },
    ),

    check(
      'return-still-open',
      'a session that is still open MUST stay remembered, and only the others be reported',
      async ({ open }) => {
        const reported: Reported[] = []
        const scene = await open({
          options: { onPortalLogout: (session: Reported) => void reported.push(session) },
        })
        const ada = scene.visitor('ada')
        await enterPortal(scene, (await ada.click()).headers.location)
        await enterAndSignOut(scene, ada)
        await ada.click()
        await enterAndSignOut(scene, ada)
        expectBack(await comeBack(scene, ada), scene, '/')
        const over = scene.sessions.filter(({ status }) => status === 'logged_out').map(({ id }) => id)
        expect(over).toHaveLength(2)
        expect(reported.map(({ id }) => id).sort()).toEqual([...over].sort())
        expect(ada.remembered).toHaveLength(2)
        expectLoggedOut(await ada.logout(), 2)
        expect(aliveIn(scene)).toEqual([])
      },
    ),

    check('return-without-listener', 'without onPortalLogout it MUST forget it too', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await enterAndSignOut(scene, ada)
      expectBack(await comeBack(scene, ada), scene, '/')
      expect(ada.remembered).toEqual([])
    }),

    check(
      'return-unreachable',
      'when Chargebee errs or stalls it MUST go on within 2 s, with nothing forgotten and nothing reported',
      async ({ open }) => {
        const faults = [
          { kind: 'no-headers' },
          { kind: 'no-end' },
          { kind: 'reset' },
          { status: 401 },
          { status: 503 },
        ] as const
        await Promise.all(
          faults.map(async (fault) => {
            const reported: Reported[] = []
            const onPortalLogout = (session: Reported) => void reported.push(session)
            const scene = await open({ options: { ...PATIENT, onPortalLogout } })
            const ada = scene.visitor('ada')
            await enterAndSignOut(scene, ada)
            await ada.click()
            const mend = scene.emulator.fail({ operation: '*', times: ALWAYS, ...fault })
            expectBack(await comeBack(scene, ada), scene, '/')
            expect(ada.remembered, JSON.stringify(fault)).toHaveLength(2)
            expect(reported).toEqual([])
            mend()
            expectLoggedOut(await ada.logout(), 2)
          }),
        )
      },
    ),

    check(
      'return-endless-listener',
      'when onPortalLogout never ends it MUST go on within 2 s, and an open session stay remembered',
      async ({ open }) => {
        const scene = await open({ options: { ...PATIENT, onPortalLogout: () => new Promise(() => {}) } })
        const ada = scene.visitor('ada')
        await ada.click()
        await enterAndSignOut(scene, ada)
        expectBack(await comeBack(scene, ada), scene, '/')
        expectLoggedOut(await ada.logout(), 1)
        expect(aliveIn(scene)).toEqual([])
      },
    ),

    check(
      'return-throwing-listener',
      "what onPortalLogout throws MUST come to the host's own error handler",
      async ({ open }) => {
        for (const onPortalLogout of [
          () => Promise.reject(new RangeError('the session store is down')),
          () => {
            throw new RangeError('the session store is down')
          },
        ]) {
          const scene = await open({ options: { onPortalLogout } })
          const ada = scene.visitor('ada')
          await enterAndSignOut(scene, ada)
          const answer = await comeBack(scene, ada)
          expect(answer.status, answer.body).toBe(500)
          expect(json(answer)).toMatchObject({ hostError: 'the session store is down', name: 'RangeError' })
          expect((await ada.host('GET', '/host/ping')).body).toBe('pong')
        }
      },
    ),

    check(
      'return-answering-listener',
      'when onPortalLogout has answered itself nothing more MUST be sent',
      async ({ open }) => {
        for (const how of ['end', 'render'] as const) {
          const setup: SceneSetup = {
            options: (_usual, toHostCall) => ({
              onPortalLogout: (_session: Reported, ...native: never[]) =>
                toHostCall(...native)[how](200, 'signed out here too'),
            }),
          }
          const scene = await open(setup)
          const ada = scene.visitor('ada')
          await enterAndSignOut(scene, ada)
          const answer = await comeBack(scene, ada)
          expect(answer.status).toBe(200)
          expect(answer.body).toBe('signed out here too')
          expect(answer.headers.location).toBeUndefined()
        }
      },
    ),
  ],
}

async function enterAndSignOut(scene: Scene, visitor: Visitor): Promise<void> {
  const opened = await visitor.click()
  await signOutInPortal(scene, await enterPortal(scene, opened.headers.location))
}

function comeBack(scene: Scene, visitor: Visitor): Promise<Answer> {
  return visitor.request('GET', scene.path('/portal_return'), NAVIGATION)
}

function expectBack(answer: Answer, scene: Scene, path: string): void {
  expect(answer.status, answer.body).toBe(303)
  expect(answer.body).toBe('')
  expect(scene.resolve(answer.headers.location, '/portal_return')).toBe(scene.onOrigin(path))
}
