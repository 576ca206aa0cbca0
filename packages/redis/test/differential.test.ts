import { randomBytes } from 'node:crypto'
import { memoryStore, type SessionStore } from '@portal-sso/core'
import fc from 'fast-check'
import { createClient } from 'redis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { redisStore } from '../src/index.js'
import { describeWithRedis, startRedis, type TestRedis } from './start-redis.ts'

// The store in memory is the plain one. Whatever is asked of both, Redis gives the same answers.

type Client = ReturnType<typeof createClient>

const WITHIN = { withinMs: 10_000 }
const LONG_MS = 10 * 60_000
const BROWSERS = ['b1', 'b2']
const CUSTOMERS = ['c1', 'c2']

type Act =
  | { act: 'arrive'; own: readonly string[]; customer: string | undefined }
  | { act: 'begin' | 'learn' | 'remember' | 'forget create' | 'claim'; which: number; customer: string }
  | { act: 'close'; all: readonly string[]; underWay: readonly string[]; spared: string | undefined }
  | { act: 'forget session'; which: number; owners: readonly string[] }
  | { act: 'postpone'; which: number; owners: readonly string[] }

const customer = fc.constantFrom(...CUSTOMERS)
const browsers = fc.uniqueArray(fc.constantFrom(...BROWSERS), { minLength: 1, maxLength: 2 })
// Few creates and many acts, so that most acts meet something.
const which = fc.nat({ max: 3 })
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const arrival: fc.Arbitrary<Act> = fc.record({
  act: fc.constant('arrive' as const),
  own: browsers,
  customer: optional(customer),
})

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 2, arbitrary: arrival },
  {
    weight: 8,
    arbitrary: fc.record({
      act: fc.constantFrom('begin', 'begin', 'learn', 'remember', 'remember', 'forget create', 'claim'),
      which,
      customer,
    }) as fc.Arbitrary<Act>,
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('close' as const),
      all: fc.subarray([...BROWSERS, ...CUSTOMERS], { maxLength: 2 }),
      underWay: fc.subarray(CUSTOMERS, { maxLength: 1 }),
      spared: optional(customer),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant('forget session' as const), which, owners: browsers }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('postpone' as const), which, owners: browsers }) },
)

/** Everything that the acts give on one store, without what has to differ: its times. */
async function answersOf(store: SessionStore, acts: readonly Act[]): Promise<unknown[]> {
  const creates: { id: string; arrived: unknown; own: readonly string[]; customer: string | undefined }[] = []
  const answers: unknown[] = []
  for (const [index, step] of acts.entries()) answers.push(await perform(step, index))
  return answers

  async function perform(step: Act, index: number): Promise<unknown> {
    if (step.act === 'arrive') {
      const { own, customer } = step
      creates.push({ id: `create${index}`, arrived: store.arrive(), own, customer })
      return 'arrived'
    }
    if (step.act === 'close') {
      const { all, underWay, spared } = step
      const closing = { all, underWay, ...(spared !== undefined && { spared }), by: 'logout' as const }
      const closed = await store.close(closing, LONG_MS, WITHIN)
      return {
        ids: closed.sessions.map(({ id, owners }) => `${id} ${owners}`).sort(),
        underWay: closed.underWay,
      }
    }
    if (step.act === 'forget session') {
      await store.forget({ sessions: [`session${step.which}`, `doubtful${step.which}`] }, step.owners, WITHIN)
      return 'forgotten'
    }
    if (step.act === 'postpone') {
      const owners = [...step.owners, 'c1']
      await store.postpone(
        { kind: 'session', id: `doubtful${step.which}`, owners, note: 'doubt' },
        LONG_MS,
        WITHIN,
      )
      return 'postponed'
    }
    const create = creates[step.which]
    if (!create) return 'none'
    const owners = create.customer === undefined ? create.own : [...create.own, create.customer]
    if (step.act === 'learn') create.customer ??= step.customer
    if (step.act === 'begin' || step.act === 'learn') {
      const begun = await store.begin(create, 'note', LONG_MS, WITHIN)
      if (!begun.isOpen) return begun
      const sessions = begun.sessions.map(({ id, owners }) => `${id} ${owners}`).sort()
      return { sessions, others: begun.others.map(String).sort() }
    }
    if (step.act === 'remember') return store.remember(create, `session${step.which}`, WITHIN)
    if (step.act === 'claim') return store.claim(create.id, owners, WITHIN)
    return store.forget({ creates: [create.id] }, owners, WITHIN)
  }
}

const runs = Number(process.env.PORTAL_SSO_RUNS ?? 150)

describeWithRedis('the store on Redis and the one in memory', () => {
  let redis: TestRedis
  let client: Client

  beforeAll(async () => {
    redis = await startRedis()
    client = createClient({ url: redis.url }).on('error', () => {}) as Client
    await client.connect()
  })

  afterAll(async () => {
    client.destroy()
    await redis.close()
  })

  it('Redis answers as the memory does, whatever is asked of it', async () => {
    const shared = redisStore({ client })
    await fc.assert(
      fc.asyncProperty(
        arrival,
        arrival,
        fc.array(act, { minLength: 5, maxLength: 30 }),
        async (...[first, second, others]) => {
          const acts = [first, second, ...others]
          for (;;) {
            const site = `site-${randomBytes(8).toString('hex')}`
            const emit = () => {}
            const since = performance.now()
            const inRedis = await answersOf(shared.open({ site, emit }), acts)
            const inMemory = await answersOf(memoryStore().open({ site, emit }), acts)
            // What was remembered within two seconds is special; a run that took longer says nothing.
            if (performance.now() - since > 1_900) continue
            expect(inRedis).toEqual(inMemory)
            return
          }
        },
      ),
      { numRuns: runs },
    )
  }, 120_000)
})
