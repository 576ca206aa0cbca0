import { startEmulator } from '@portal-sso/emulator'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createChargebeeApi } from '../../src/chargebee/api.js'
import type { PortalSsoEventDetail } from '../../src/events.js'
import { createIntents, type Intent } from '../../src/state/intents.js'
import { memoryStore } from '../../src/state/memory-store.js'
import { createRetryWorker, type RetryWorker } from '../../src/state/retry-worker.js'
import { createSessionEnder } from '../../src/state/session-ender.js'
import { createVanishedCreates } from '../../src/state/vanished-creates.js'
import { withDeadline } from '../../src/time/deadline.js'
import { testClock } from '../test-clock.ts'

const WITHIN = { withinMs: 1_000 }
const LEASE_MS = 17_000
const MINUTE_MS = 60_000
const SECRETS = ['a secret that both processes have, long enough']
const CREATE: Intent = { kind: 'create', customerId: 'c1', redirectUrl: undefined, forwardUrl: undefined }

/** A process of the host that looks after what others leave, and the store that it shares with them. */
async function setUp(secrets = SECRETS) {
  const emulator = await startEmulator({ customers: [{ id: 'c1' }] })
  const events: PortalSsoEventDetail[] = []
  const clock = testClock()
  const emit = (event: PortalSsoEventDetail) => void events.push(event)
  const { site, apiKey, apiUrl } = emulator
  const api = createChargebeeApi({ site, apiKey, apiUrl: new URL(apiUrl), emit, clock })
  const store = memoryStore({ now: clock.now }).open({ site, emit })
  const ender = createSessionEnder({
    api,
    emit,
    timeoutMs: 3_000,
    clock,
    forget: (session) => store.forget({ sessions: [session.id] }, session.owners, WITHIN),
    postpone: (session, by, inMs) =>
      store.postpone({ kind: 'session', ...session, note: by }, inMs, WITHIN).then(() => worker.wake(inMs)),
  })
  const intents = createIntents(secrets)
  const settle = createVanishedCreates({ store, api, ender, intents, emit, clock, timeoutMs: 3_000 })
  const workers: RetryWorker[] = []
  const startAnother = () => {
    const started = createRetryWorker({ store, ender, settle, emit, clock, leaseMs: 8_000 })
    workers.push(started)
    return started
  }
  const worker = startAnother()
  onTestFinished(async () => {
    for (const started of workers) await started.close()
    await ender.close()
    api.close()
    await emulator.close()
  })
  const create = { id: 'key-1', arrived: store.arrive(), own: ['bbrowser'], customer: 'ccustomer' }
  const owners = ['bbrowser', 'ccustomer']
  return {
    api,
    clock,
    create,
    emulator,
    events,
    startAnother,
    store,
    worker,
    begin: (note: string) => store.begin(create, note, LEASE_MS, WITHIN),
    callChargebee: () =>
      withDeadline(clock, 3_000, (deadline) =>
        api.create(
          { customerId: 'c1', redirectUrl: undefined, forwardUrl: undefined, idempotencyKey: create.id },
          deadline,
        ),
      ),
    underWay: async () => (await store.close({ all: owners, by: 'logout' }, 1, WITHIN)).underWay,
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 1))

/** Lets time pass in small steps, so that calls over real sockets are answered in between. */
async function pass(clock: { advance(ms: number): Promise<void> }, ms: number, isSo: () => boolean) {
  const stepMs = Math.max(1_000, ms / 60)
  for (let passed = 0; passed < ms && !isSo(); passed += stepMs) {
    await clock.advance(stepMs)
    for (let turns = 0; turns < 20 && !isSo(); turns++) await turn()
  }
}

const sealed = (intent = CREATE, id = 'key-1') => createIntents(SECRETS).seal(id, intent)

