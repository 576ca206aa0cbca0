import { type Create, type SessionStore, StoreFailure } from '@portal-sso/core'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, it, type TestContext } from 'vitest'
import { ACL_RULES } from '../src/failures.js'
import { redisStore } from '../src/index.js'
import { clients, type OpenedStore, opened } from './clients.ts'
import { describeWithRedis, startRedis, type TestRedis } from './start-redis.ts'

// What a store does while Redis is down, silent, full, foreign, or somebody else's; each on a server of its own.

const SHORT = { withinMs: 400 }
const LONG = { withinMs: 20_000 }
const LEASE_MS = 60_000

type Finish = TestContext['onTestFinished']

/** A Redis of this test alone. */
async function aRedis(onTestFinished: Finish, ...settings: string[]): Promise<TestRedis> {
  const redis = await startRedis(...settings)
  onTestFinished(redis.close)
  return redis
}

/** The test's own time limit ends a vain wait. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20))
}

let lastId = 0

function createOf(store: SessionStore, owner = 'b1', customer = 'c1'): Create {
  lastId += 1
  return { id: `create${lastId}`, arrived: store.arrive(), own: [owner], customer }
}

async function sessionOf(store: SessionStore): Promise<{ id: string; create: Create }> {
  const create = createOf(store)
  await store.begin(create, 'note', LEASE_MS, LONG)
  const id = `session${lastId}`
  expect(await store.remember(create, id, LONG)).toBe('remembered')
  return { id, create }
}

const closeAll = (store: SessionStore, within = LONG) =>
  store.close({ all: ['b1'], by: 'logout' }, LEASE_MS, within)

const messagesOf = ({ events }: OpenedStore) =>
  events.flatMap((event) =>
    event.type === 'misconfigured' ? [String((event as { message?: string }).message)] : [],
  )

const reasonsOf = ({ events }: OpenedStore) =>
  events.flatMap((event) =>
    event.type === 'store.failed' ? [String((event as { reason?: string }).reason)] : [],
  )

describeWithRedis('the store', () => {
  for (const [name, connectTo] of Object.entries(clients)) {
    const connect = async (
      onTestFinished: Finish,
      url: string,
      options?: Parameters<typeof connectTo>[1],
    ) => {
      const store = await connectTo(url, options)
      onTestFinished(store.disconnect)
      return store
    }

    describe.concurrent(`Redis in trouble, ${name}`, () => {
      it('paused: the caller is told in time, and what was asked does nothing when Redis goes on', async ({
        onTestFinished,
      }) => {
        const redis = await aRedis(onTestFinished)
        const opened = await connect(onTestFinished, redis.url)
        const { store } = opened
        const { id, create } = await sessionOf(store)
        redis.pause()
        const late = createOf(store)
        await expect(store.begin(late, 'note', LEASE_MS, SHORT)).rejects.toThrow(StoreFailure)
        await expect(closeAll(store, SHORT)).rejects.toThrow('no answer in time')
        expect(reasonsOf(opened)).toContain('no answer in time')
        expect(opened.events.find(({ type }) => type === 'store.failed')).toHaveProperty('silentMs')
        redis.goOn()
        // Over the same connection, so what was asked before has been looked at by then.
        expect(await store.begin(createOf(store), 'note', LEASE_MS, LONG)).toMatchObject({
          isOpen: true,
          others: [],
          sessions: [{ id }],
        })
        expect(await store.remember(late, 'late', LONG)).toBe('unknown')
        expect(create.own).toEqual(['b1'])
      })

      it('down, and there again', async ({ onTestFinished }) => {
        const redis = await aRedis(onTestFinished, '--appendonly', 'yes', '--appendfsync', 'always')
        const opened = await connect(onTestFinished, redis.url)
        const { store } = opened
        const { id } = await sessionOf(store)
        await redis.kill()
        await expect(closeAll(store, SHORT)).rejects.toThrow(StoreFailure)
        await redis.restart()
        await until(() =>
          closeAll(store, SHORT).then(
            () => true,
            () => false,
          ),
        )
        expect((await closeAll(store)).sessions.map((session) => session.id)).toEqual([id])
      })

      it('restarted without its data: openings under way are unknown, and a person is told', async ({
        onTestFinished,
      }) => {
        const redis = await aRedis(onTestFinished)
        const opened = await connect(onTestFinished, redis.url)
        const { store } = opened
        await store.take(1, 1, LONG)
        const create = createOf(store)
        await store.begin(create, 'note', LEASE_MS, LONG)
        await redis.command('FLUSHALL')
        expect(await store.remember(create, 'session', LONG)).toBe('unknown')
        await store.take(1, 1, LONG)
        expect(messagesOf(opened)).toEqual([expect.stringContaining('Redis has lost its data')])
      })

      it('full: portals can be signed out of, and not be opened', async ({ onTestFinished }) => {
        const redis = await aRedis(onTestFinished)
        const opened = await connect(onTestFinished, redis.url)
        const { store } = opened
        const { id } = await sessionOf(store)
        const begun = createOf(store)
        await store.begin(begun, 'note', LEASE_MS, LONG)
        await redis.command('CONFIG', 'SET', 'maxmemory', '1')
        await expect(store.begin(createOf(store), 'note', LEASE_MS, LONG)).rejects.toThrow('OOM')
        expect(messagesOf(opened)).toEqual([expect.stringContaining('Redis is full')])
        expect(await store.remember(begun, 'second', LONG)).toBe('remembered')
        const { sessions } = await closeAll(store)
        expect(sessions.map((session) => session.id).sort()).toEqual(['second', id].sort())
        await store.postpone({ kind: 'session', id, owners: ['b1', 'c1'], note: 'logout' }, 1, LONG)
        await until(async () => (await store.take(9, LEASE_MS, LONG)).due.length === 1)
        await store.forget({ sessions: [id, 'second'] }, ['b1', 'c1'], LONG)
        expect((await closeAll(store)).sessions).toEqual([])
      })

      it('a replica: writes are refused', async ({ onTestFinished }) => {
        const redis = await aRedis(onTestFinished)
        const opened = await connect(onTestFinished, redis.url)
        await redis.command('REPLICAOF', '127.0.0.1', '1')
        await redis.command('CONFIG', 'SET', 'replica-serve-stale-data', 'yes')
        await expect(closeAll(opened.store)).rejects.toThrow('READONLY')
        expect(reasonsOf(opened)).toEqual(['READONLY'])
        await redis.command('REPLICAOF', 'NO', 'ONE')
        expect((await closeAll(opened.store)).underWay).toBe(0)
      })

      it('without its scripts: they are sent again', async ({ onTestFinished }) => {
        const redis = await aRedis(onTestFinished)
        const { store } = await connect(onTestFinished, redis.url)
        const { id } = await sessionOf(store)
        await redis.command('SCRIPT', 'FLUSH')
        expect((await closeAll(store)).sessions.map((session) => session.id)).toEqual([id])
      })

      for (const key of ['due', 'work', 'owner:b1'].map((part) => `portal-sso:{acme}:${part}`)) {
        it(`something else under ${key}: it is named and left alone`, async ({ onTestFinished }) => {
          const redis = await aRedis(onTestFinished)
          const opened = await connect(onTestFinished, redis.url)
          await redis.command('SET', key, 'not ours')
          await expect(opened.store.begin(createOf(opened.store), 'n', LEASE_MS, LONG)).rejects.toThrow(
            'WRONGTYPE',
          )
          await expect(closeAll(opened.store)).rejects.toThrow('WRONGTYPE')
          expect(messagesOf(opened)).toEqual([expect.stringContaining(key)])
          expect(await redis.command('GET', key)).toBe('not ours')
          await redis.command('DEL', key)
          await sessionOf(opened.store)
        })
      }

      it('foreign content in our own shape: no id of it is given on', async ({ onTestFinished }) => {
        const redis = await aRedis(onTestFinished)
        const { store } = await connect(onTestFinished, redis.url)
        await redis.command('HSET', 'portal-sso:{acme}:owner:b1', '../../customers', '1900000000000|b1,c1')
        await expect(closeAll(store)).rejects.toThrow('its data is not what was written')
      })

      it('a user with the rights that the documentation names', async ({ onTestFinished }) => {
        const redis = await aRedis(onTestFinished)
        await redis.command('ACL', 'SETUSER', 'portal', 'on', '>secret', ...ACL_RULES.split(' '))
        const opened = await connect(onTestFinished, redis.url, { username: 'portal', password: 'secret' })
        const { store } = opened
        const { id, create } = await sessionOf(store)
        await closeAll(store)
        await store.take(1, 1, LONG)
        await store.claim(create.id, ['b1', 'c1'], LONG)
        await store.once('state', 1_000, LONG)
        await store.count('clicks', 'c1', { points: 1, durationSeconds: 60 }, LONG)
        await store.postpone({ kind: 'session', id, owners: ['b1', 'c1'], note: 'logout' }, 1, LONG)
        await store.forget({ sessions: [id] }, ['b1'], LONG)
        expect(opened.events).toEqual([])
      })

      it('a user without them, a wrong password: a person is told what to do, and no secret', async ({
        onTestFinished,
      }) => {
        const redis = await aRedis(onTestFinished)
        await redis.command('ACL', 'SETUSER', 'portal', 'on', '>secret', '~*', '+@connection', '+@read')
        const poor = await connect(onTestFinished, redis.url, { username: 'portal', password: 'secret' })
        await expect(closeAll(poor.store)).rejects.toThrow('NOPERM')
        expect(messagesOf(poor)).toEqual([expect.stringContaining(ACL_RULES)])
        expect(JSON.stringify(poor.events)).not.toContain('secret')
      })

      it('busy with an endless script', async ({ onTestFinished }) => {
        const redis = await aRedis(onTestFinished, '--busy-reply-threshold', '50')
        const opened = await connect(onTestFinished, redis.url)
        await sessionOf(opened.store)
        const endless = redis.command('EVAL', 'while true do end', '0').catch(() => {})
        const answer = () =>
          closeAll(opened.store, { withinMs: 3_000 }).then(String, ({ message }) => message)
        await until(async () => (await answer()) === 'BUSY')
        await redis.command('SCRIPT', 'KILL')
        await endless
        expect((await closeAll(opened.store)).sessions).toHaveLength(1)
      })

      it('an eviction policy that drops keys is told once', async ({ onTestFinished }) => {
        const redis = await aRedis(
          onTestFinished,
          '--maxmemory',
          '100mb',
          '--maxmemory-policy',
          'allkeys-lru',
        )
        const opened = await connect(onTestFinished, redis.url)
        await sessionOf(opened.store)
        await sessionOf(opened.store)
        expect(messagesOf(opened)).toEqual([expect.stringContaining('maxmemory-policy is allkeys-lru')])
      })
    })
  }
})

describe('a client that can not be used', () => {
  it('node-redis that was never connected: refused at once, with the mend', async () => {
    const client = createClient({ url: 'redis://127.0.0.1:1' }).on('error', () => {})
    const store = opened(client, {}, () => {})
    await expect(closeAll(store.store, { withinMs: 600_000 })).rejects.toThrow('the client is not connected')
    expect(messagesOf(store)).toEqual([expect.stringContaining('await client.connect()')])
  })

  it('ioredis that was closed', async () => {
    const client = new Redis('redis://127.0.0.1:1', { lazyConnect: true })
    client.on('error', () => {})
    client.disconnect()
    const store = opened(client, {}, () => {})
    await expect(closeAll(store.store, { withinMs: 600_000 })).rejects.toThrow('the client is not connected')
  })

  it.each([[{}], ['redis://localhost'], [undefined], [null], [42]])(
    '%j is refused with a sentence',
    (client) => {
      expect(() => redisStore({ client: client as never })).toThrow(
        /"client" has to be a client of node-redis/,
      )
    },
  )

  it('a prefix with braces, and an unknown option, are refused', () => {
    const client = createClient()
    expect(() => redisStore({ client, prefix: 'mine{x}:' })).toThrow(/"prefix"/)
    expect(() => redisStore({ client, perfix: 'mine' } as never)).toThrow(/unknown option "perfix"/)
  })

  it('without a listener for errors gets one, and the host is told', () => {
    const client = createClient()
    const store = opened(client, {}, () => {})
    expect(client.listenerCount('error')).toBe(1)
    expect(messagesOf(store)).toEqual([expect.stringContaining("client.on('error'")])
  })
})
