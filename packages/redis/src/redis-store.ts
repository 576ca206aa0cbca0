import { randomUUID } from 'node:crypto'
import {
  type Begun,
  type Due,
  JUST_REMEMBERED_MS,
  type Moment,
  type Owner,
  type SessionStore,
  type SharedStore,
  type StoredSession,
  type StoreSettings,
} from '@portal-sso/core'
import { type Arrival, type Channel, ChannelError, createChannel, type Reply } from './channel.js'
import { type RedisClient, toCommands } from './redis-client.js'
import * as scripts from './scripts.js'
import { createWatch } from './watch.js'

/** What {@link redisStore} takes. */
export interface RedisStoreOptions {
  /** The host's own client: node-redis 4 to 6, ioredis 5 and 6, iovalkey; single, pool, Sentinel or cluster. */
  readonly client: RedisClient
  /** What all keys begin with. @default 'portal-sso:' */
  readonly prefix?: string
}

/**
 * A store on Redis (6.2 or newer) or Valkey, to be passed as `store` to any number of `portalSso()`. The host makes,
 * connects and closes the client.
 * @throws TypeError for anything but such a client, and for a prefix with braces
 */
export function redisStore(options: RedisStoreOptions): SharedStore {
  const { client, prefix = 'portal-sso:' } = toChecked(options)
  const commands = toCommands(client)
  const isDeaf = commands.listen()
  const channel = createChannel(commands)
  return {
    open(settings) {
      if (isDeaf) {
        settings.emit({
          type: 'misconfigured',
          setting: 'store',
          message:
            "the Redis client had no listener for 'error', without which a broken connection ends the process; add client.on('error', …)",
        })
      }
      return openStore(channel, prefix, settings)
    },
  }
}

function toChecked(options: RedisStoreOptions): RedisStoreOptions {
  const { client, prefix, ...others } = Object(options) as RedisStoreOptions
  const [unknown] = Object.keys(others)
  if (unknown !== undefined)
    throw new TypeError(`redisStore(): unknown option "${unknown}"; there are client and prefix`)
  if (prefix !== undefined && (typeof prefix !== 'string' || /[{}]/.test(prefix))) {
    throw new TypeError(
      'redisStore(): "prefix" has to be a text without braces, which tag the site in a cluster',
    )
  }
  return { client, ...(prefix !== undefined && { prefix }) }
}

/** As long as the cookies: 400 days, the browsers' limit. */
const RETENTION = String(400 * 24 * 60 * 60 * 1000)
/** Chargebee's ids of sessions, as core checks them. */
const SESSION_ID = /^[A-Za-z0-9_-]{1,70}$/
const OWNERS = /^[A-Za-z0-9_-]{1,64}(,[A-Za-z0-9_-]{1,64})*$/

