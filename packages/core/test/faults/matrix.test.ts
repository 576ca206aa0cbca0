import { afterAll, beforeAll, describe, it, vi } from 'vitest'
import { BODY_FAULTS } from './body-faults.ts'
import { withCell } from './cell.ts'
import { COLUMNS } from './columns.ts'
import { connectionFaults } from './connection-faults.ts'
import { effectOn, type Fault } from './fault.ts'
import { collectGarbage } from './garbage.ts'
import { judge } from './judge.ts'
import { Printed } from './printed.ts'
import { STATUS_FAULTS } from './status-faults.ts'
import { summarize, Table } from './table.ts'
import { WAITING_FAULTS } from './waiting-faults.ts'

// Most of a cell's time is waiting, for the next try or for a deadline.
vi.setConfig({ maxConcurrency: 24 })

const CONNECTION_FAULTS = await connectionFaults()
const FAULTS = [...CONNECTION_FAULTS, ...BODY_FAULTS, ...STATUS_FAULTS, ...WAITING_FAULTS]
const table = new Table(FAULTS.map(({ name }) => name))
let printed: Printed

beforeAll(() => {
  printed = new Printed()
})

afterAll(() => {
  printed.stop()
  for (const operations of [['create'], ['logout', 'retrieve', 'activate']]) {
    const columns = COLUMNS.filter(({ operation }) => operations.includes(operation))
    // biome-ignore lint/suspicious/noConsole: the table is what these tests are for
    console.log(`\n${table.toString(columns.map(({ name }) => name))}\n`)
  }
})

describe('a fault of the connection', () => cellsOf(CONNECTION_FAULTS))
describe('an answer that is none', () => cellsOf(BODY_FAULTS))
describe('a refusal', () => cellsOf(STATUS_FAULTS))

describe('no answer, with all garbage collected while it is waited for', () => {
  let garbage: ReturnType<typeof collectGarbage>
  beforeAll(() => {
    garbage = collectGarbage()
  })
  afterAll(() => garbage.stop())

  it('collects garbage', async () => {
    const thing = new WeakRef({})
    while (thing.deref()) await new Promise((resolve) => setTimeout(resolve, 20))
  })
  cellsOf(WAITING_FAULTS)
})

/** One test per cell. */
function cellsOf(faults: readonly Fault[]): void {
  for (const fault of faults) {
    for (const column of COLUMNS) {
      const effect = effectOn(fault, column.operation)
      // What can't be reached at all can't be well at another time.
      const isImpossible = (column.times === 1 || column.isWarm) && fault.misbehave === undefined
      if (effect.is === 'none' || isImpossible) continue
      it.concurrent(`${fault.name}: ${column.name}`, () =>
        withCell(fault, column, async (cell) => {
          table.set(fault.name, column.name, summarize(cell))
          await judge(cell, printed.lines)
        }))
    }
  }
}
