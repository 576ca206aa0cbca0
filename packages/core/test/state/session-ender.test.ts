import { startEmulator } from '@portal-sso/emulator'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createChargebeeApi } from '../../src/chargebee/api.js'
import type { PortalSsoEventDetail } from '../../src/events.js'
import { createMemoryStore, OF_ONE_PROCESS } from '../../src/state/memory-store.js'
import { createRetryWorker } from '../../src/state/retry-worker.js'
import { createSessionEnder } from '../../src/state/session-ender.js'
import { withDeadline } from '../../src/time/deadline.js'
import { testClock } from '../test-clock.ts'

const TIMEOUT_MS = 600
const WITHIN = { withinMs: 1_000 }

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

async function setUp() {
  const events: PortalSsoEventDetail[] = []
  const emit = (event: PortalSsoEventDetail) => void events.push(event)
  const emulator = await startEmulator({ customers: [{ id: 'c1' }] })
  const clock = testClock()
  const api = createChargebeeApi({
    site: 'acme-test',
    apiKey: emulator.apiKey,
    apiUrl: new URL(emulator.apiUrl),
    emit,
    clock,
  })
  const store = createMemoryStore({ now: clock.now, limits: OF_ONE_PROCESS })
  const ender = createSessionEnder({
    api,
    emit,
    timeoutMs: TIMEOUT_MS,
    clock,
    forget: (session) => store.forget({ sessions: [session.id] }, session.owners, WITHIN),
    async postpone(session, by, inMs) {
      await store.postpone({ kind: 'session', ...session, note: by }, inMs, WITHIN)
      worker.wake(inMs)
    },
  })
  const worker = createRetryWorker({
    store,
    ender,
    settle: async () => true,
    emit,
    clock,
    leaseMs: 10_000,
  })
  onTestFinished(async () => {
    await worker.close()
    await ender.close()
    api.close()
    await emulator.close()
  })
  const parameters = {
    customerId: 'c1',
    redirectUrl: undefined,
    forwardUrl: undefined,
    idempotencyKey: 'key',
  }
  const { id } = await withDeadline(clock, 2_000, (deadline) => api.create(parameters, deadline))
  const logouts = () => emulator.calls().filter(({ operation }) => operation === 'logout').length
  const session = { id, owners: ['bbrowser', 'ccustomer'] }
  return { clock, emulator, events, id, session, logouts, ender, store, worker }
}

describe('the ender', () => {
  it('asks Chargebee once for a session that it knows to be over, and again after an hour', async () => {
    const { clock, ender, events, id, session, logouts } = await setUp()
    expect(await ender.end(session, 'logout')).toBe(true)
    expect(await ender.end(session, 'logout')).toBe(true)
    expect(logouts()).toBe(1)
    expect(events).toEqual([{ type: 'session.ended', sessionId: id, by: 'logout' }])
    await clock.advance(60 * 60 * 1000 + 1)
    expect(await ender.end(session, 'logout')).toBe(true)
    expect(logouts()).toBe(2)
  })

  it('joins an end that is under way', async () => {
    const { ender, session, logouts } = await setUp()
    const ends = [ender.end(session, 'logout'), ender.end(session, 'switch'), ender.end(session, 'logout')]
    expect(await Promise.all(ends)).toEqual([true, true, true])
    expect(logouts()).toBe(1)
  })

  it('forgets nothing that Chargebee has not confirmed', async () => {
    const { ender, emulator, events, id, session, logouts } = await setUp()
    emulator.fail({ operation: 'logout', status: 500, times: 2 })
    expect(await ender.end(session, 'logout')).toBe(false)
    expect(events.at(-1)).toEqual({ type: 'session.pending', sessionId: id })
    expect(await ender.end(session, 'logout')).toBe(true)
    expect(logouts()).toBe(3)
  })

  it('tries again in the background, later and later, until it is over', async () => {
    const { clock, ender, emulator, id, session, logouts } = await setUp()
    emulator.fail({ operation: 'logout', status: 401, times: 3 })
    expect(await ender.end(session, 'logout')).toBe(false)
    const waits: number[] = []
    for (let tries = 1; tries <= 3; tries++) {
      waits.push(await clock.advanceToNext())
      await until(() => logouts() === 1 + tries)
      if (tries < 3) await until(() => clock.scheduled() === 1)
    }
    // Chance puts each of them off by up to a quarter, so the second need not be longer than the first.
    const [first = 0, second = 0, third = 0] = waits
    expect(third).toBeGreaterThan(Math.max(first, second))
    expect(Math.min(first, second)).toBeGreaterThanOrEqual(1_500)
    await until(() => ender.isOver(id))
    expect(clock.scheduled()).toBe(0)
    expect(emulator.sessions()).toMatchObject([{ status: 'logged_out' }])
  })

  it('leaves a session to be found by every close of its owners when it could not be ended', async () => {
    const { ender, emulator, session, store } = await setUp()
    emulator.fail({ operation: 'logout', status: 401, times: 1 })
    expect(await ender.end(session, 'doubt')).toBe(false)
    const close = () => store.close({ all: ['ccustomer'], by: 'logout' }, 1, WITHIN)
    expect((await close()).sessions).toMatchObject([session])
    expect(await ender.end(session, 'logout')).toBe(true)
    expect((await close()).sessions).toEqual([])
  })

  it('gives up at its deadline; closing leaves nothing behind', async () => {
    const { clock, ender, emulator, session, worker } = await setUp()
    emulator.fail({ operation: 'logout', kind: 'no-headers', times: 5 })
    const ending = ender.end(session, 'logout')
    await clock.advance(TIMEOUT_MS)
    expect(await ending).toBe(false)
    await worker.close()
    await ender.close()
    expect(clock.scheduled()).toBe(0)
  })
})
