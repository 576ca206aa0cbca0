import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PortalSsoError } from '../../src/errors.js'
import { createActivateLimit } from '../../src/state/activate-limit.js'
import { testClock } from '../test-clock.ts'

const STRANGER = '192.0.2.1'
const CUSTOMER = '192.0.2.2'

function setUp() {
  const clock = testClock()
  const limit = createActivateLimit(clock)
  const isRefused = (client: string | undefined) => {
    try {
      limit.begin(client)(0)
      return undefined
    } catch (error) {
      if (!(error instanceof PortalSsoError)) throw error
      return [error.code, error.headers['Retry-After']]
    }
  }
  return { clock, limit, isRefused }
}

describe('the limit of Activates that come to nothing', () => {
  it('is ten a minute for each client, and no matter for others', async () => {
    const { clock, limit, isRefused } = setUp()
    for (let count = 0; count < 10; count++) {
      expect(isRefused(STRANGER)).toBeUndefined()
      limit.begin(STRANGER)(1)
    }
    expect(isRefused(STRANGER)).toEqual(['too_many_requests', '60'])
    expect(isRefused(CUSTOMER)).toBeUndefined()
    await clock.advance(59_000)
    expect(isRefused(STRANGER)).toEqual(['too_many_requests', '1'])
    await clock.advance(1_000)
    expect(isRefused(STRANGER)).toBeUndefined()
  })

  it('does not count what succeeds', () => {
    const { limit, isRefused } = setUp()
    for (let count = 0; count < 100; count++) limit.begin(CUSTOMER)(0)
    expect(isRefused(CUSTOMER)).toBeUndefined()
  })

  it('counts what is under way, for as long as it is', () => {
    const { limit, isRefused } = setUp()
    const ends = Array.from({ length: 7 }, () => limit.begin(STRANGER))
    expect(isRefused(STRANGER)).toEqual(['too_many_requests', '1'])
    for (const end of ends) end(0)
    expect(isRefused(STRANGER)).toBeUndefined()
  })

  it('lets one client cause at most 15 requests within any minute, whatever it does', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('begin' as const) }),
      fc.record({ do: fc.constant('end' as const), pick: fc.nat(9), requests: fc.constantFrom(1, 2) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(10, 5_000, 30_000, 59_000) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }), async (steps) => {
        const { clock, limit } = setUp()
        const sentAt: number[] = []
        const underWay: ((requests: number) => void)[] = []
        for (const one of steps) {
          if (one.do === 'wait') await clock.advance(one.ms)
          if (one.do === 'begin') {
            try {
              underWay.push(limit.begin(STRANGER))
              sentAt.push(clock.monotonicNow())
            } catch {}
          }
          if (one.do === 'end') {
            const [end] = underWay.splice(one.pick % Math.max(1, underWay.length), 1)
            if (end && one.requests === 2) sentAt.push(clock.monotonicNow())
            end?.(one.requests)
          }
          const inAMinute = sentAt.filter((at) => at > clock.monotonicNow() - 60_000)
          expect(inAMinute.length).toBeLessThanOrEqual(15)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('counts every request of a call', () => {
    const { limit, isRefused } = setUp()
    for (let count = 0; count < 5; count++) limit.begin(STRANGER)(2)
    expect(isRefused(STRANGER)).toBeDefined()
  })

  it('does not put all of whom no address is known into one', () => {
    const { limit, isRefused } = setUp()
    for (let count = 0; count < 100; count++) limit.begin(undefined)(1)
    expect(isRefused(undefined)).toBeUndefined()
  })

  it('has room for a bounded number of clients, and forgets those that have not been here for longest', () => {
    const { limit, isRefused } = setUp()
    for (let count = 0; count < 10; count++) limit.begin(STRANGER)(1)
    for (let count = 0; count < 10_000; count++) limit.begin(`client ${count}`)(1)
    expect(isRefused(STRANGER)).toBeUndefined()
    for (let count = 0; count < 9; count++) limit.begin('client 9999')(1)
    expect(isRefused('client 9999')).toBeDefined()
  })
})
