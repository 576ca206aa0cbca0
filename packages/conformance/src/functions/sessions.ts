import { expect } from 'vitest'
import { type CheckGroup, check, expectHostError, expectNoCall, until } from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { json } from '../kit/http.js'
import { enterPortal, SHORT_MS, signOutInPortal } from '../kit/moments.js'
import type { Visitor } from '../kit/visitor.js'

/** CONTRACT section 5, `portal.sessions()`. */
export const sessions: CheckGroup = {
  title: 'portal.sessions()',
  checks: [
    check(
      'sessions-now',
      'it MUST give the remembered sessions as Chargebee has them now, without token and access_url',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await enterPortal(scene, (await ada.click()).headers.location)
        await ada.fetchSession()
        await signOutInPortal(scene, await enterPortal(scene, (await ada.click()).headers.location))
        await scene.visitor('grace').click()
        const listed = await list(ada)
        const expected = scene.sessions
          .slice(0, 3)
          .map(({ token: _token, access_url: _url, forward_url: _forward, ...rest }) => rest)
        expect(listed).toEqual(expected)
        expect(listed.map(({ status }) => status)).toEqual(['logged_in', 'created', 'logged_out'])
        expect(listed[0]).toMatchObject({
          login_at: expect.any(Number),
          login_ipaddress: expect.any(String),
          customer_id: 'cust_ada',
        })
        for (const { token } of scene.sessions) expect(JSON.stringify(listed)).not.toContain(token)
      },
    ),

    check(
      'sessions-order',
      'the oldest MUST come first, in whatever order the browser sends its cookies',
      async ({ open }) => {
        const scene = await open()
        const ada = scene.visitor('ada')
        await ada.click()
        // Chargebee counts in seconds, and so may whoever remembers.
        const second = Math.floor(Date.now() / 1000)
        await until(() => Math.floor(Date.now() / 1000) > second)
        await ada.click()
        const reversed = [...ada.jar].reverse()
        ada.jar.clear()
        for (const [name, value] of reversed) ada.jar.set(name, value)
        expect((await list(ada)).map(({ id }) => id)).toEqual(scene.sessions.map(({ id }) => id))
      },
    ),

    check('sessions-none', 'with nothing remembered it MUST be empty, without a call', async ({ open }) => {
      const scene = await open()
      expect(await list(scene.visitor('ada'))).toEqual([])
      expect(await list(scene.visitor())).toEqual([])
      expectNoCall(scene)
    }),

    check(
      'sessions-fault',
      "when Chargebee can't be asked it MUST reject with a PortalSsoError, and nothing be forgotten",
      async ({ open }) => {
        const faults = [
          [{ status: 401 }, 502],
          [{ status: 503 }, 503],
          [{ kind: 'reset' }, 503],
          [{ kind: 'no-headers' }, 504],
        ] as const
        await Promise.all(
          faults.map(async ([fault, status]) => {
            const scene = await open({ options: { timeoutMs: SHORT_MS } })
            const ada = scene.visitor('ada')
            await ada.click()
            const mend = scene.emulator.fail({ operation: 'retrieve', times: ALWAYS, ...fault })
            const refused = expectHostError(await ada.host('GET', '/host/sessions'))
            expect(refused).toMatchObject({ name: 'PortalSsoError', status })
            mend()
            expect(await list(ada)).toHaveLength(1)
          }),
        )
      },
    ),

    check(
      'sessions-points',
      'a browser that remembers more sessions than rateLimit has points MUST be answered, once in its time',
      async ({ open }) => {
        const scene = await open({
          options: { maxSessions: 3, rateLimit: { points: 2, durationSeconds: 600 } },
        })
        const ada = scene.visitor('ada')
        await ada.click()
        await ada.click()
        await scene.visitor('ada').click()
        // Another browser of the same customer has points of its own, and its cookie may be copied.
        const third = scene.visitor('ada')
        await third.click()
        for (const [name, value] of third.jar) if (name.includes('psso')) ada.jar.set(name, value)
        expect(await list(ada)).toHaveLength(3)
        expect((await ada.host('GET', '/host/sessions')).status).toBe(500)
      },
    ),

    check('sessions-closed', 'after close() it MUST reject with a PortalSsoError', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await ada.click()
      await ada.host('POST', '/host/close-portal')
      expect(expectHostError(await ada.host('GET', '/host/sessions'))).toMatchObject({
        name: 'PortalSsoError',
        code: 'closing',
      })
    }),
  ],
}

async function list(visitor: Visitor): Promise<Record<string, unknown>[]> {
  const answer = await visitor.host('GET', '/host/sessions')
  expect(answer.status, answer.body).toBe(200)
  return json(answer) as unknown as Record<string, unknown>[]
}
