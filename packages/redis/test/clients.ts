import type { PortalSsoEvent, SessionStore, SharedStore } from '@portal-sso/core'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { type RedisClient, redisStore } from '../src/index.js'

/** A store of one "process", with what it has told. */
export interface OpenedStore {
  readonly store: SessionStore
  readonly shared: SharedStore
  readonly events: StoreEvent[]
  disconnect(): void
}

type StoreEvent = Omit<PortalSsoEvent, 'at' | 'site'>

interface ConnectOptions {
  readonly prefix?: string
  readonly username?: string
  readonly password?: string
  readonly site?: string
}

/** The two families of clients, as their own documentation says to make them. */
export const clients: Readonly<
  Record<string, (url: string, options?: ConnectOptions) => Promise<OpenedStore>>
> = {
  async 'node-redis'(url, options = {}) {
    const { username, password } = options
    const client = createClient({ url, ...(username && { username }), ...(password && { password }) })
    client.on('error', () => {})
    await client.connect().catch(() => {})
    return opened(client, options, () => client.destroy())
  },
  async ioredis(url, options = {}) {
    const { username, password } = options
    const client = new Redis(url, { ...(username && { username }), ...(password && { password }) })
    client.on('error', () => {})
    return opened(client, options, () => client.disconnect())
  },
}

export function opened(
  client: RedisClient,
  { prefix, site = 'acme' }: ConnectOptions,
  disconnect: () => void,
): OpenedStore {
  const events: StoreEvent[] = []
  const shared = redisStore({ client, ...(prefix !== undefined && { prefix }) })
  return { shared, events, disconnect, store: shared.open({ site, emit: (event) => events.push(event) }) }
}
