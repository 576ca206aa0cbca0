import { startEmulator } from '@portal-sso/emulator'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createChargebeeApi } from '../src/chargebee-api.js'
import { withDeadline } from '../src/deadline.js'
import type { PortalSsoEventDetail } from '../src/events.js'
import { createSessionEnder } from '../src/session-ender.js'

async function setUp() {
  const events: PortalSsoEventDetail[] = []
  const emit = (event: PortalSsoEventDetail) => events.push(event)
  const emulator = await startEmulator({ customers: [{ id: 'c1' }] })
  const config = { apiKey: emulator.apiKey, apiUrl: new URL(emulator.apiUrl) }
  const api = createChargebeeApi({ config, emit, now: Date.now })
  onTestFinished(async () => {
    api.close()
    await emulator.close()
  })
  const parameters = {
    customerId: 'c1',
    redirectUrl: undefined,
    forwardUrl: undefined,
    idempotencyKey: 'key',
  }
  const { id } = await withDeadline(2_000, (deadline) => api.create(parameters, deadline))
  const logouts = () => emulator.calls().filter(({ operation }) => operation === 'logout').length
  return { emulator, events, id, logouts, ender: createSessionEnder({ api, emit, timeoutMs: 600 }) }
}

describe('the ender', () => {
  it('asks Chargebee once for a session that it knows to be over', async () => {
    const { ender, events, id, logouts } = await setUp()
    expect(await ender.end(id, 'logout')).toBe(true)
    expect(await ender.end(id, 'logout')).toBe(true)
    expect(logouts()).toBe(1)
    expect(events).toEqual([{ type: 'session.ended', sessionId: id, by: 'logout' }])
  })

  it('joins an end that is under way', async () => {
    const { ender, id, logouts } = await setUp()
    expect(
      await Promise.all([ender.end(id, 'logout'), ender.end(id, 'switch'), ender.end(id, 'logout')]),
    ).toEqual([true, true, true])
    expect(logouts()).toBe(1)
  })

  it('forgets nothing that Chargebee has not confirmed', async () => {
    const { ender, emulator, events, id, logouts } = await setUp()
    emulator.fail({ operation: 'logout', status: 500, times: 2 })
    expect(await ender.end(id, 'logout')).toBe(false)
    expect(events.at(-1)).toEqual({ type: 'session.pending', sessionId: id })
    expect(await ender.end(id, 'logout')).toBe(true)
    expect(logouts()).toBe(3)
  })

  it('gives up at its deadline, and is idle then', async () => {
    const { ender, emulator, id } = await setUp()
    emulator.fail({ operation: 'logout', kind: 'no-headers', times: 5 })
    const ending = ender.end(id, 'logout')
    await ender.idle()
    expect(await ending).toBe(false)
  })
})
