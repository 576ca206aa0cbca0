import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRetryBudget } from '../../src/chargebee/retry-budget.js'
import { testClock } from '../test-clock.ts'

const RESERVE = 50

function takeAll(budget: ReturnType<typeof createRetryBudget>): number {
  let taken = 0
  while (budget.take()) taken++
  return taken
}

describe('the retry budget', () => {
  it('has a reserve, and no more', () => {
    expect(takeAll(createRetryBudget(testClock()))).toBe(RESERVE)
  })

  it('earns one for four calls, so that an outage is not met with a multiple of the traffic', () => {
    const budget = createRetryBudget(testClock())
    takeAll(budget)
    for (let count = 0; count < 100; count++) budget.noteCall()
    expect(takeAll(budget)).toBe(25)
  })

  it('earns five a second, up to its reserve', async () => {
    const clock = testClock()
    const budget = createRetryBudget(clock)
    takeAll(budget)
    await clock.advance(2_000)
    expect(takeAll(budget)).toBe(10)
    await clock.advance(3_600_000)
    expect(takeAll(budget)).toBe(RESERVE)
  })

  it('never gives more than was earned, whatever the clock does', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('call' as const) }),
      fc.record({ type: fc.constant('take' as const) }),
      fc.record({ type: fc.constant('pass' as const), ms: fc.integer({ min: -60_000, max: 60_000 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        let now = 0
        let earned = RESERVE
        let taken = 0
        const budget = createRetryBudget({ now: () => now })
        for (const action of steps) {
          if (action.type === 'call') {
            budget.noteCall()
            earned += 0.25
          } else if (action.type === 'take') {
            if (budget.take()) taken++
          } else {
            now += action.ms
            // A clock that was set back may earn the same second again, but not more than it shows.
            if (action.ms > 0) earned += (action.ms / 1000) * 5
          }
        }
        expect(taken).toBeLessThanOrEqual(earned + 1e-6)
      }),
    )
  })
})
