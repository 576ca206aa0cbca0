import { expect } from 'vitest'
import { pause, promptly, type StoreCheckGroup, storeCheck } from './store-check.js'

const JUST_REMEMBERED_MS = 2_000

/** In which order a create and a close may come, and what each order means. */
export const orders: StoreCheckGroup = {
  title: 'a create and a close',
  checks: [
    storeCheck('order-under-way', 'begin, close, remember: the create MUST be closed', async (bench) => {
      const own = [bench.name('b')]
      const create = bench.create(own)
      expect(await bench.begin(create)).toEqual({ isOpen: true, sessions: [], others: [] })
      expect(await bench.close({ all: own })).toMatchObject({ ids: [], underWay: 1 })
      expect(await bench.remember(create, bench.name('session'))).toBe('closed')
      // The session is being ended now, so the close has to wait on.
      expect(await bench.close({ all: own })).toMatchObject({ ids: [], underWay: 1 })
      await bench.forget({ creates: [create.id] }, own)
      expect(await bench.close({ all: own })).toMatchObject({ ids: [], underWay: 0 })
    }),

    storeCheck('order-before-begin', 'arrive, close, begin: the create MUST NOT begin', async (bench) => {
      const own = [bench.name('b')]
      const create = bench.create(own)
      await bench.close({ all: own })
      expect(await bench.begin(create)).toEqual({ isOpen: false })
      expect(await bench.remember(create, bench.name('session'))).not.toBe('remembered')
      expect(await bench.close({ all: own })).toMatchObject({ ids: [], underWay: 0 })
    }),

    storeCheck(
      'order-after',
      'close, arrive, begin, remember: the session MUST be remembered',
      async (bench) => {
        const own = [bench.name('b')]
        await bench.close({ all: own })
        const { id } = await bench.session(own)
        expect((await bench.close({ all: own })).ids).toEqual([id])
      },
    ),

    storeCheck(
      'order-remembered',
      'begin, remember, close: the close MUST give the session',
      async (bench) => {
        const own = [bench.name('b'), bench.name('h')]
        const { id, create } = await bench.session(own)
        for (const owner of [...own, String(create.customer)]) {
          const { ids, sessions, underWay } = await bench.close({ all: [owner] })
          expect({ ids, underWay }).toEqual({ ids: [id], underWay: 0 })
          expect(sessions[0]?.owners).toEqual([...own, create.customer])
        }
      },
    ),

    storeCheck(
      'order-lasting',
      'a close MUST reach every create that came before, and none that came after, however many closes there are',
      async (bench) => {
        const own = [bench.name('b')]
        const early = bench.create(own)
        await bench.begin(early)
        await bench.close({ all: own })
        const late = bench.create(own)
        expect(await bench.begin(late)).toMatchObject({ isOpen: true })
        expect(await bench.remember(late, bench.name('session'))).toBe('remembered')
        expect(await bench.remember(early, bench.name('session'))).toBe('closed')
      },
    ),

    storeCheck(
      'order-just-remembered',
      'a close of what is under way MUST supersede creates and give what was remembered just now',
      async (bench) => {
        await promptly(JUST_REMEMBERED_MS, async () => {
          const customer = bench.name('c')
          const create = bench.create([bench.name('b')], customer)
          const waiting = bench.create([bench.name('b')], customer)
          await bench.begin(create)
          const { id } = await bench.session([bench.name('b')], customer)
          const closed = await bench.close({ underWay: [customer] })
          expect(await bench.remember(create, bench.name('session'))).toBe('closed')
          expect(await bench.begin(waiting)).toEqual({ isOpen: false })
          return { closed, id }
        }).then(({ closed, id }) => expect(closed).toMatchObject({ ids: [id], underWay: 1 }))
      },
    ),

    storeCheck(
      'order-two-seconds',
      'a close of what is under way MUST leave sessions alone that are older than two seconds',
      async (bench) => {
        const customer = bench.name('c')
        const { id } = await bench.session([bench.name('b')], customer)
        await pause(JUST_REMEMBERED_MS + 300)
        expect(await bench.close({ underWay: [customer] })).toMatchObject({ ids: [], underWay: 0 })
        expect((await bench.close({ all: [customer] })).ids).toEqual([id])
      },
    ),

    storeCheck(
      'order-since',
      'a close of what is under way MUST give what was remembered since its request came in, however long ago',
      async (bench) => {
        const customer = bench.name('c')
        await bench.session([bench.name('b')], customer)
        await pause(5)
        const arrived = bench.store.arrive()
        const { id } = await bench.session([bench.name('b')], customer)
        await pause(JUST_REMEMBERED_MS + 300)
        expect((await bench.close({ underWay: [customer], arrived })).ids).toEqual([id])
      },
    ),

    storeCheck(
      'order-elsewhere',
      'a close MUST reach what another process has begun, has remembered, or is about to begin',
      async (bench) => {
        const other = await bench.elsewhere()
        const own = [bench.name('b')]
        const { id } = await other.session(own)
        const begun = other.create(own)
        await other.begin(begun)
        expect(await bench.close({ all: own })).toMatchObject({ ids: [id], underWay: 1 })
        expect(await other.remember(begun, bench.name('session'))).toBe('closed')
      },
    ),
  ],
}
