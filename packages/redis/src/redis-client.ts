/** What is used of node-redis 4, 5 and 6: a client, a pool, a cluster or a sentinel. */
export interface NodeRedisLike {
  /** `EVALSHA` */
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  /** `EVAL` */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** What is used of ioredis 5 and 6 and of iovalkey: a client or a cluster. */
export interface IoRedisLike {
  /** `EVALSHA` */
  evalsha(sha: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>
  /** `EVAL` */
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>
}

/** The client that the host has already. The host connects it, configures it and closes it. */
export type RedisClient = NodeRedisLike | IoRedisLike

/** One shape for both families of clients. Replies are arrays of strings, nested. */
export interface Commands {
  /** @throws what the client throws, among it `NOSCRIPT` where the server does not know the script yet */
  evalSha(sha: string, keys: readonly string[], args: readonly string[]): Promise<unknown>
  eval(script: string, keys: readonly string[], args: readonly string[]): Promise<unknown>
  /** Why no command can succeed until the host does something about it; `undefined` as far as that can be seen. */
  obstacle(): string | undefined
  /** Adds a listener for `'error'` where there is none; `true` where it did. */
  listen(): boolean
}

/** @throws TypeError for anything but one of the clients named above */
export function toCommands(client: RedisClient): Commands {
  const given: unknown = client
  if (isNodeRedis(given)) {
    return {
      evalSha: (sha, keys, args) => given.evalSha(sha, { keys: [...keys], arguments: [...args] }),
      eval: (script, keys, args) => given.eval(script, { keys: [...keys], arguments: [...args] }),
      obstacle: () =>
        (given as { isOpen?: unknown }).isOpen === false
          ? 'the client is not connected: await client.connect() before the first request, and close it last'
          : undefined,
      listen: () => listen(given),
    }
  }
  if (isIoRedis(given)) {
    return {
      evalSha: (sha, keys, args) => given.evalsha(sha, keys.length, ...keys, ...args),
      eval: (script, keys, args) => given.eval(script, keys.length, ...keys, ...args),
      obstacle: () =>
        (given as { status?: unknown }).status === 'end'
          ? 'the client is closed: close it last, after portal.close()'
          : undefined,
      listen: () => listen(given),
    }
  }
  throw new TypeError(
    'redisStore(): "client" has to be a client of node-redis (createClient, createClientPool, createCluster, ' +
      'createSentinel), ioredis or iovalkey (new Redis(), new Redis.Cluster()), not an address or a setting',
  )
}

function isNodeRedis(client: unknown): client is NodeRedisLike {
  return hasMethods(client, 'evalSha', 'eval')
}

function isIoRedis(client: unknown): client is IoRedisLike {
  return hasMethods(client, 'evalsha', 'eval')
}

function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
}

interface Emitter {
  on(event: 'error', listener: (error: unknown) => void): unknown
  listenerCount(event: 'error'): number
}

/** An emitter without a listener for `'error'` ends the process as soon as the connection breaks. */
function listen(client: unknown): boolean {
  if (!hasMethods(client, 'on', 'listenerCount')) return false
  const emitter = client as Emitter
  if (emitter.listenerCount('error') > 0) return false
  emitter.on('error', () => {})
  return true
}
