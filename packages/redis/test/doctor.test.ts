import { createClient } from 'redis'
import { expect, it, onTestFinished } from 'vitest'
import { examine } from '../../core/src/doctor/examine.js'
import { redisStore } from '../src/index.js'
import { describeWithRedis, startRedis } from './start-redis.ts'

const env = {
  CHARGEBEE_SITE: 'acme-test',
  CHARGEBEE_API_KEY: 'of-a-site-that-is-down',
  CHARGEBEE_API_URL: 'http://127.0.0.1:1',
  PORTAL_SSO_BASE_URL: 'http://localhost:8080',
}

/** What the doctor says of the store, with a client for this address. */
async function checkStore(url: string): Promise<unknown[]> {
  const client = createClient({ url })
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.destroy())
  const options = { getCustomerId: () => null, store: redisStore({ client }) }
  const { checks } = await examine({ version: '1.2.3', env, options, customerId: undefined })
  return checks.filter(({ name }) => name === 'store')
}

describeWithRedis('the doctor and a store on Redis', () => {
  it('is well where it works, and leaves nothing that is due', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.close())
    expect(await checkStore(redis.url)).toEqual([
      { name: 'store', outcome: 'ok', text: expect.stringMatching(/^it remembers and forgets, in \d+ ms$/) },
    ])
    expect(await redis.command('ZCARD', 'portal-sso:{acme-test}:due')).toBe(0)
  })

  it('names what a user may not do', async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.close())
    await redis.command('ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', '+@read', '+@connection', '+info')
    const url = redis.url.replace('redis://', 'redis://reader:secret@')
    expect(await checkStore(url)).toEqual([
      {
        name: 'store',
        outcome: 'wrong',
        text: 'begin failed (NOPERM)',
        mend: expect.stringMatching(/what suffices: ACL SETUSER/),
        help: '#store_unavailable',
      },
    ])
  })
})
