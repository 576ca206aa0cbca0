import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundedCache } from '../../src/time/bounded-cache.js'

describe('a bounded cache', () => {
  it('keeps what was used last, and never more than it may', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.stringMatching(/^[a-m]$/)), (max, keys) => {
        const cache = boundedCache<true>({ max, now: () => 1 })
        for (const key of keys) cache.set(key, true)
        const last = [...new Set(keys.toReversed())].slice(0, max)
        expect([...cache.keys()]).toEqual(last)
      }),
    )
  })

  it('forgets by the time that it is given', () => {
    let time = 5
    const cache = boundedCache<true>({ max: 10, ttlMs: 100, now: () => time })
    cache.set('a', true)
    time += 100
    expect(cache.has('a')).toBe(true)
    time += 1
    expect(cache.has('a')).toBe(false)
  })

  it('takes no room for what is not there yet', () => {
    const before = process.memoryUsage().arrayBuffers
    const caches = Array.from({ length: 100 }, () => boundedCache<true>({ max: 100_000, now: () => 1 }))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
    expect(caches).toHaveLength(100)
  })
})
