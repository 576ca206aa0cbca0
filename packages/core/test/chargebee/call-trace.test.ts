import { randomUUID } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { startEmulator } from '@portal-sso/emulator'
import { expect, it, onTestFinished } from 'vitest'
import { createChargebeeApi } from '../../src/chargebee/api.js'
import type { PortalSsoCall } from '../../src/chargebee/call-trace.js'
import { withDeadline } from '../../src/time/deadline.js'
import { testClock } from '../test-clock.ts'

async function setUp() {
  const emulator = await startEmulator({ customers: [{ id: 'c1' }] })
  const clock = testClock()
  const { apiKey, apiUrl } = emulator
  // Of its own: other tests of this process make calls as well.
  const site = `site-${randomUUID()}`
  const api = createChargebeeApi({ site, apiKey, apiUrl: new URL(apiUrl), emit: () => {}, clock })
  const calls: PortalSsoCall[] = []
  const listen = (message: unknown) => {
    const call = message as PortalSsoCall
    if (call.site === site) calls.push(call)
  }
  subscribe('portal-sso.call', listen)
  onTestFinished(async () => {
    unsubscribe('portal-sso.call', listen)
    api.close()
    await emulator.close()
  })
  const create = (timeoutMs = 2_000) =>
    withDeadline(clock, timeoutMs, (deadline) =>
      api.create(
        { customerId: 'c1', redirectUrl: undefined, forwardUrl: undefined, idempotencyKey: randomUUID() },
        deadline,
      ),
    )
  const logout = (id: string) => withDeadline(clock, 2_000, (deadline) => api.logout(id, deadline))
  return { api, emulator, clock, site, calls, create, logout }
}

it('tells each try, with its status and what it failed for', async () => {
  const { emulator, site, calls, create, logout } = await setUp()
  emulator.fail({ operation: 'create', kind: 'reset' })
  emulator.fail({ operation: 'create', status: 503 })
  const { id } = await create()
  await logout(id)
  await logout('portal_unknown')
  const about = { site, waitedMs: 0, ms: expect.any(Number) }
  expect(calls).toEqual([
    { ...about, operation: 'create', attempt: 1, status: 0, reason: 'ECONNRESET' },
    { ...about, operation: 'create', attempt: 2, status: 503, reason: 'internal_temporary_error' },
    { ...about, operation: 'create', attempt: 3, status: 200 },
    { ...about, operation: 'logout', attempt: 1, status: 200, sessionId: id },
    {
      ...about,
      operation: 'logout',
      attempt: 1,
      status: 404,
      sessionId: 'portal_unknown',
      reason: 'resource_not_found',
    },
  ])
})

it('measures the call, and how long it waited in line', async () => {
  const { emulator, clock, calls, create } = await setUp()
  // As many as a lane takes at once, and one more.
  const held = emulator.hold('create')
  const all = Array.from({ length: 43 }, () => create(60_000))
  await held
  while (emulator.calls().length < 42) await new Promise((resolve) => setImmediate(resolve))
  await clock.advance(700)
  emulator.release()
  await Promise.all(all)
  expect(calls.map(({ ms, waitedMs }) => [ms, waitedMs]).sort()).toEqual([
    [0, 700],
    ...Array.from({ length: 42 }, () => [700, 0]),
  ])
})

it('tells nothing of a call that never left the line', async () => {
  const { emulator, clock, calls, create } = await setUp()
  const held = emulator.hold('create')
  const waiting = Array.from({ length: 42 }, () => create(60_000))
  await held
  while (emulator.calls().length < 42) await new Promise((resolve) => setImmediate(resolve))
  const late = create(1_000)
  late.catch(() => {})
  await clock.advance(1_000)
  await expect(late).rejects.toMatchObject({ kind: 'timeout' })
  expect(calls).toEqual([])
  emulator.release()
  await Promise.all(waiting)
})
