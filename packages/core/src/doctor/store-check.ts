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
  const told = () => events.filter((event) => event.type === 'misconfigured').map(({ message }) => message)
  const within = { withinMs: STORE_MS }
  const owners = [`b${randomUUID()}`]
  const id = randomUUID()
  const startedAt = clock.monotonicNow()
  try {
    const create = { id, arrived: opened.arrive(), own: owners, customer: undefined }
    await opened.begin(create, 'doctor', STORE_MS, within)
    await opened.forget({ creates: [id] }, owners, within)
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    const failed = events.find((event) => event.type === 'store.failed')
    return [
      {
        name: 'store',
        outcome: 'wrong',
        text: failed ? `${failed.operation} failed (${failed.reason})` : 'it did not answer',
        mend: told()[0] ?? LOOK_AT_CLIENT,
        help: toHelp('store_unavailable'),
      },
    ]
  }
  const ms = Math.round(clock.monotonicNow() - startedAt)
  return [
    { name: 'store', outcome: 'ok', text: `it remembers and forgets, in ${ms} ms` },
    ...told().map((text): Check => ({ name: 'store', outcome: 'warning', text })),
  ]
}

const LOOK_AT_CLIENT =
  'Look at the client that the store was given: address, user, what the user may do. It has to be connected already.'
