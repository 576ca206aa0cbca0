import type { FaultRule } from '@portal-sso/emulator'
import fc from 'fast-check'
import type { Browser, Tampering } from './browser.ts'
import { CREATING, ENDING, type Fate, type Kind } from './exchange.ts'
import type { StartOptions, World } from './world.ts'

/** Plain data, so that a failing run can be read, and pasted into a test of its own. */
export type Command =
  | { do: 'start'; kind: Kind; browser: number; options: StartOptions; wait: boolean }
  | { do: 'sign in'; browser: number; customer: string | null }
  | { do: 'open portal' | 'leave portal' | 'deliver' | 'lose' | 'step'; pick: number }
  | { do: 'stop' | 'flow' | 'tear' | 'heal' | 'wait' }
  | { do: 'fail'; rule: FaultRule }
  | { do: 'restart'; how: 'close' | 'kill'; secrets: 'same' | 'rotate' | 'replace' | 'all' }
  | { do: 'tamper'; browser: number; how: Tampering; pick: number }
  | { do: 'copy'; from: number; to: number; pick: number }
  | { do: 'jump'; ms: number }

export async function act(world: World, command: Command): Promise<void> {
  const browserOf = (index: number) => world.browsers[index] as Browser
  const { ledger, process } = world
  switch (command.do) {
    case 'start': {
      const exchange = world.start(command.kind, browserOf(command.browser), command.options)
      if (command.wait && !process.wire.isStopped) await world.finish([exchange])
      break
    }
    case 'sign in':
      world.signIn(browserOf(command.browser), command.customer)
      break
    case 'open portal':
      await world.openPortal(command.pick)
      break
    case 'leave portal':
      await world.leavePortal(command.pick)
      break
    case 'deliver': {
      const out = ledger.inState('writing', 'travelling')
      const exchange = out[command.pick % out.length]
      if (exchange && exchange.fate !== 'now') await world.deliver(exchange)
      break
    }
    case 'lose': {
      const open = ledger.inState('under way', 'writing', 'travelling')
      const exchange = open[command.pick % open.length]
      if (exchange) world.lose(exchange)
      break
    }
    case 'stop':
      process.wire.stop()
      break
    case 'step':
      process.wire.step(command.pick)
      break
    case 'flow':
      process.wire.flow()
      break
    case 'tear':
      world.tear()
      break
    case 'wait':
      process.wire.flow()
      await world.finish()
      break
    case 'fail':
      world.fail(command.rule)
      break
    case 'heal':
      world.heal()
      break
    case 'restart': {
      const fresh = `secret ${ledger.nextNumber()}`
      const secrets = {
        same: process.secrets,
        rotate: [fresh, ...process.secrets],
        replace: [fresh],
        all: world.secrets,
      }
      await world.restart(command.how, secrets[command.secrets])
      break
    }
    case 'tamper':
      world.tamper(browserOf(command.browser), command.how, command.pick)
      break
    case 'copy':
      world.copyCookie(browserOf(command.from), browserOf(command.to), command.pick)
      break
    case 'jump':
      await world.jump(command.ms)
      break
  }
  await world.breathe()
}

const DAY_MS = 24 * 60 * 60 * 1000

const pick = fc.nat(7)
// The first browser most of all: what goes wrong does so among the few requests of one.
const browser = fc.constantFrom(0, 0, 0, 0, 1, 2)
const fate: fc.Arbitrary<Fate> = fc.constantFrom('now', 'now', 'now', 'writing', 'travelling')

/** The first one, or now and then another. */
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(usual) },
    { weight: others.length, arbitrary: fc.constantFrom(...others) },
  )

const click = (wait: fc.Arbitrary<boolean>) =>
  fc.record({
    do: fc.constant('start' as const),
    kind: fc.constantFrom('link' as const, 'link' as const, ...CREATING),
    browser,
    options: fc.record({
      fate,
      host: mostly<'knows' | 'throws'>('knows', 'throws'),
    }),
    wait,
  })

const logout = (wait: fc.Arbitrary<boolean>) =>
  fc.record({
    do: fc.constant('start' as const),
    kind: fc.constantFrom(...ENDING),
    browser,
    options: fc.record({
      fate,
      host: mostly<'knows' | 'forgot' | 'throws'>('knows', 'forgot', 'throws'),
    }),
    wait,
  })

const lateSignOut = fc.record({
  do: fc.constant('start' as const),
  kind: fc.constant('sign-out' as const),
  browser,
  options: fc.record({ fate, isAnswered: fc.constant(true) }),
  wait: fc.boolean(),
})

