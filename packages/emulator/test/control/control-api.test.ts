import { describe, expect, test } from 'vitest'
import { type Emulator, startEmulator } from '../../src/index.js'
import { callApi, createForm, emulate, eventually, jsonOf } from '../helpers.js'

async function control(emulator: Emulator, method: string, path: string, body?: unknown) {
  const response = await fetch(`${emulator.apiUrl}/_emulator/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, body: await jsonOf(response) }
}

const create = (emulator: Emulator) => callApi(emulator, { form: createForm() })

describe('a test in any language', () => {
  test('sees what there is', async () => {
    const emulator = await emulate()
    expect((await control(emulator, 'GET', 'health')).body).toEqual({ status: 'ok', site: 'acme-test' })
    await create(emulator)
    await callApi({ ...emulator, apiKey: 'wrong' }, { form: createForm() })
    const { body } = await control(emulator, 'GET', 'state')
    expect(body).toMatchObject({
      site: 'acme-test',
      counts: { customers: 5, sessions: 1, calls: 2 },
      sessions: [
        {
          customer_id: 'cus_ada',
          status: 'created',
          life: [{ what: 'created', by: 'api', ipAddress: '127.0.0.1' }],
        },
      ],
      calls: [
        { status: 401, why: 'The API key is not the one that this emulator was started with.' },
        { operation: 'create', status: 200 },
      ],
      rules: [],
      holding: [],
      held: [],
    })
    expect(JSON.stringify(body)).not.toContain('authorization')
    const { endpoints } = (await control(emulator, 'GET', '')).body as { endpoints: string[] }
    for (const endpoint of endpoints.filter((line) => line.startsWith('GET') && !line.endsWith('events'))) {
      const path = endpoint.slice('GET /_emulator/'.length)
      expect([endpoint, (await control(emulator, 'GET', path)).status]).toEqual([endpoint, 200])
    }
  })

  test('makes customers and sessions, and ends them', async () => {
    const emulator = await emulate()
    const added = await control(emulator, 'POST', 'customers', { id: 'cus_x', email: 'x@example.com' })
    expect(added.body).toEqual({ customer: { id: 'cus_x', email: 'x@example.com' } })
    const made = await control(emulator, 'POST', 'sessions', { customer_id: 'cus_x' })
    const { id, access_url } = made.body.portal_session as { id: string; access_url: string }
    expect((await fetch(access_url, { redirect: 'manual' })).status).toBe(302)
    await control(emulator, 'POST', `sessions/${id}/logout`, {})
    expect(emulator.sessions()).toMatchObject([{ id, status: 'logged_out' }])
    const { sessions } = (await control(emulator, 'GET', 'sessions')).body as {
      sessions: { life: object[] }[]
    }
    expect(sessions[0]?.life).toMatchObject([
      { what: 'created', by: 'control' },
      { what: 'opened', by: 'browser' },
      { what: 'ended', by: 'control' },
    ])
  })

  test('lets calls fail and wait, moves the clock, and starts afresh', async () => {
    const emulator = await emulate()
    await control(emulator, 'POST', 'fail', { operation: 'create', status: 503 })
    expect((await create(emulator)).status).toBe(503)
    await control(emulator, 'POST', 'fail', { operation: 'create', status: 503 })
    expect((await control(emulator, 'DELETE', 'fail')).body.rules).toEqual([])
    expect((await control(emulator, 'POST', 'hold', { operation: 'create' })).body.holding).toEqual([
      'create',
    ])
    const waiting = create(emulator)
    await eventually(async () => (await control(emulator, 'GET', 'held')).body.held).toHaveLength(1)
    await control(emulator, 'POST', 'release')
    expect((await waiting).status).toBe(200)
    const { now } = (await control(emulator, 'POST', 'advance', { ms: 3_600_000 })).body
    expect(Number(now) - Date.now()).toBeGreaterThan(3_000_000)
    await control(emulator, 'POST', 'customers', { id: 'cus_x' })
    await control(emulator, 'POST', 'reset')
    const { body } = await control(emulator, 'GET', 'state')
    expect(body.counts).toEqual({ customers: 5, sessions: 0, calls: 0 })
    expect(Math.abs(Number(body.now) - Date.now())).toBeLessThan(600_000)
  })

  test.each([
    ['POST', 'fail', { operation: 'creat' }, 400, /operation is 'create'/],
    ['POST', 'hold', {}, 400, /^hold/],
    ['POST', 'advance', { ms: -1 }, 400, /^advance/],
    ['POST', 'customers', { id: '\ud800' }, 400, /surrogate/],
    ['POST', 'customers', { id: 'cus_ada' }, 400, /twice/],
    ['POST', 'customers', [], 400, /JSON object/],
    ['POST', 'sessions', { customer_id: 'nobody' }, 404, /no customer/],
    ['POST', 'sessions/nope/logout', {}, 404, /no such session/],
    ['POST', 'state', {}, 405, /takes GET/],
    ['GET', 'nothing', undefined, 404, /lists what there is/],
    ['GET', 'constructor', undefined, 404, /lists what there is/],
    ['GET', 'calls?limit=0', undefined, 400, /^limit/],
    ['POST', 'customers', { id: 'x'.repeat(70_000) }, 413, /too large/],
  ])('%s %s %j is refused', async (method, path, body, status, text) => {
    const answer = await control(await emulate(), method, path, body)
    expect(answer.status).toBe(status)
    expect(answer.body.error).toMatch(text)
  })

  test('watches', async () => {
    const emulator = await emulate()
    const response = await fetch(`${emulator.apiUrl}/_emulator/events`)
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const reader = (response.body ?? expect.fail()).pipeThrough(new TextDecoderStream()).getReader()
    let seen = ''
    const readUntil = async (text: string) => {
      while (!seen.includes(text)) seen += (await reader.read()).value ?? expect.fail(seen)
    }
    await readUntil('retry')
    await create(emulator)
    emulator.advance(1)
    emulator.reset()
    await readUntil('event: reset')
    const events = seen.split('\n').filter((line) => line.startsWith('event'))
    expect(events).toEqual(['call', 'session', 'call', 'clock', 'reset'].map((type) => `event: ${type}`))
    await reader.cancel()
  })
})

describe('in the same process', () => {
  test('reset() is as just started, cuts what waits, and takes the customers as they were given', async () => {
    const emulator = await emulate({ customers: [{ id: 'cus_ada', email: 'ada@example.com' }] })
    const held = emulator.hold('create')
    const waiting = create(emulator).catch(() => 'cut')
    await held
    emulator.fail({ operation: '*', status: 500 })
    emulator.advance(1e9)
    await fetch(`${emulator.portalUrl}/portal/signup`, {
      method: 'POST',
      body: new URLSearchParams({ email: 'ada@example.com', password: 'first' }),
    })
    expect(emulator.sessions()).toHaveLength(1)
    emulator.reset()
    expect(await waiting).toBe('cut')
    expect([emulator.sessions(), emulator.calls()]).toEqual([[], []])
    expect((await create(emulator)).status).toBe(200)
    const login = await fetch(`${emulator.portalUrl}/portal/login`, {
      method: 'POST',
      body: new URLSearchParams({ email: 'ada@example.com', password: 'first' }),
    })
    expect(login.status).toBe(401)
  })

  test('await using closes it', async () => {
    let url = ''
    {
      await using emulator = await startEmulator()
      url = emulator.apiUrl
      expect((await fetch(url)).status).toBe(200)
    }
    await expect(fetch(url)).rejects.toThrow()
  })

  test('a delay makes a call late, and close() does not wait for it', async () => {
    const emulator = await startEmulator()
    emulator.fail({ operation: 'create', delayMs: 50 })
    emulator.fail({ operation: 'create', delayMs: 1, status: 503 })
    const started = performance.now()
    expect((await create(emulator)).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThanOrEqual(49)
    expect((await create(emulator)).status).toBe(503)
    emulator.fail({ operation: 'create', delayMs: 600_000 })
    const cut = create(emulator).catch(() => 'cut')
    await eventually(() => emulator.calls().length).toBe(3)
    await emulator.close()
    expect(await cut).toBe('cut')
  })

  test('fifty at once', async () => {
    const emulators = await Promise.all(Array.from({ length: 50 }, () => startEmulator()))
    const statuses = await Promise.all(emulators.map(async (emulator) => (await create(emulator)).status))
    expect(new Set(statuses)).toEqual(new Set([200]))
    await Promise.all(emulators.map((emulator) => emulator.close()))
  })

  test('rules and holds are bounded', async () => {
    const emulator = await emulate()
    for (let at = 0; at < 1000; at++) emulator.fail({ operation: 'logout', status: 500 })
    expect(() => emulator.fail({ operation: 'logout', status: 500 })).toThrow(/at most 1000/)
    for (let at = 0; at < 1000; at++) void emulator.hold('logout')
    expect(() => emulator.hold('logout')).toThrow(/at most 1000/)
  })
})
