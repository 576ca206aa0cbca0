import { randomUUID } from 'node:crypto'
import type { PortalSsoEventDetail } from '../events.js'
import { toHelp } from '../help.js'
import type { Config } from '../options/options.js'
import { type SharedStore, StoreFailure } from '../session-store.js'
import { STORE_MS } from '../state/store-calls.js'
import type { Clock } from '../time/clock.js'
import type { Check } from './report.js'

/** Enters a create for an owner that is nobody, and forgets it: nothing of it stays in the store. */
export async function checkStore(store: SharedStore, { site }: Config, clock: Clock): Promise<Check[]> {
  const events: PortalSsoEventDetail[] = []
  const opened = store.open({ site, emit: (event) => events.push(event) })
  const within = { withinMs: STORE_MS }
  const owners = [`b${randomUUID()}`]
  const id = randomUUID()
  const startedAt = clock.monotonicNow()
  const checks: Check[] = []
  try {
    await opened.begin(
      { id, arrived: opened.arrive(), own: owners, customer: undefined },
      'doctor',
      STORE_MS,
      within,
    )
    await opened.forget({ creates: [id] }, owners, within)
    const ms = Math.round(clock.monotonicNow() - startedAt)
    checks.push({ name: 'store', outcome: 'ok', text: `it remembers and forgets, in ${ms} ms` })
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    const failed = events.find(({ type }) => type === 'store.failed')
    const reason =
      failed?.type === 'store.failed' ? `${failed.operation} failed (${failed.reason})` : 'it did not answer'
    checks.push({
      name: 'store',
      outcome: 'wrong',
      text: reason,
      mend: 'Look at the client that the store was given: address, user, what the user may do. It has to be connected already.',
      help: toHelp('store_unavailable'),
    })
  }
  const warnings = events.filter((event) => event.type === 'misconfigured')
  return [
    ...checks,
    ...warnings.map(({ message }): Check => ({ name: 'store', outcome: 'warning', text: message })),
  ]
}
