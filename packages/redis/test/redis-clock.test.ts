import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedisClock } from '../src/redis-clock.js'

/** Another machine's clock: some hours away, and drifting as clocks do. */
interface Server {
  readonly offsetUs: number
  readonly drift: number
}

const server: fc.Arbitrary<Server> = fc.record({
  offsetUs: fc.integer({ min: 0, max: 1_800_000_000_000_000 }),
  drift: fc.double({ min: -100e-6, max: 100e-6, noNaN: true }),
})

/** One command: how long after the one before it was sent, how long it took to arrive, how long its reply took. */
const exchange = fc.record({
  pauseMs: fc.double({ min: 0, max: 60_000, noNaN: true }),
  thereMs: fc.double({ min: 0, max: 300, noNaN: true }),
  backMs: fc.double({ min: 0, max: 300, noNaN: true }),
})

const shownAt = ({ offsetUs, drift }: Server, ms: number) => Math.floor(offsetUs + ms * 1000 * (1 + drift))

describe('the time of Redis', () => {
  it('is never taken for later than it was, whatever the network does', () => {
    fc.assert(
      fc.property(
        server,
        fc.array(exchange, { minLength: 1, maxLength: 12 }),
        fc.array(fc.double({ min: -30_000, max: 30_000, noNaN: true }), { minLength: 1 }),
        (remote, exchanges, distances) => {
          const clock = createRedisClock()
          let nowMs = 1_000_000
          let narrowestMs = Number.POSITIVE_INFINITY
          for (const { pauseMs, thereMs, backMs } of exchanges) {
            const sentMs = nowMs + pauseMs
            nowMs = sentMs + thereMs + backMs
            narrowestMs = Math.min(narrowestMs, thereMs + backMs)
            clock.learn({ sentMs, receivedMs: nowMs, serverUs: shownAt(remote, sentMs + thereMs) })
            for (const distance of distances) {
              const atMs = nowMs + distance
              // A microsecond for what rounding takes.
              expect(clock.earliest(atMs)).toBeLessThanOrEqual(shownAt(remote, atMs) + 1)
            }
          }
          // And not for much earlier: by the shortest round trip, and what may have drifted since.
          const driftMs = 400e-6 * (nowMs - 1_000_000) + 1
          expect(clock.earliest(nowMs)).toBeGreaterThan(
            shownAt(remote, nowMs) - (narrowestMs + driftMs) * 1000,
          )
        },
      ),
    )
  })

  it('is that of another server from its first reply on', () => {
    fc.assert(
      fc.property(server, server, exchange, (before, after, { thereMs, backMs }) => {
        const clock = createRedisClock()
        clock.learn({ sentMs: 0, receivedMs: 1, serverUs: shownAt(before, 0.5) })
        const receivedMs = 5_000 + thereMs + backMs
        clock.learn({ sentMs: 5_000, receivedMs, serverUs: shownAt(after, 5_000 + thereMs) })
        expect(clock.earliest(receivedMs)).toBeLessThanOrEqual(shownAt(after, receivedMs) + 1)
        expect(clock.lastSeen()).toBe(shownAt(after, 5_000 + thereMs))
      }),
    )
  })

  it('is not known before the first reply', () => {
    const clock = createRedisClock()
    expect(clock.isSet()).toBe(false)
    expect(() => clock.earliest(0)).toThrow('not known yet')
  })
})
