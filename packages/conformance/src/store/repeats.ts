import { expect } from 'vitest'
import { type StoreCheckGroup, storeCheck } from './store-check.js'

/** The answer to a call may be lost, and what was asked for have happened; a command may also arrive twice. */
export const repeats: StoreCheckGroup = {
  title: 'what is asked again',
  checks: [
    storeCheck('again-begin', 'begin MUST give the same again, and count once', async (bench) => {
      const own = [bench.name('b')]
      const create = bench.create(own)
      const once = await bench.begin(create)
      expect(await bench.begin(create)).toEqual(once)
      expect((await bench.close({ all: own })).underWay).toBe(1)
      expect(await bench.begin(create)).toEqual({ isOpen: false })
    }),

    storeCheck('again-remember', 'remember MUST say "remembered" again', async (bench) => {
      const { id, create } = await bench.session([bench.name('b')])
      expect(await bench.remember(create, id)).toBe('remembered')
      expect((await bench.close({ all: create.own })).ids).toEqual([id])
    }),

    storeCheck(
      'again-close',
      'close MUST give its sessions again until they are forgotten',
      async (bench) => {
        const { id, create } = await bench.session([bench.name('b')])
        expect((await bench.close({ all: create.own })).ids).toEqual([id])
        expect((await bench.close({ all: create.own })).ids).toEqual([id])
        await bench.forget({ sessions: [id] }, create.own)
        await bench.forget({ sessions: [id] }, create.own)
        expect(await bench.close({ all: create.own })).toMatchObject({ ids: [], underWay: 0 })
      },
    ),

    storeCheck(
      'again-unknown',
      'remember MUST say "unknown" of a create that never began, was lost or is forgotten',
      async (bench) => {
        const own = [bench.name('b')]
        expect(await bench.remember(bench.create(own), bench.name('session'))).toBe('unknown')
        const create = bench.create(own)
        await bench.begin(create)
        await bench.forget({ creates: [create.id] }, own)
        expect(await bench.remember(create, bench.name('session'))).toBe('unknown')
        expect((await bench.close({ all: own })).ids).toEqual([])
      },
    ),

    storeCheck('again-forget', 'forgetting what is not there MUST change nothing', async (bench) => {
      const { id, create } = await bench.session([bench.name('b')])
      await bench.forget({ sessions: [bench.name('session')], creates: [bench.name('x')] }, create.own)
      await bench.forget({}, create.own)
      expect((await bench.close({ all: create.own })).ids).toEqual([id])
    }),
  ],
}
