import fc from 'fast-check'
import type { Command } from './commands.ts'
import { click, lateSignOut, logout, look, picking, plain, signIn } from './everyday-commands.ts'
import { begin, logIn, oddWay } from './login-commands.ts'
import { fault, intrusion, jump, loginFault, restart, tampering, tenMinutes } from './trouble-commands.ts'

const always = fc.constant(true)
const never = fc.constant(false)
const sometimes = fc.boolean()

type Weighted = fc.WeightedArbitrary<Command>
const of = (weight: number, arbitrary: fc.Arbitrary<Command>): Weighted => ({ weight, arbitrary })

/** Each mix looks for another kind of trouble; all of them have the everyday in them. */
export const MIXES = {
  /** One thing after the other. */
  everyday: [
    of(2, intrusion),
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
    of(3, intrusion),
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
    of(1, intrusion),
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
  /** Chargebee's login lets customers in, beside everything else. */
  logins: [
    of(3, intrusion),
    of(3, begin),
    of(12, logIn(always)),
    of(9, oddWay(always)),
    of(4, click(always)),
    of(3, logout(always)),
    of(1, look(always)),
    of(1, signIn),
    of(2, picking('deliver', 'lose')),
    of(2, tampering),
    of(2, tenMinutes),
    of(1, jump),
    of(1, restart),
  ],
  /** The same while requests overtake each other, Chargebee fails, and the host dies. */
  'login races': [
    of(3, intrusion),
    of(10, logIn(sometimes)),
    of(5, oddWay(sometimes)),
    of(4, click(sometimes)),
    of(5, logout(sometimes)),
    of(1, look(sometimes)),
    of(2, picking('deliver', 'lose')),
    of(3, picking('host goes on')),
    of(3, plain('stop', 'stop', 'flow', 'wait', 'heal', 'tear')),
    of(8, picking('step')),
    of(3, loginFault),
    of(1, restart),
    of(1, tenMinutes),
  ],
} satisfies Record<string, Weighted[]>

export type Mix = keyof typeof MIXES

export function commandsOf(mix: Mix, more: Weighted[] = []): fc.Arbitrary<Command[]> {
  return fc.array(fc.oneof(...MIXES[mix], ...more), { minLength: 6, maxLength: 30, size: 'max' })
}
