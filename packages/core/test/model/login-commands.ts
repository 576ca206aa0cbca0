import fc from 'fast-check'
import type { Lie, Way } from './come-back.ts'
import { browser, fate, mostly, pick } from './everyday-commands.ts'
import type { OnLogin } from './reverse-flow.ts'

export const begin = fc.record({
  do: fc.constant('start' as const),
  kind: fc.constant('begin' as const),
  browser,
  options: fc.record({ fate, returnTo: fc.nat(2) }),
  wait: fc.constant(true),
})

const isKept = fc.constantFrom(false, false, false, true)

const comingBack = (way: fc.Arbitrary<Way>, onLogin: fc.Arbitrary<OnLogin>, wait: fc.Arbitrary<boolean>) =>
  fc.record({
    do: fc.constant('come back' as const),
    browser,
    customer: mostly('anna', 'ben', 'cleo'),
    way,
    pick,
    options: fc.record({ fate, onLogin, isKept }),
    lie: mostly<Lie | undefined>(
      undefined,
      { status: 'not_yet_activated', customer_id: 'anna' },
      { status: 'logged_out', customer_id: 'anna' },
    ),
    wait,
  })

const hosting = fc.constantFrom<OnLogin[]>(
  'lets in',
  'lets in',
  'lets in',
  'throws',
  'answers',
  'is late',
  'is late',
  'is late, throws',
)

/** Somebody signs in at Chargebee. */
export const logIn = (wait: fc.Arbitrary<boolean>) => comingBack(fc.constant('signed in'), hosting, wait)

/** Anything else than that; where the host is told of it all the same, it lets them in. */
export const oddWay = (wait: fc.Arbitrary<boolean>) =>
  comingBack(
    fc.constantFrom<Way[]>(
      'cancelled',
      'replayed',
      'replayed',
      'forged',
      'renamed cookie',
      'foreign state',
      'foreign claim',
      'foreign claim',
      'swapped id',
      'swapped id',
      'wrong token',
      'malformed',
      'malformed',
    ),
    fc.constant('lets in'),
    wait,
  )
