import fc from 'fast-check'
import { CREATING, ENDING, type Fate } from './exchange.ts'

export const pick = fc.nat(7)
// The first browser most of all: what goes wrong does so among the few requests of one.
export const browser = fc.constantFrom(0, 0, 0, 0, 1, 2)
export const fate: fc.Arbitrary<Fate> = fc.constantFrom('now', 'now', 'now', 'writing', 'travelling')

/** The first one, or now and then another. */
export const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(usual) },
    { weight: others.length, arbitrary: fc.constantFrom(...others) },
  )

export const click = (wait: fc.Arbitrary<boolean>) =>
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

export const logout = (wait: fc.Arbitrary<boolean>) =>
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

export const lateSignOut = fc.record({
  do: fc.constant('start' as const),
  kind: fc.constant('sign-out' as const),
  browser,
  options: fc.record({ fate, isAnswered: fc.constant(true) }),
  wait: fc.boolean(),
})

export const look = (wait: fc.Arbitrary<boolean>) =>
  fc.record({
    do: fc.constant('start' as const),
    kind: fc.constantFrom('return' as const, 'return' as const, 'sessions' as const),
    browser,
    options: fc.record({ fate }),
    wait,
  })

export const signIn = fc.record({
  do: fc.constant('sign in' as const),
  browser,
  customer: mostly<string | null>('anna', 'ben', 'cleo', null),
})

export const picking = <
  T extends 'open portal' | 'leave portal' | 'deliver' | 'lose' | 'step' | 'host goes on',
>(
  ...names: T[]
) => fc.record({ do: fc.constantFrom(...names), pick })

export const plain = <T extends 'stop' | 'flow' | 'tear' | 'heal' | 'wait'>(...names: T[]) =>
  fc.record({ do: fc.constantFrom(...names) })