describe('the worker', () => {
  it('ends the session of a create whose process has vanished, found by its idempotency key', async () => {
    const { begin, callChargebee, clock, create, emulator, events, store, underWay } = await setUp()
    await begin(sealed())
    await callChargebee()
    const isOver = () => events.some(({ type }) => type === 'session.ended')
    await pass(clock, LEASE_MS - 2_000, isOver)
    expect(emulator.calls()).toHaveLength(1)
    await pass(clock, 10_000, isOver)
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['logged_out'])
    expect(emulator.calls().map(({ operation }) => operation)).toEqual(['create', 'create', 'logout'])
    for (let tries = 0; (await underWay()) > 0 && tries < 100; tries++) await turn()
    expect(await underWay()).toBe(0)
    // Should it only have slept, it hands nothing out.
    expect(await store.remember(create, 'portal_late', WITHIN)).not.toBe('remembered')
  })

  it('leaves a create alone that has said what became of it', async () => {
    const { begin, clock, create, emulator, store } = await setUp()
    await begin(sealed())
    await store.remember(create, 'portal_1', WITHIN)
    await pass(clock, 60_000, () => false)
    expect(emulator.calls()).toEqual([])
  })

  it('tries again while Chargebee is down, and forgets what Chargebee refuses', async () => {
    const { begin, clock, emulator, events, underWay } = await setUp()
    await begin(sealed({ ...CREATE, customerId: 'gone' }))
    emulator.fail({ operation: 'create', status: 503, times: 3 })
    await pass(clock, 3 * MINUTE_MS, () => emulator.calls().length === 4)
    expect(emulator.calls().map(({ status }) => status)).toEqual([503, 503, 503, 404])
    expect(new Set(emulator.calls().map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set(['key-1']))
    for (let tries = 0; (await underWay()) > 0 && tries < 100; tries++) await turn()
    expect(await underWay()).toBe(0)
    expect(events.some(({ type }) => type === 'session.orphaned')).toBe(false)
  })

  it('does not ask again when Chargebee may have forgotten the key, and reports it', async () => {
    const { begin, clock, emulator, events, startAnother, worker } = await setUp()
    await begin(sealed())
    await worker.close()
    await clock.advance(26 * MINUTE_MS)
    expect(emulator.calls()).toEqual([])
    startAnother()
    await pass(clock, 10_000, () => events.length > 0)
    expect(events).toEqual([{ type: 'session.orphaned', customerId: 'c1' }])
    expect(emulator.calls()).toEqual([])
  })

  it.each([
    [
      'with another secret',
      createIntents(['another secret, of a process that is gone now']).seal('key-1', CREATE),
    ],
    ['for another create', createIntents(SECRETS).seal('key-2', CREATE)],
    ['by nobody', 'nonsense'],
  ])('drops what is sealed %s when it is too old, and reports it', async (_how, note) => {
    const { begin, clock, emulator, events, underWay } = await setUp()
    await begin(note)
    await pass(clock, 33 * MINUTE_MS, () => events.length > 0)
    expect(events).toEqual([{ type: 'session.orphaned', customerId: '' }])
    expect(emulator.calls()).toEqual([])
    for (let tries = 0; (await underWay()) > 0 && tries < 100; tries++) await turn()
    expect(await underWay()).toBe(0)
  })

  it('ends what another process was about to end', async () => {
    const { clock, emulator, events, store, callChargebee } = await setUp()
    const { id } = await callChargebee()
    await store.postpone({ kind: 'session', id, owners: ['bb', 'cc'], note: 'revoked' }, 0, WITHIN)
    await pass(clock, 60_000, () => events.length > 0)
    expect(events).toEqual([{ type: 'session.ended', sessionId: id, by: 'revoked' }])
    expect(emulator.sessions()).toMatchObject([{ status: 'logged_out' }])
  })

  it('gives up after a day what can not be ended, and leaves it to be found by the next close', async () => {
    const { clock, emulator, events, store, startAnother, worker, callChargebee } = await setUp()
    const { id } = await callChargebee()
    await store.postpone({ kind: 'session', id, owners: ['bb', 'cc'], note: 'logout' }, 0, WITHIN)
    await worker.close()
    await clock.advance(25 * 60 * MINUTE_MS)
    startAnother()
    await pass(clock, 10_000, () => events.length > 0)
    expect(events).toEqual([{ type: 'session.pending', sessionId: id }])
    await pass(clock, 10 * MINUTE_MS, () => events.length > 1)
    expect(emulator.calls().map(({ operation }) => operation)).toEqual(['create'])
    const { sessions } = await store.close({ all: ['bb'], by: 'logout' }, 8_000, WITHIN)
    expect(sessions.map((session) => session.id)).toEqual([id])
  })
})
