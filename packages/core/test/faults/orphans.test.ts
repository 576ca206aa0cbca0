import { describe, expect, it, vi } from 'vitest'
import { BODY_FAULTS } from './body-faults.ts'
import { withCell } from './cell.ts'
import { COLUMNS } from './columns.ts'
import { effectOn } from './fault.ts'
import { leakFinder, spell } from './leaks.ts'

vi.setConfig({ maxConcurrency: 24 })

const DOUBTS = BODY_FAULTS.filter((fault) => effectOn(fault, 'create').is === 'doubt')
const CREATES = COLUMNS.filter(
  ({ operation, times, isWithoutEvents }) => operation === 'create' && times > 1 && !isWithoutEvents,
)

describe('a session in doubt that can not be ended either is reported, and nobody gets it', () => {
  for (const fault of DOUBTS) {
    for (const column of CREATES) {
      it.concurrent(`${fault.name}: ${column.name}`, () =>
        withCell(
          fault,
          column,
          async ({ effect, outcome, calls, events, emulator, browser, earlier, secrets }) => {
            const isKnown = !(effect.is === 'doubt' && effect.isOrphan)
            const [, made] = emulator.sessions()
            const orphans = events.filter(({ type }) => type === 'session.orphaned')
            expect(orphans).toEqual([
              expect.objectContaining({ customerId: 'cust_1', ...(isKnown && { sessionId: made?.id }) }),
            ])
            if (!isKnown) expect(orphans[0]).not.toHaveProperty('sessionId')
            expect(outcome.error).toMatchObject({ code: 'chargebee_invalid', status: 502 })
            const ends = calls.filter(({ operation }) => operation === 'logout').map(({ path }) => path)
            expect(new Set(ends)).toEqual(
              new Set(isKnown ? [`/api/v2/portal_sessions/${made?.id}/logout`] : []),
            )
            expect(ends.length).toBeLessThanOrEqual(2)
            expect((await browser.remembered()).map(({ sessionId }) => sessionId)).toEqual([earlier])
            expect(leakFinder(secrets)(spell([outcome, outcome.error, events]))).toEqual([])
          },
          { failsToEnd: true },
        ))
    }
  }
})
