import { expect } from 'vitest'
import { Bench, pause, type StoreCheckGroup, storeCheck } from './store-check.js'

/** What stands under whom. */
export const owners: StoreCheckGroup = {
  title: 'owners',
  checks: [
    storeCheck(
      'owner-others',
      'a close MUST NOT touch what is of other owners, or of another site',
      async (bench) => {
        const own = [bench.name('b')]
        const create = bench.create(own)
        await bench.begin(create)
        const { id } = await bench.session([bench.name('b')])
        const site = await Bench.at(bench.open)
        expect(await site.close({ all: own })).toMatchObject({ ids: [], underWay: 0 })
        expect(await bench.close({ all: [bench.name('b')], underWay: [bench.name('c')] })).toMatchObject({
          ids: [],
          underWay: 0,
        })
        expect(await bench.remember(create, id)).toBe('remembered')
      },
    ),

    storeCheck(
      'owner-begun',
      'begin MUST give the sessions of its own owners, oldest first, and for whom the other creates are',
      async (bench) => {
        const [browser, login, customer] = [bench.name('b'), bench.name('h'), bench.name('c')]
        const first = await bench.session([browser], customer)
        await pause()
        const second = await bench.session([login, bench.name('b')], customer)
        await bench.session([bench.name('b')], customer)
        const companion = bench.create([browser], bench.name('c'))
        await bench.begin(companion)
        await bench.begin(bench.create([bench.name('b')], customer))
        const begun = await bench.begin(bench.create([login, browser], customer))
        if (!begun.isOpen) throw new Error('the create did not begin')
        expect(begun.sessions.map(({ id }) => id)).toEqual([first.id, second.id])
        expect(begun.sessions[0]).toMatchObject({ customer, owners: [browser, customer] })
        const [one, two] = begun.sessions.map(({ createdAt }) => createdAt)
        expect(Number(one)).toBeLessThanOrEqual(Number(two))
        expect(begun.others).toEqual([companion.customer])
      },
    ),

    storeCheck('owner-once', 'a create under several closed owners MUST count once', async (bench) => {
      const own = [bench.name('b'), bench.name('h')]
      const customer = bench.name('c')
      await bench.begin(bench.create(own, customer))
      await bench.begin(bench.create([bench.name('b')], customer))
      expect((await bench.close({ all: own, underWay: [customer] })).underWay).toBe(2)
      expect((await bench.close({ all: own })).underWay).toBe(1)
    }),

    storeCheck(
      'owner-one-suffices',
      'a close of one owner MUST close the create and the session under all',
      async (bench) => {
        const [browser, login] = [bench.name('b'), bench.name('h')]
        const create = bench.create([browser, login])
        await bench.begin(create)
        await bench.close({ all: [login] })
        expect((await bench.close({ all: [browser] })).underWay).toBe(1)
        expect(await bench.remember(create, bench.name('session'))).toBe('closed')
      },
    ),

    storeCheck(
      'owner-more',
      'begun again with more owners, a create MUST stand under all, and lose to what was closed meanwhile',
      async (bench) => {
        const [state, browser, customer] = [bench.name('t'), bench.name('b'), bench.name('c')]
        const lost = { ...bench.create([state], bench.name('c')), customer: undefined }
        await bench.begin(lost)
        await bench.close({ all: [browser] })
        expect(await bench.begin({ ...lost, own: [state, browser], customer })).toEqual({ isOpen: false })
        expect((await bench.close({ all: [state] })).underWay).toBe(1)
        await bench.forget({ creates: [lost.id] }, [state])

        const create = { ...bench.create([state], bench.name('c')), customer: undefined }
        await bench.begin(create)
        const known = { ...create, own: [state, browser], customer }
        expect(await bench.begin(known)).toMatchObject({ isOpen: true })
        expect((await bench.close({ all: [browser] })).underWay).toBe(1)
        expect(await bench.remember(known, bench.name('session'))).toBe('closed')
      },
    ),

    storeCheck(
      'owner-shown',
      'what cookies show and the store lacks MUST be remembered along',
      async (bench) => {
        const own = [bench.name('b')]
        const shown = [{ id: bench.name('session'), createdAt: Date.now() - 60_000 }]
        const create = { ...bench.create(own), shown }
        await bench.begin(create)
        const id = bench.name('session')
        expect(await bench.remember(create, id)).toBe('remembered')
        const both = [id, shown[0]?.id].sort()
        expect((await bench.close({ all: [String(create.customer)] })).ids).toEqual(both)
        expect((await bench.close({ all: own })).ids).toEqual(both)
      },
    ),

    storeCheck(
      'owner-forgotten',
      'what is forgotten MUST be gone under all owners, also those that are not named',
      async (bench) => {
        const [browser, login, customer] = [bench.name('b'), bench.name('h'), bench.name('c')]
        const over = await bench.session([browser, login], customer)
        const { id } = await bench.session([browser, login], customer)
        await bench.forget({ sessions: [over.id] }, [browser])
        for (const owner of [browser, login, customer]) {
          expect((await bench.close({ all: [owner] })).ids).toEqual([id])
        }
      },
    ),
  ],
}
