import { type Emulator, type EmulatorOptions, startEmulator } from '@portal-sso/emulator'
import { onTestFinished } from 'vitest'
import { examine } from '../../src/doctor/examine.js'
import type { Check, Report } from '../../src/doctor/report.js'
import type { Environment } from '../../src/doctor/settings.js'
import { type TestClock, testClock } from '../test-clock.ts'

export interface Patient {
  readonly emulator: Emulator
  readonly clock: TestClock
  readonly env: Environment
  examine(wanted?: {
    customerId?: string
    env?: Environment
    options?: Readonly<Record<string, unknown>>
    clock?: TestClock
  }): Promise<Report>
}

/** A host that is set up well, at a site with the customer `c1`. */
export async function setUp(options: EmulatorOptions = {}): Promise<Patient> {
  const emulator = await startEmulator({ customers: [{ id: 'c1' }], ...options })
  onTestFinished(() => emulator.close())
  const clock = testClock(Date.now())
  const env = { ...emulator.env, PORTAL_SSO_BASE_URL: 'http://localhost:8080' }
  return {
    emulator,
    clock,
    env,
    examine: (wanted = {}) =>
      examine({
        version: '1.2.3',
        clock,
        customerId: undefined,
        options: undefined,
        ...wanted,
        env: { ...env, ...wanted.env },
      }),
  }
}

/** The one check of this name, or what was found otherwise. */
export function checkOf(report: Report, name: string): Check | undefined {
  const found = report.checks.filter((check) => check.name === name)
  if (found.length > 1) throw new Error(`${name}: ${JSON.stringify(found)}`)
  return found[0]
}

/** Names of all checks that came out like this. */
export const named = (report: Report, outcome: Check['outcome']) =>
  report.checks.filter((check) => check.outcome === outcome).map(({ name }) => name)
