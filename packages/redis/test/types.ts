import { Cluster, Redis } from 'ioredis'
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis5'
import IoValkey from 'iovalkey'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import { createClient as createClient4, createCluster as createCluster4 } from 'redis4'
import {
  createClient as createClient5,
  createClientPool as createClientPool5,
  createCluster as createCluster5,
} from 'redis5'
import { redisStore } from '../src/index.js'

// Read by the type checker alone: what the host has already must fit without a cast.

export function nodeRedis(): void {
  redisStore({ client: createClient() })
  redisStore({ client: createClient({ RESP: 3 }) })
  redisStore({ client: createClientPool() })
  redisStore({ client: createCluster({ rootNodes: [] }) })
  redisStore({ client: createSentinel({ name: 'main', sentinelRootNodes: [] }) })
  redisStore({ client: createClient5() })
  redisStore({ client: createClientPool5() })
  redisStore({ client: createCluster5({ rootNodes: [] }) })
  redisStore({ client: createClient4() })
  redisStore({ client: createCluster4({ rootNodes: [] }) })
}

export function ioRedis(): void {
  redisStore({ client: new Redis() })
  redisStore({ client: new Cluster([]) })
  redisStore({ client: new Redis5() })
  redisStore({ client: new Cluster5([]) })
  redisStore({ client: new IoValkey.Redis() })
  redisStore({ client: new IoValkey.Cluster([]) })
}

export function neither(): void {
  // @ts-expect-error An address is no client.
  redisStore({ client: 'redis://localhost' })
  // @ts-expect-error Nor is a setting.
  redisStore({ client: {} })
  // @ts-expect-error A client has to be there.
  redisStore({})
}
