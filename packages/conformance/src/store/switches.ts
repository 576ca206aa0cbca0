import { expect } from 'vitest'
import { type StoreCheckGroup, storeCheck } from './store-check.js'

/** `spared`: another customer has come to a browser, and what was the former one's is to be over. */
export const switches: StoreCheckGroup = {
  title: 'a close that spares a customer',
  checks: [
    storeCheck(
      'spare-sessions',
      "the spared customer's sessions MUST stay, others MUST be given",
      async (bench) => {
        const [browser, former, spared] = [bench.name('b'), bench.name('c'), bench.name('c')]
        const { id } = await bench.session([browser], former)
        const kept = await bench.session([browser], spared)
        expect((await bench.close({ all: [browser], spared })).ids).toEqual([id])
        expect((await bench.close({ all: [browser] })).ids).toEqual([id, kept.id].sort())
      },
    ),

    storeCheck(
      'spare-creates',
      "the spared customer's creates MUST go on, others MUST be closed",
      async (bench) => {
        const [browser, spared] = [bench.name('b'), bench.name('c')]
        const [former, own] = [bench.create([browser]), bench.create([browser], spared)]
        const [formerLater, ownLater] = [bench.create([browser]), bench.create([browser], spared)]
        await bench.begin(former)
        await bench.begin(own)
        expect((await bench.close({ all: [browser], spared })).underWay).toBe(1)
        expect(await bench.remember(former, bench.name('session'))).toBe('closed')
        expect(await bench.remember(own, bench.name('session'))).toBe('remembered')
        expect(await bench.begin(formerLater)).toEqual({ isOpen: false })
        expect(await bench.begin(ownLater)).toMatchObject({ isOpen: true })
      },
    ),

    storeCheck(
      'spare-unknown',
      'a sign-in that does not know its customer yet MUST go on, and lose when it turns out to be another',
      async (bench) => {
        const spared = bench.name('c')
        for (const customer of [bench.name('c'), spared]) {
          const own = [bench.name('b')]
          const create = { ...bench.create(own), customer: undefined }
          await bench.begin(create)
          expect((await bench.close({ all: own, spared })).underWay).toBe(0)
          const begun = await bench.begin({ ...create, customer })
          expect(begun.isOpen).toBe(customer === spared)
        }
      },
    ),

    storeCheck(
      'spare-nobody',
      'a later close that spares nobody MUST reach the spared too',
      async (bench) => {
        const [browser, spared] = [bench.name('b'), bench.name('c')]
        const create = bench.create([browser], spared)
        await bench.close({ all: [browser] })
        await bench.close({ all: [browser], spared })
        expect(await bench.begin(create)).toEqual({ isOpen: false })
      },
    ),
  ],
}
