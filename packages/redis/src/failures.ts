import type { ChannelError } from './channel.js'

/** What a failure of the store means, in words: for the event, and for the person who has to act. */
export interface StoreTrouble {
  readonly reason: string
  /** What a person has to set right; `undefined` for what passes by itself. */
  readonly mend?: string
}

/** The least that our scripts need, for `ACL SETUSER`. `+info` is for the warning about eviction alone. */
export const ACL_RULES =
  '~portal-sso:* -@all +evalsha +eval +time +hget +hset +hsetnx +hdel +hgetall +hkeys +hexists +hlen +zadd +zrem ' +
  '+zcard +zrange +zrangebyscore +pttl +pexpire +set +incrby +info'

export function explain({ code, key }: ChannelError): StoreTrouble {
  switch (code) {
    case 'timeout':
      return { reason: 'no answer in time' }
    case 'late':
      return { reason: 'its answer came after the time for it' }
    case 'NOT_CONNECTED':
      return {
        reason: 'the client is not connected',
        mend: 'the Redis client is not connected; await client.connect() before the first request, and close it after portal.close()',
      }
    case 'WRONGTYPE':
      return {
        reason: 'WRONGTYPE',
        mend: `the Redis key ${key ?? 'of the store'} holds something of another program; give redisStore() a prefix of its own, or remove the key`,
      }
    case 'NOT_OURS':
      return {
        reason: 'its data is not what was written',
        mend: 'what Redis gave is not what @portal-sso/redis wrote; give redisStore() a prefix of its own, or remove the keys of this one',
      }
    case 'OOM':
      return {
        reason: 'OOM',
        mend: 'Redis is full (maxmemory); portals can be signed out of, but not opened, until there is room',
      }
    case 'NOAUTH':
    case 'WRONGPASS':
      return { reason: code, mend: 'Redis refuses the user or the password of the client' }
    case 'NOPERM':
      return {
        reason: code,
        mend: `the Redis user of the client lacks a right; what suffices: ACL SETUSER <name> ${ACL_RULES}`,
      }
    case 'NOSCRIPT':
    case 'UNKNOWN':
      return {
        reason: code,
        mend: 'this Redis runs no scripts; @portal-sso/redis needs Redis 6.2, or Valkey',
      }
    default:
      return { reason: code }
  }
}
