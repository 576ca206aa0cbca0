import { expect } from 'vitest'
import { pause, promptly, type StoreCheckGroup, storeCheck } from './store-check.js'

export const counting: StoreCheckGroup = {
  title: 'once, and how often',
  checks: [
    storeCheck('once-first', 'a name MUST be good once in all processes', async (bench) => {
      const other = await bench.elsewhere()
      const name = bench.name('state')
      const answers = await Promise.all([bench.once(name), other.once(name), bench.once(name)])
      expect(answers.filter(Boolean)).toHaveLength(1)
      expect(await other.once(name)).toBe(false)
      expect(await bench.once(bench.name('state'))).toBe(true)
    }),

    storeCheck(
      'once-again',
      'a name MUST be good again when its time is over, and not before',
      async (bench) => {
        const name = bench.name('state')
        const since = performance.now()
        expect(await bench.once(name, 500)).toBe(true)
        while (!(await bench.once(name, 500))) await pause()
        expect(performance.now() - since).toBeGreaterThan(450)
      },
    ),

    storeCheck('count-limit', 'what is over the limit MUST be told for how long', async (bench) => {
      const owner = bench.name('c')
      expect(await bench.count('clicks', owner, 2)).toBe(0)
      expect(await bench.count('clicks', owner, 2)).toBe(0)
      const seconds = await bench.count('clicks', owner, 2)
      expect(seconds).toBeGreaterThan(500)
      expect(seconds).toBeLessThanOrEqual(600)
      expect(Number.isInteger(seconds)).toBe(true)
    }),

    storeCheck(
      'count-apart',
      'each owner and each counter MUST count by itself, in all processes',
      async (bench) => {
        const [owner, other] = [bench.name('c'), await bench.elsewhere()]
        expect(await bench.count('clicks', owner, 1)).toBe(0)
        expect(await other.count('clicks', owner, 1)).toBeGreaterThan(0)
        expect(await other.count('returns', owner, 1)).toBe(0)
        expect(await other.count('lists', owner, 1)).toBe(0)
        expect(await bench.count('clicks', bench.name('c'), 1)).toBe(0)
      },
    ),

    storeCheck('count-again', 'after its time a counter MUST begin anew', async (bench) => {
      const owner = await promptly(900, async () => {
        const name = bench.name('c')
        expect(await bench.count('clicks', name, 1, 1)).toBe(0)
        return name
      })
      while ((await bench.count('clicks', owner, 1, 1)) > 0) await pause(50)
    }),
  ],
}
