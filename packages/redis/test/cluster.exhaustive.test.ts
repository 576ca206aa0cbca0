import { describeStore } from '@portal-sso/conformance'
import type { SharedStore } from '@portal-sso/core'
import { StoreFailure } from '@portal-sso/core'
import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisStore } from '../src/index.js'
import { startCluster, type TestCluster } from './start-cluster.ts'
import { describeWithRedis } from './start-redis.ts'

const WITHIN = { withinMs: 20_000 }

describeWithRedis('the store on a cluster', () => {
  let cluster: TestCluster
  const closers: (() => unknown)[] = []

  beforeAll(async () => {
    cluster = await startCluster()
  }, 120_000)

  afterAll(async () => {
    for (const close of closers) await close()
    await cluster.close()
  })

  const stores: Readonly<Record<string, () => Promise<SharedStore>>> = {
    async 'node-redis'() {
      const client = createCluster({ rootNodes: cluster.nodes.map(({ url }) => ({ url })) })
      client.on('error', () => {})
      await client.connect()
      closers.push(() => client.destroy())
      return redisStore({ client })
    },
    async ioredis() {
      const client = new Cluster(cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port })))
      client.on('error', () => {})
      closers.push(() => client.disconnect())
      return redisStore({ client, prefix: 'of-ioredis:' })
    },
  }

  for (const [name, connect] of Object.entries(stores)) {
    let shared: Promise<SharedStore> | undefined
    const open = async (site: string) => {
      shared ??= connect()
      return (await shared).open({ site, emit: () => {} })
    }

    describeStore(`a cluster, ${name}`, open)

    describe(`a cluster in change, ${name}`, () => {
      it('loses no session while its slot moves to another node', { timeout: 120_000 }, async () => {
        const store = await open(`moving-${name}`)
        const prefix = name === 'ioredis' ? 'of-ioredis:' : 'portal-sso:'
        const remembered = new Set<string>()
        let refused = 0
        let last = 0
        const add = async () => {
          last += 1
          const create = {
            id: `create${last}`,
            arrived: store.arrive(),
            own: [`b${last % 7}`],
            customer: 'c1',
          }
          const id = `session${last}`
          await store.begin(create, 'note', 600_000, WITHIN)
          if ((await store.remember(create, id, WITHIN)) === 'remembered') remembered.add(id)
        }
        for (let count = 0; count < 100; count++) await add()
        let isMoving = true
        const moved = cluster.moveSlotOf(`${prefix}{moving-${name}}:due`).finally(() => {
          isMoving = false
        })
        while (isMoving) {
          await add().catch((error) => {
            if (!(error instanceof StoreFailure)) throw error
            refused += 1
          })
        }
        await moved
        for (let count = 0; count < 20; count++) await add()
        const closed = await store.close({ all: ['c1'], by: 'revoked' }, 600_000, WITHIN)
        const found = new Set(closed.sessions.map(({ id }) => id))
        expect([...remembered].filter((id) => !found.has(id))).toEqual([])
        expect(remembered.size).toBeGreaterThan(100)
        expect(refused).toBeLessThan(remembered.size)
      })
    })
  }
})