function openStore(channel: Channel, prefix: string, { site, emit }: StoreSettings): SessionStore {
  // One tag for a site: every step is one script over a login, a customer and what is due, in a cluster too.
  const base = `${prefix}{${site}}:`
  const due = `${base}due`
  const work = `${base}work`
  const watch = createWatch(emit)

  const keysOf = (owners: readonly Owner[]) => [due, work, ...owners.map((owner) => `${base}owner:${owner}`)]

  async function ask(
    script: scripts.Script,
    keys: readonly string[],
    args: readonly (string | number)[],
    withinMs: number,
  ): Promise<Reply> {
    return attempt(script.name, () => channel.run(script, keys, args.map(String), withinMs))
  }

  async function attempt<T>(operation: string, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work()
      watch.succeeded()
      return result
    } catch (error) {
      throw watch.failed(operation, error instanceof ChannelError ? error : new ChannelError('failed'))
    }
  }

  /** By the server's clock, in microseconds. */
  async function earliest(operation: string, arrived: Moment, withinMs: number): Promise<number> {
    watch.greeted(await attempt(operation, () => channel.open(due, withinMs)))
    return channel.earliest(arrived as Arrival)
  }

  return {
    isShared: true,

    arrive: () => channel.arrive() satisfies Moment,

    async begin({ id, arrived, own, customer }, note, leaseMs, { withinMs }): Promise<Begun> {
      const endsAtMs = performance.now() + withinMs
      const since = await earliest('begin', arrived, withinMs)
      const owners = ownersOf(own, customer)
      const args = [since, id, customer ?? '', leaseMs, note, owners.join(','), own.length, RETENTION]
      const [answer, known = [], others = []] = await ask(
        scripts.begin,
        keysOf(owners),
        args,
        endsAtMs - performance.now(),
      )
      if (answer !== 'open') return { isOpen: false }
      return {
        isOpen: true,
        sessions: await attempt('begin', async () => toSessions(known)),
        others: [...others].map((other) => other || undefined),
      }
    },

    async remember({ id, own, customer, shown = [] }, sessionId, { withinMs }) {
      const owners = ownersOf(own, customer)
      const cookies = shown.flatMap((session) => [session.id, Math.floor(session.createdAt)])
      const args = [id, sessionId, customer ?? '', owners.join(','), RETENTION, ...cookies]
      const [answer] = await ask(scripts.remember, keysOf(owners), args, withinMs)
      return answer as 'remembered' | 'closed' | 'unknown'
    },

    async close({ all, underWay = [], arrived, spared = '', by }, leaseMs, { withinMs }) {
      const endsAtMs = performance.now() + withinMs
      const since = arrived === undefined ? '' : await earliest('close', arrived, withinMs)
      const args = [all.length, spared, leaseMs, by, JUST_REMEMBERED_MS, RETENTION, since]
      const [, count, found = []] = await ask(
        scripts.close,
        keysOf([...all, ...underWay]),
        args,
        endsAtMs - performance.now(),
      )
      const sessions = await attempt('close', async () =>
        pairs(found).map(([id, owners]) => ({ id: checked(SESSION_ID, id), owners: toOwners(owners) })),
      )
      return { sessions, underWay: Number(count) }
    },

    async forget({ sessions = [], creates = [] }, owners, { withinMs }) {
      if (sessions.length + creates.length === 0) return
      const endsAtMs = performance.now() + withinMs
      const args = [sessions.length, ...sessions, ...creates]
      const [, named = []] = await ask(scripts.forget, keysOf(owners), args, withinMs)
      // A cookie does not know the host's login; the entry did.
      const others = [...named].filter((owner) => !owners.includes(owner))
      if (others.length > 0) await ask(scripts.forget, keysOf(others), args, endsAtMs - performance.now())
    },

    async postpone({ kind, id, owners, note }, inMs, { withinMs }) {
      const args = [toMember(kind, id), inMs, note, owners.join(','), RETENTION]
      await ask(scripts.postpone, keysOf(owners), args, withinMs)
    },

    async take(limit, leaseMs, { withinMs }) {
      const [, name, first, taken = []] = await ask(
        scripts.take,
        [due, work],
        [limit, leaseMs, randomUUID()],
        withinMs,
      )
      const nowUs = channel.arrive().afterUs
      watch.named(String(name))
      return {
        due: await attempt('take', async () => toDue(taken, nowUs)),
        nextInMs: first === '' ? undefined : Math.max(0, Math.ceil((Number(first) - nowUs) / 1000)),
      }
    },

    async claim(createId, owners, { withinMs }) {
      const [answer] = await ask(scripts.claim, keysOf(owners), [createId], withinMs)
      return answer === 'claimed'
    },

    async once(name, ttlMs, { withinMs }) {
      const [answer] = await ask(scripts.once, [`${base}used:${name}`], [ttlMs], withinMs)
      return answer === 'first'
    },

    async count(counter, owner, { points, durationSeconds }, { withinMs }) {
      const key = `${base}${counter}:${owner}`
      const [leftMs] = await ask(scripts.count, [key], [points, durationSeconds * 1000], withinMs)
      return Math.ceil(Number(leftMs) / 1000)
    },
  }
}

/** The customer last, if it is known. */
function ownersOf(own: readonly Owner[], customer: Owner | undefined): Owner[] {
  return customer === undefined ? [...own] : [...own, customer]
}

const toMember = (kind: Due['kind'], id: string) => (kind === 'create' ? `?${id}` : id)

function pairs(list: string | readonly string[]): [string, string][] {
  const flat = [...list]
  return flat.flatMap((value, index) => (index % 2 === 0 ? [[value, flat[index + 1] ?? '']] : [])) as [
    string,
    string,
  ][]
}

/** @throws ChannelError where Redis gave what was never written: an id goes into an address of Chargebee */
function checked(form: RegExp, value: string): string {
  if (!form.test(value)) throw new ChannelError('NOT_OURS')
  return value
}

function toOwners(list: string): Owner[] {
  return list === '' ? [] : checked(OWNERS, list).split(',')
}

function toSessions(known: string | readonly string[]): StoredSession[] {
  return pairs(known)
    .map(([id, value]) => {
      const [ms = '', list = ''] = value.split('|')
      const owners = toOwners(list)
      const customer = owners.at(-1)
      if (customer === undefined) throw new ChannelError('NOT_OURS')
      return { id: checked(SESSION_ID, id), customer, owners, createdAt: Number(ms) }
    })
    .sort((a, b) => a.createdAt - b.createdAt)
}

function toDue(taken: string | readonly string[], nowUs: number): Due[] {
  const flat = [...taken]
  const items: Due[] = []
  for (let index = 0; index < flat.length; index += 4) {
    const [member = '', since = '', owners = '', note = ''] = flat.slice(index, index + 4)
    const isCreate = member.startsWith('?')
    items.push({
      kind: isCreate ? 'create' : 'session',
      id: isCreate ? member.slice(1) : checked(SESSION_ID, member),
      owners: toOwners(owners),
      note,
      ageMs: Math.max(0, Math.floor((nowUs - Number(since)) / 1000)),
    })
  }
  return items
}
