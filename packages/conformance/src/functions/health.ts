import { expect } from 'vitest'
import { type CheckGroup, check, until } from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { json } from '../kit/http.js'
import { expectPending } from '../kit/logout-answers.js'
import type { Scene } from '../kit/scene.js'

/** CONTRACT section 5: `portal.health()`. */
export const health: CheckGroup = {
  title: 'portal.health()',
  checks: [
    check(
      'health-calls',
      'it MUST tell of the last success and failure of Chargebee and the store, without a call',
      async ({ open }) => {
        const scene = await open()
        expect(await ask(scene)).toEqual({
          chargebee: { waitingCalls: 0 },
          store: {},
          pendingEnds: 0,
        })
        const ada = scene.visitor('ada')
        const since = Date.now()
        await ada.click()
        const after = await ask(scene)
        expect(Date.parse(after.chargebee.lastSuccessAt ?? '')).toBeGreaterThanOrEqual(since)
        expect(Date.parse(after.store.lastSuccessAt ?? '')).toBeGreaterThanOrEqual(since)
        expect(after.chargebee.lastFailure).toBeUndefined()
        scene.emulator.fail({ operation: 'create', times: 3, status: 503 })
        await ada.click()
        const { chargebee } = await ask(scene)
        expect(chargebee.lastFailure).toMatchObject({ operation: 'create', at: expect.any(String) })
        expect(chargebee.lastFailure?.reason).toMatch(/^\w+$/)
        expect(JSON.stringify(chargebee)).not.toContain('cust_ada')
      },
    ),

    check('health-pending', 'it MUST count what could not be ended, until that is over', async ({ open }) => {
      const scene = await open()
      const ada = scene.visitor('ada')
      await ada.click()
      await ada.fetchSession()
      const mend = scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
      expectPending(await ada.logout())
      expect((await ask(scene)).pendingEnds).toBe(2)
      mend()
      await until(() => scene.sessions.every(({ status }) => status === 'logged_out'))
      for (let pending = 1; pending > 0; ) pending = (await ask(scene)).pendingEnds
    }),
  ],
}

interface Health {
  readonly chargebee: {
    readonly lastSuccessAt?: string
    readonly lastFailure?: { readonly operation: string; readonly reason: string; readonly at: string }
    readonly waitingCalls: number
  }
  readonly store: { readonly lastSuccessAt?: string }
  readonly pendingEnds: number
}

async function ask(scene: Scene): Promise<Health> {
  const answer = await scene.visitor().host('GET', '/host/health')
  expect(answer.status, answer.body).toBe(200)
  return json(answer) as unknown as Health
}
