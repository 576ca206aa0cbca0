import type { FaultRule } from '@portal-sso/emulator'
import fc from 'fast-check'
import { browser, pick } from './everyday-commands.ts'
import { SITE } from './host-process.ts'
import { NEVER_ACTIVATED } from './reverse-flow.ts'

// On a host that every portal of the site may have.
const SOMEWHERE_IN_THE_PORTAL = `https://${SITE}.chargebeeportal.com/portal/access/somebody_elses`
const DAY_MS = 24 * 60 * 60 * 1000

const operation = fc.constantFrom(
  'create' as const,
  'logout' as const,
  'logout' as const,
  'retrieve' as const,
  '*' as const,
)
const times = fc.integer({ min: 1, max: 6 })

/** What Chargebee, or something in between, may answer: never the true answer, and never that a living one is gone. */
const FALSE_ANSWERS: readonly Omit<FaultRule, 'operation' | 'times'>[] = [
  { status: 500 },
  { status: 503 },
  { status: 401 },
  { status: 429 },
  { status: 429, headers: { 'retry-after': '1' } },
  { status: 502 },
  { status: 404, body: '<html>not found</html>' },
  { status: 404, body: { api_error_code: 'site_not_found', message: 'no such site' } },
  { status: 409 },
  { status: 200, body: {} },
  { status: 200, body: '<html>maintenance</html>' },
  {
    status: 200,
    body: { portal_session: { id: 'portal_somebody_elses', status: 'created', customer_id: 'zoe' } },
  },
  { status: 200, body: { portal_session: { id: '../customers', status: 'logged_out' } } },
  ...[
    { status: 'created', customer_id: 'zoe' },
    { status: 'logged_in', customer_id: 'anna' },
  ].map((session) => ({
    status: 200,
    body: {
      portal_session: { ...session, id: 'portal_somebody_elses', access_url: SOMEWHERE_IN_THE_PORTAL },
    },
  })),
  { status: 302, headers: { location: '/elsewhere' }, body: '' },
  { kind: 'reset' },
  { kind: 'reset-after' },
  { kind: 'truncated' },
  { kind: 'truncated', status: 500 },
]

export const fault = fc.record({
  do: fc.constant('fail' as const),
  rule: fc
    .record({ operation, times, answer: fc.constantFrom(...FALSE_ANSWERS) })
    .map(({ answer, ...rule }): FaultRule => ({ ...rule, ...answer })),
})

/** Received and never answered, or never to the end; only a deadline helps. */
export const stall = fc.record({
  do: fc.constant('fail' as const),
  rule: fc.record({
    operation: fc.oneof(operation, fc.constant('activate' as const)),
    times,
    kind: fc.constantFrom('no-headers' as const, 'no-end' as const),
  }),
})

/** Whoever has no part in it sends something. */
export const intrusion = fc.record({
  do: fc.constant('intrude' as const),
  who: fc.constantFrom(
    'last user' as const,
    'last user' as const,
    'foreign page' as const,
    'stranger' as const,
  ),
  browser,
  pick,
})

export const restart = fc.record({
  do: fc.constant('restart' as const),
  how: fc.constantFrom('close' as const, 'kill' as const),
  secrets: fc.constantFrom('same' as const, 'rotate' as const, 'replace' as const, 'all' as const),
})

export const tampering = fc.oneof(
  fc.record({
    do: fc.constant('tamper' as const),
    browser,
    how: fc.constantFrom('change' as const, 'swap' as const, 'delete' as const),
    pick,
  }),
  fc.record({ do: fc.constant('copy' as const), from: browser, to: browser, pick }),
)

export const jump = fc.record({
  do: fc.constant('jump' as const),
  ms: fc.constantFrom(
    1_000,
    3_000,
    61_000,
    10 * 60_000,
    31 * 60_000,
    61 * 60_000,
    250 * DAY_MS,
    250 * DAY_MS,
  ),
})

/** Time in which sign-ins are forgotten, and not much else. */
export const tenMinutes = fc.record({
  do: fc.constant('jump' as const),
  ms: fc.constantFrom(1_000, 61_000, 9 * 60_000, 10 * 60_000),
})

/** A session that nobody has activated here: neither is anybody let in for it, nor is it ours to end. */
const FALSE_ACTIVATIONS: readonly Omit<FaultRule, 'operation' | 'times'>[] = [
  ...FALSE_ANSWERS,
  { status: 400 },
  {
    status: 200,
    body: { portal_session: { id: NEVER_ACTIVATED, status: 'activated', customer_id: 'anna' } },
  },
  { status: 200, body: { portal_session: { id: NEVER_ACTIVATED, status: 'not_yet_activated' } } },
]

const rulesOf = (operations: readonly FaultRule['operation'][], answers: typeof FALSE_ANSWERS) =>
  fc
    .record({ operation: fc.constantFrom(...operations), times, answer: fc.constantFrom(...answers) })
    .map(({ answer, ...rule }): FaultRule => ({ ...rule, ...answer }))

export const loginFault = fc.record({
  do: fc.constant('fail' as const),
  rule: fc.oneof(rulesOf(['activate'], FALSE_ACTIVATIONS), rulesOf(['logout', '*'], FALSE_ANSWERS)),
})
