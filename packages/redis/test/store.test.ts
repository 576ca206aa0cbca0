import { describeStore } from '@portal-sso/conformance'
import type { SharedStore } from '@portal-sso/core'
import { Redis } from 'ioredis'
import { createClient, createClientPool } from 'redis'
import { afterAll, beforeAll } from 'vitest'
import { redisStore } from '../src/index.js'
import { describeWithRedis, startRedis, type TestRedis } from './start-redis.ts'

describeWithRedis('the store on Redis', () => {
  let redis: TestRedis
  const closers: (() => unknown)[] = []

  beforeAll(async () => {
    redis = await startRedis()
  })

  afterAll(async () => {
    for (const close of closers) await close()
    await redis.close()
  })

  /** Each "process" of a check has a client of its own; two take turns. */
  function opener(connect: () => Promise<SharedStore>) {
    let stores: Promise<SharedStore>[] | undefined
    let turn = 0
    return async (site: string) => {
      stores ??= [connect(), connect()]
      turn += 1
      const store = await (stores[turn % 2] as Promise<SharedStore>)
      return store.open({ site, emit: () => {} })
    }
  }

  describeStore(
    'Redis, node-redis',
    opener(async () => {
      const client = createClient({ url: redis.url }).on('error', () => {})
      await client.connect()
      closers.push(() => client.destroy())
      return redisStore({ client })
    }),
  )

  describeStore(
    'Redis, a pool of node-redis',
    opener(async () => {
      const client = createClientPool({ url: redis.url, RESP: 2 }).on('error', () => {})
      await client.connect()
      closers.push(() => client.destroy())
      return redisStore({ client, prefix: 'pool:' })
    }),
  )

  describeStore(
    'Redis, ioredis',
    opener(async () => {
      const client = new Redis(redis.url, { keyPrefix: 'of-the-host:' })
      client.on('error', () => {})
      closers.push(() => client.disconnect())
      return redisStore({ client })
    }),
  )
})
