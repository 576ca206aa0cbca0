import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { type Emulator, startEmulator } from '@portal-sso/emulator'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ChargebeeApi, createChargebeeApi } from '../../src/chargebee/api.js'
import { ChargebeeFailure } from '../../src/chargebee/failure.js'
import type { PortalSsoEventDetail } from '../../src/events.js'
import { withDeadline } from '../../src/time/deadline.js'
import { type TestClock, testClock } from '../test-clock.ts'

// Of the queue of calls.
const AT_ONCE_PER_LANE = 42

const CREATE = { customerId: 'c1', redirectUrl: undefined, forwardUrl: undefined, idempotencyKey: 'key-1' }

let events: PortalSsoEventDetail[]
let emulator: Emulator
let api: ChargebeeApi
let clock: TestClock
const servers: Server[] = []

beforeEach(async () => {
  events = []
  clock = testClock()
  emulator = await startEmulator({ customers: [{ id: 'c1' }] })
  api = apiAt(emulator.apiUrl)
})

afterEach(async () => {
  api.close()
  await emulator.close()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

function apiAt(apiUrl: string): ChargebeeApi {
  return createChargebeeApi({
    site: 'acme-test',
    apiKey: emulator.apiKey,
    apiUrl: new URL(apiUrl),
    emit: (event) => events.push(event),
    clock,
  })
}

/** An API that answers as it likes, for what Chargebee itself would never say. */
async function serve(listener: RequestListener) {
  const requests: string[] = []
  const connections = new Set<unknown>()
  const server = createServer((req, res) => {
    requests.push(`${req.method} ${req.url}`)
    connections.add(req.socket)
    listener(req, res)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { api: apiAt(origin), origin, requests, connections }
}

const create = (at = api, timeoutMs = 2_000) =>
  withDeadline(clock, timeoutMs, (deadline) => at.create(CREATE, deadline))
const logout = (id: string, at = api, timeoutMs = 2_000) =>
  withDeadline(clock, timeoutMs, (deadline) => at.logout(id, deadline))

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Resolves when so many calls have reached Chargebee. */
async function called(count: number): Promise<void> {
  while (emulator.calls().length < count) await turn()
}

async function failureOf(work: Promise<unknown>): Promise<ChargebeeFailure> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ChargebeeFailure)
  return error as ChargebeeFailure
}

describe('create', () => {
  it('sends what Chargebee documents, and nothing that is not given', async () => {
    const session = await create()
    expect(session).toMatchObject({ customer_id: 'c1', status: 'created' })
    const call = emulator.calls()[0]
    expect(call).toMatchObject({
      operation: 'create',
      params: { 'customer[id]': 'c1' },
      idempotencyKey: 'key-1',
    })
    expect(Object.keys(call?.params ?? {})).toEqual(['customer[id]'])
    expect(call?.headers).not.toHaveProperty('x-chargebee-sdk-telemetry')
  })

  it.each([500, 502, 503, 504, 409])('tries %i three times with one idempotency key', async (status) => {
    emulator.fail({ operation: 'create', status, times: 3 })
    expect(await failureOf(create())).toMatchObject({ kind: 'busy', status })
    expect(emulator.calls().map((call) => call.idempotencyKey)).toEqual(['key-1', 'key-1', 'key-1'])
    expect(events.filter((event) => event.type === 'upstream.failed')).toMatchObject([
      { operation: 'create', status, attempt: 1 },
      { attempt: 2 },
      { attempt: 3 },
    ])
  })

  it('is content with a later try', async () => {
    emulator.fail({ operation: 'create', status: 503, times: 2 })
    expect(await create()).toMatchObject({ customer_id: 'c1' })
    expect(emulator.sessions()).toHaveLength(1)
  })

  it.each(['reset', 'truncated'] as const)('tries again after %s', async (kind) => {
    emulator.fail({ operation: 'create', kind })
    expect(await create()).toMatchObject({ customer_id: 'c1' })
    expect(emulator.calls()).toHaveLength(2)
  })

  it('gets the very session whose answer was cut off, not a second one', async () => {
    emulator.fail({ operation: 'create', kind: 'reset-after' })
    const session = await create()
    expect(emulator.sessions().map(({ id }) => id)).toEqual([session.id])
  })

  it.each([400, 401, 403, 404, 405, 410, 422])(
    'asks once when Chargebee says %i, and names a setting',
    async (status) => {
      emulator.fail({ operation: 'create', status, body: { message: 'secret text of Chargebee' }, times: 3 })
      const failure = await failureOf(create())
      expect(failure).toMatchObject({ kind: 'refused', status })
      expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('secret text')
      expect(emulator.calls()).toHaveLength(1)
      expect(events.map(({ type }) => type)).toEqual(['upstream.failed', 'misconfigured'])
    },
  )

  it('does not call an unknown customer a wrong setting', async () => {
    const failure = await failureOf(
      withDeadline(clock, 2_000, (deadline) => api.create({ ...CREATE, customerId: 'c2' }, deadline)),
    )
    expect(failure.isNotFound).toBe(true)
    expect(events).toEqual([])
  })

  it('waits as long as a 429 says, if that fits', async () => {
    emulator.fail({ operation: 'create', status: 429, headers: { 'retry-after': '1' } })
    const start = clock.now()
    await create()
    expect(clock.now() - start).toBeGreaterThanOrEqual(1_000)
  })

  it.each([
    // Chargebee always sends one; an empty one is as good as none.
    ['no Retry-After', { 'retry-after': '' }],
    ['one that does not fit', { 'retry-after': '60' }],
    ['a date that does not fit', { 'retry-after': new Date(testClock().now() + 600_000).toUTCString() }],
    ['nonsense', { 'retry-after': 'soon' }],
  ])('does not try a 429 again with %s', async (_, headers) => {
    emulator.fail({ operation: 'create', status: 429, headers, times: 3 })
    expect(await failureOf(create())).toMatchObject({ kind: 'busy', status: 429 })
    expect(emulator.calls()).toHaveLength(1)
  })

  it.each(['no-headers', 'no-end'] as const)('ends at its deadline with %s, and no sooner', async (kind) => {
    emulator.fail({ operation: 'create', kind, times: 3 })
    let isOver = false
    const pending = failureOf(create(api, 600)).finally(() => {
      isOver = true
    })
    await called(1)
    await clock.advance(599)
    expect(isOver).toBe(false)
    await clock.advance(1)
    expect(await pending).toMatchObject({ kind: 'timeout' })
    expect(emulator.calls()).toHaveLength(1)
  })

  it('is refused a connection: no answer, three tries', async () => {
    await emulator.close()
    expect(await failureOf(create())).toMatchObject({ kind: 'network', status: 0 })
    expect(events.filter((event) => event.type === 'upstream.failed')).toHaveLength(3)
  })

  it.each([301, 302, 303, 307, 308])('follows no %i', async (status) => {
    const target = await serve((_, res) => res.end('{"portal_session":{"id":"stolen"}}'))
    const redirecting = await serve((_, res) => {
      res.writeHead(status, { location: target.origin }).end()
    })
    expect(await failureOf(create(redirecting.api))).toMatchObject({ kind: 'broken', status })
    expect(target.requests).toEqual([])
    expect(redirecting.requests).toHaveLength(3)
  })

  it.each([
    ['HTML', '<html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['{}', '{}'],
    ['an array', '[{"portal_session":{"id":"x"}}]'],
    ['a session without id', '{"portal_session":{}}'],
    ['half of it', '{"portal_session":{"id":"x"'],
    ['more than a session can be', `{"portal_session":{"id":"x","pad":"${'x'.repeat(70_000)}"}}`],
  ])('takes %s for no answer', async (_, body) => {
    const { api: broken, requests } = await serve((_req, res) => res.end(body))
    expect(await failureOf(create(broken))).toMatchObject({ kind: 'broken', status: 200 })
    expect(requests).toHaveLength(3)
  })

  it('keeps the true status of an error that is not JSON', async () => {
    for (const status of [401, 404, 429, 502]) {
      const { api: broken } = await serve((_, res) => res.writeHead(status).end('<html>'))
      expect(await failureOf(create(broken))).toMatchObject({ status })
    }
  })

  it('uses one connection for calls in a row, and a fresh one when the server has closed it meanwhile', async () => {
    let count = 0
    const { api: kept, connections } = await serve((req, res) => {
      count++
      if (count === 3) return void req.socket.destroy()
      res.end(JSON.stringify({ portal_session: { id: 'x' } }))
    })
    await create(kept)
    await create(kept)
    expect(connections.size).toBe(1)
    expect(await create(kept)).toMatchObject({ id: 'x' })
    expect(connections.size).toBe(2)
    expect(events).toEqual([])
  })
})

describe('logout', () => {
  it('ends a session, and is content when it is over already', async () => {
    const { id } = await create()
    await logout(id)
    expect(emulator.sessions()).toMatchObject([{ id, status: 'logged_out' }])
    await logout(id)
  })

  it('takes Chargebee\'s own "not found" for an end, and no other 404', async () => {
    await logout('portal_unknown')
    expect(events).toEqual([])
    emulator.fail({ operation: 'logout', status: 404, body: '<html>not found</html>' })
    expect(await failureOf(logout('portal_unknown'))).toMatchObject({ kind: 'refused', status: 404 })
    emulator.fail({
      operation: 'logout',
      status: 404,
      body: { api_error_code: 'site_not_found', message: 'x' },
    })
    expect(await failureOf(logout('portal_unknown'))).toMatchObject({ status: 404 })
    expect(events).toContainEqual(expect.objectContaining({ type: 'misconfigured', setting: 'site' }))
  })

  it('tries twice', async () => {
    const { id } = await create()
    emulator.fail({ operation: 'logout', status: 500, times: 2 })
    await failureOf(logout(id))
    expect(emulator.calls().filter(({ operation }) => operation === 'logout')).toHaveLength(2)
    expect(emulator.sessions()).toMatchObject([{ status: 'created' }])
  })

  it.each([
    ['another id', { id: 'portal_other', status: 'logged_out' }],
    ['another status', { id: 'portal_x', status: 'logged_in' }],
  ])('does not believe an answer with %s', async (_, session) => {
    const { api: lying } = await serve((_req, res) => res.end(JSON.stringify({ portal_session: session })))
    expect(await failureOf(logout('portal_x', lying))).toMatchObject({ kind: 'broken' })
  })

  it.each(['..', '../customers', 'a/b', 'a%2fb', '', 'x'.repeat(71), 'x?y', 'x\n'])(
    'never sends the id %j',
    async (id) => {
      await failureOf(logout(id))
      expect(emulator.calls()).toEqual([])
    },
  )
})

describe('activate', () => {
  const activate = (client?: string, timeoutMs = 2_000, before: () => Promise<void> = async () => {}) =>
    withDeadline(clock, timeoutMs, (deadline) =>
      api.activate(
        { sessionId: 'portal_1', token: 'token', client, idempotencyKey: 'key', before },
        deadline,
      ),
    )

  it('does first what has to be done before, once for all tries, and not where there is no place in line', async () => {
    const order: string[] = []
    const use = async () => void order.push(`after ${emulator.calls().length} calls`)
    emulator.fail({ operation: 'activate', status: 500, times: 2 })
    await failureOf(activate('a', 2_000, use))
    expect(order).toEqual(['after 0 calls'])
    expect(emulator.calls()).toHaveLength(2)
    emulator.fail({ operation: 'activate', kind: 'no-headers', times: 10 })
    const hanging = Array.from({ length: 6 }, () => failureOf(activate('stranger')))
    await called(7)
    expect(await failureOf(activate('stranger', 2_000, use))).toMatchObject({ kind: 'busy' })
    expect(order).toHaveLength(1)
    await clock.advance(2_000)
    await Promise.all(hanging)
  })

  it('sends nothing where that fails, and throws the same', async () => {
    const reason = new Error('used already')
    const before = () => Promise.reject(reason)
    await expect(activate('a', 2_000, before)).rejects.toBe(reason)
    expect(emulator.calls()).toEqual([])
    expect(events).toEqual([])
  })

  it('takes none of the tries that customers have together', async () => {
    // In no time at all, since what is used of them comes back with it.
    clock = { ...clock, wait: async () => {} }
    api.close()
    api = apiAt(emulator.apiUrl)
    emulator.fail({ operation: 'activate', status: 500, times: 120 })
    for (let count = 0; count < 60; count++) await failureOf(activate())
    expect(emulator.calls()).toHaveLength(120)
    emulator.fail({ operation: 'create', status: 500 })
    expect(await create()).toMatchObject({ customer_id: 'c1' })
  })

  it('tells how many requests it has sent', async () => {
    emulator.fail({ operation: 'activate', status: 500, times: 2 })
    expect(await failureOf(activate())).toMatchObject({ requestsSent: 2 })
    emulator.fail({ operation: 'activate', status: 401 })
    expect(await failureOf(activate())).toMatchObject({ requestsSent: 1 })
  })

  it('has no place for a second call of a client that waits already, and says nothing against Chargebee', async () => {
    emulator.fail({ operation: 'activate', kind: 'no-headers', times: 10 })
    const hanging = Array.from({ length: 6 }, () => failureOf(activate('stranger')))
    await called(5)
    expect(await failureOf(activate('stranger'))).toMatchObject({ kind: 'busy', status: 0, requestsSent: 0 })
    expect(events).toEqual([])
    // Others are not in the way of anybody: customers have lines of their own.
    expect(await create()).toMatchObject({ customer_id: 'c1' })
    await clock.advance(2_000)
    await Promise.all(hanging)
  })

  it.each([401, 403, 405, 422])(
    'does not blame a setting for %i, which a stranger can cause',
    async (status) => {
      emulator.fail({ operation: 'activate', status })
      expect(await failureOf(activate())).toMatchObject({ kind: 'refused', status })
      expect(events).toMatchObject([{ type: 'upstream.failed', operation: 'activate', status }])
    },
  )

  it.each([
    ['site', { status: 404, body: { api_error_code: 'site_not_found', message: 'x' } }],
    ['site and apiUrl', { status: 404, body: '<html>not found</html>' }],
  ])('names %s where no stranger can be the cause', async (setting, answer) => {
    emulator.fail({ operation: 'activate', ...answer })
    await failureOf(activate())
    expect(events).toContainEqual(expect.objectContaining({ type: 'misconfigured', setting }))
  })
})

describe('a Chargebee that never answers', () => {
  it('keeps its deadline also for calls that have to wait for a connection', async () => {
    emulator.fail({ operation: 'create', kind: 'no-headers', times: 100 })
    const failures = Promise.all(Array.from({ length: 60 }, () => failureOf(create(api, 700))))
    await called(AT_ONCE_PER_LANE)
    await clock.advance(700)
    expect((await failures).map(({ kind }) => kind)).toEqual(Array.from({ length: 60 }, () => 'timeout'))
    expect(emulator.calls()).toHaveLength(AT_ONCE_PER_LANE)
  })

  it('keeps a short deadline while calls with longer ones have all connections', async () => {
    emulator.fail({ operation: 'create', kind: 'no-headers', times: 100 })
    const long = Array.from({ length: 25 }, () => failureOf(create(api, 3_000)))
    await called(25)
    const short = failureOf(create(api, 500)).then(({ kind }) => kind)
    await called(26)
    await clock.advance(500)
    expect(await Promise.race([short, Promise.all(long)])).toBe('timeout')
    await clock.advance(2_500)
    await Promise.all(long)
  })

  it('keeps nobody from signing out while all creates hang', async () => {
    const { id } = await create()
    emulator.fail({ operation: 'create', kind: 'no-headers', times: 100 })
    const hanging = Array.from({ length: 60 }, () => failureOf(create(api, 1_500)))
    await called(AT_ONCE_PER_LANE)
    await logout(id, api, 1_000)
    expect(emulator.sessions()).toMatchObject([{ id, status: 'logged_out' }])
    await clock.advance(1_500)
    await Promise.all(hanging)
  })

  it('stops what nobody waits for any more', async () => {
    let cut: Promise<unknown> | undefined
    const { api: stalled } = await serve((req) => {
      cut = new Promise((resolve) => req.socket.once('close', resolve))
    })
    await withDeadline(clock, 60_000, async (deadline) => {
      void stalled.create(CREATE, deadline).catch(() => {})
      while (!cut) await turn()
    })
    await cut
  })
})
