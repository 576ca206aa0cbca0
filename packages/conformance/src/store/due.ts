import { expect } from 'vitest'
import { LONG_MS, type StoreCheckGroup, storeCheck } from './store-check.js'

/** What is left to do when a process has not done it. */
export const due: StoreCheckGroup = {
  title: 'what is due',
  checks: [
    storeCheck('due-nothing', 'where nothing waits, take MUST say so', async (bench) => {
      await bench.session([bench.name('b')])
      const create = bench.create([bench.name('b')])
      await bench.begin(create)
      await bench.forget({ creates: [create.id] }, create.own)
      expect(await bench.take()).toEqual({ due: [], nextInMs: undefined })
    }),

    storeCheck(
      'due-closed',
      'sessions that a close gave MUST be due when its lease is over',
      async (bench) => {
        const { id, create } = await bench.session([bench.name('b')])
        await bench.close({ all: create.own, by: 'revoked' }, LONG_MS)
        const waiting = await bench.take()
        expect(waiting.due).toEqual([])
        expect(waiting.nextInMs).toBeGreaterThan(LONG_MS / 2)
        expect(waiting.nextInMs).toBeLessThanOrEqual(LONG_MS)
        await bench.close({ all: create.own, by: 'logout' }, 1)
        const [taken, ...others] = await bench.taken()
        expect(others).toEqual([])
        const owners = [...create.own, create.customer]
        expect(taken).toMatchObject({ kind: 'session', id, owners, note: 'logout' })
      },
    ),

    storeCheck('due-sooner', 'a close MUST NOT put off what is due sooner', async (bench) => {
      const { id, create } = await bench.session([bench.name('b')])
      await bench.close({ all: create.own }, 1)
      await bench.close({ all: create.own }, LONG_MS)
      expect((await bench.taken()).map((item) => item.id)).toEqual([id])
    }),

    storeCheck('due-forgotten', 'what is forgotten MUST NOT be due any more', async (bench) => {
      const { id, create } = await bench.session([bench.name('b')])
      await bench.close({ all: create.own }, 1)
      await bench.forget({ sessions: [id] }, create.own)
      expect(await bench.take()).toEqual({ due: [], nextInMs: undefined })
    }),

    storeCheck(
      'due-lease',
      'what was taken MUST come again when its lease is over, and not before',
      async (bench) => {
        const { id, create } = await bench.session([bench.name('b')])
        await bench.close({ all: create.own }, 1)
        expect((await bench.taken(1, 1)).map((item) => item.id)).toEqual([id])
        expect((await bench.taken(1, LONG_MS)).map((item) => item.id)).toEqual([id])
        expect((await bench.take()).due).toEqual([])
      },
    ),

    storeCheck('due-postponed', 'what is put off MUST wait, and keep its age', async (bench) => {
      const { id, create } = await bench.session([bench.name('b')])
      const item = {
        kind: 'session',
        id,
        owners: [...create.own, String(create.customer)],
        note: 'switch',
      } as const
      await bench.close({ all: create.own }, 1)
      const [first] = await bench.taken()
      await bench.postpone(item, LONG_MS)
      const waiting = await bench.take()
      expect(waiting.due).toEqual([])
      expect(waiting.nextInMs).toBeGreaterThan(LONG_MS / 2)
      await bench.postpone(item, 1)
      const [second] = await bench.taken()
      expect(second).toMatchObject(item)
      expect(Number(second?.ageMs)).toBeGreaterThanOrEqual(Number(first?.ageMs))
    }),

    storeCheck(
      'due-never-remembered',
      'a session that was never remembered MUST be found under its owners from the moment it is put off',
      async (bench) => {
        const [browser, customer] = [bench.name('b'), bench.name('c')]
        const id = bench.name('session')
        const owners = [browser, customer]
        await bench.postpone({ kind: 'session', id, owners, note: 'doubt' }, LONG_MS)
        expect((await bench.close({ all: [browser], spared: customer })).ids).toEqual([])
        for (const owner of owners) expect((await bench.close({ all: [owner] })).ids).toEqual([id])
        await bench.forget({ sessions: [id] }, owners)
        expect((await bench.close({ all: owners })).ids).toEqual([])
        expect(await bench.take()).toEqual({ due: [], nextInMs: undefined })
      },
    ),

    storeCheck('due-distinct', 'several takers MUST get each thing once', async (bench) => {
      const own = [bench.name('b')]
      const ids = Array.from({ length: 60 }, () => bench.name('session'))
      const put = (id: string) =>
        bench.postpone({ kind: 'session', id, owners: [...own, bench.name('c')], note: 'logout' }, 1)
      await Promise.all(ids.map(put))
      const takers = await Promise.all(Array.from({ length: 5 }, () => bench.elsewhere()))
      const taken: string[] = []
      while (taken.length < ids.length) {
        const batches = await Promise.all(takers.map((taker) => taker.take(7)))
        for (const batch of batches) expect(batch.due.length).toBeLessThanOrEqual(7)
        taken.push(...batches.flatMap((batch) => batch.due.map(({ id }) => id)))
      }
      expect(taken.sort()).toEqual([...ids].sort())
    }),

    storeCheck('due-create', 'a create that nobody settles MUST be due with its note', async (bench) => {
      const create = bench.create([bench.name('b')])
      await bench.begin(create, 'how to find out', 1)
      const [taken] = await bench.taken()
      const owners = [...create.own, create.customer]
      expect(taken).toMatchObject({ kind: 'create', id: create.id, owners, note: 'how to find out' })
    }),

    storeCheck(
      'due-claim',
      'a claimed create MUST be closed for the process that comes back to it, until it is forgotten',
      async (bench) => {
        const create = bench.create([bench.name('b')])
        await bench.begin(create, 'note', 1)
        await bench.taken()
        expect(await bench.claim(create)).toBe(true)
        expect(await bench.remember(create, bench.name('session'))).toBe('closed')
        expect((await bench.close({ all: create.own })).underWay).toBe(1)
        await bench.forget({ creates: [create.id] }, create.own)
        expect(await bench.remember(create, bench.name('session'))).toBe('unknown')
        expect(await bench.take()).toEqual({ due: [], nextInMs: undefined })
      },
    ),

    storeCheck('due-claim-late', 'a create that was settled first MUST NOT be claimed', async (bench) => {
      const create = bench.create([bench.name('b')])
      await bench.begin(create, 'note', 1)
      await bench.taken()
      const id = bench.name('session')
      expect(await bench.remember(create, id)).toBe('remembered')
      expect(await bench.claim(create)).toBe(false)
      expect(await bench.take()).toEqual({ due: [], nextInMs: undefined })
      expect((await bench.close({ all: create.own })).ids).toEqual([id])
    }),
  ],
}