const look = (wait: fc.Arbitrary<boolean>) =>
  fc.record({
    do: fc.constant('start' as const),
    kind: fc.constantFrom('return' as const, 'return' as const, 'sessions' as const),
    browser,
    options: fc.record({ fate }),
    wait,
  })

const signIn = fc.record({
  do: fc.constant('sign in' as const),
  browser,
  customer: mostly<string | null>('anna', 'ben', 'cleo', null),
})

const picking = <T extends 'open portal' | 'leave portal' | 'deliver' | 'lose' | 'step'>(...names: T[]) =>
  fc.record({ do: fc.constantFrom(...names), pick })

const plain = <T extends 'stop' | 'flow' | 'tear' | 'heal' | 'wait'>(...names: T[]) =>
  fc.record({ do: fc.constantFrom(...names) })

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
  { status: 302, headers: { location: '/elsewhere' }, body: '' },
  { kind: 'reset' },
  { kind: 'reset-after' },
  { kind: 'truncated' },
  { kind: 'truncated', status: 500 },
]

const fault = fc.record({
  do: fc.constant('fail' as const),
  rule: fc
    .record({ operation, times, answer: fc.constantFrom(...FALSE_ANSWERS) })
    .map(({ answer, ...rule }): FaultRule => ({ ...rule, ...answer })),
})

/** Received and never answered, or never to the end; only a deadline helps. */
export const stall = fc.record({
  do: fc.constant('fail' as const),
  rule: fc.record({ operation, times, kind: fc.constantFrom('no-headers' as const, 'no-end' as const) }),
})

const restart = fc.record({
  do: fc.constant('restart' as const),
  how: fc.constantFrom('close' as const, 'kill' as const),
  secrets: fc.constantFrom('same' as const, 'rotate' as const, 'replace' as const, 'all' as const),
})

const tampering = fc.oneof(
  fc.record({
    do: fc.constant('tamper' as const),
    browser,
    how: fc.constantFrom('change' as const, 'swap' as const, 'delete' as const),
    pick,
  }),
  fc.record({ do: fc.constant('copy' as const), from: browser, to: browser, pick }),
)

const jump = fc.record({
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

const always = fc.constant(true)
const never = fc.constant(false)
const sometimes = fc.boolean()

type Weighted = fc.WeightedArbitrary<Command>
const of = (weight: number, arbitrary: fc.Arbitrary<Command>): Weighted => ({ weight, arbitrary })

/** Each mix looks for another kind of trouble; all of them have the everyday in them. */
export const MIXES = {
  /** One thing after the other. */
  everyday: [
    of(14, click(always)),
    of(4, logout(always)),
    of(2, look(always)),
    of(2, signIn),
    of(3, picking('open portal', 'leave portal')),
    of(2, picking('deliver', 'lose')),
    of(2, tampering),
    of(2, jump),
    of(1, lateSignOut),
    of(1, restart),
  ],
  /** Requests overtake each other, in every order that a network knows. */
  races: [
    of(14, click(never)),
    of(5, logout(never)),
    of(2, look(sometimes)),
    of(2, signIn),
    of(2, picking('open portal', 'leave portal')),
    of(3, picking('deliver', 'lose')),
    of(3, plain('stop', 'stop', 'flow', 'wait')),
    of(12, picking('step')),
    of(1, jump),
  ],
  /** Chargebee fails and recovers. */
  outages: [
    of(14, click(sometimes)),
    of(5, logout(sometimes)),
    of(2, look(sometimes)),
    of(2, signIn),
    of(2, picking('open portal', 'leave portal', 'deliver', 'lose')),
    of(5, fault),
    of(3, plain('heal', 'wait')),
    of(1, plain('tear')),
    of(2, jump),
  ],
  /** The host dies and comes back, with other secrets at times. */
  crashes: [
    of(14, click(sometimes)),
    of(4, logout(sometimes)),
    of(2, look(sometimes)),
    of(1, signIn),
    of(2, picking('open portal', 'deliver', 'lose')),
    of(2, plain('stop', 'flow', 'wait', 'heal')),
    of(4, picking('step')),
    of(2, fault),
    of(3, restart),
    of(1, tampering),
    of(1, jump),
  ],
} satisfies Record<string, Weighted[]>

export type Mix = keyof typeof MIXES

export function commandsOf(mix: Mix, more: Weighted[] = []): fc.Arbitrary<Command[]> {
  return fc.array(fc.oneof(...MIXES[mix], ...more), { minLength: 6, maxLength: 30, size: 'max' })
}
