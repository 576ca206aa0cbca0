import { ChargebeeFailure } from '../chargebee/failure.js'
import { toWrong } from './failures.js'
import type { Check } from './report.js'
import { type SiteCalls, unknownId } from './site-calls.js'

// What is sealed by one machine is opened by another, and a sign-in that was begun is good for ten minutes.
const MAX_CLOCK_AHEAD_MS = 60_000
const SLOW_MS = 3_000

/** Asks for a session that there is none of: nothing is made, and yet the key has to be right for the answer. */
export async function checkReach(calls: SiteCalls): Promise<{ check: Check; canGoOn: boolean }> {
  try {
    await calls.retrieve(unknownId('portal_sso_doctor'))
    return {
      check: { name: 'reach', outcome: 'ok', text: 'Chargebee knows the site and the key' },
      canGoOn: true,
    }
  } catch (error) {
    if (!(error instanceof ChargebeeFailure)) throw error
    // A key may be allowed to write and not to read; the session shows.
    return { check: toWrong('reach', error, 'retrieve'), canGoOn: error.status === 403 }
  }
}

export function checkTime({ times }: SiteCalls): Check {
  const ms = Math.round(Math.min(...times))
  const text = `a call takes ${ms} ms${times.length > 1 ? ` at best, the first one took ${Math.round(times[0] ?? 0)} ms` : ''}`
  if (ms < SLOW_MS) return { name: 'time', outcome: 'ok', text }
  const mend = 'Every click waits for one call. Look at the way to Chargebee: name server, proxy, distance.'
  return { name: 'time', outcome: 'warning', text, mend }
}

export function checkClock(calls: SiteCalls): Check {
  const name = 'clock'
  const aheadMs = calls.clockAheadMs()
  if (aheadMs === undefined) {
    return { name, outcome: 'skipped', text: 'no answer has a Date that could be compared' }
  }
  const isAhead = aheadMs > 0
  if (Math.abs(aheadMs) <= MAX_CLOCK_AHEAD_MS) {
    return { name, outcome: 'ok', text: "this machine's clock and Chargebee's agree" }
  }
  return {
    name,
    outcome: 'wrong',
    text: `this machine's clock is ${Math.round(Math.abs(aheadMs) / 1000)} s ${isAhead ? 'ahead of' : 'behind'} Chargebee's`,
    mend: 'Let the machine set its clock by itself (NTP): cookies and sign-ins are good for a time.',
  }
}
