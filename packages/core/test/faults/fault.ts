import type { TlsOptions } from 'node:tls'
import type { Operation } from '../../src/events.js'
import type { Misbehave } from './fault-server.ts'

/**
 * What a fault comes to, in the terms of the contract's sections 7 and 8. `status` is the true one of the answer, which
 * an event has to tell; 0: there was none.
 */
export type Effect =
  /** No answer. Worth another try. Where it is likely to stay so, the event names this setting. */
  | { readonly is: 'unreachable'; readonly setting?: RegExp }
  /** No whole answer in the deadline. */
  | { readonly is: 'late'; readonly status: number }
  /** No answer of Chargebee's. Worth another try. */
  | { readonly is: 'broken'; readonly status: number }
  /** Chargebee can't now. `final`: no other try would fit into the deadline. */
  | { readonly is: 'busy'; readonly status: number; readonly isFinal?: true; readonly waitMs?: number }
  /** Chargebee won't; the event names this setting, except where a stranger may have caused it. */
  | { readonly is: 'refused'; readonly status: number; readonly setting?: RegExp }
  /** Chargebee says that it knows no such customer, or no such session. */
  | { readonly is: 'unknown' }
  /** Chargebee may mean by it that it does not confirm a login; what it says then is not documented. */
  | { readonly is: 'denied' }
  /** A session was made, and not the one that was asked for. */
  | { readonly is: 'doubt'; readonly setting?: RegExp; readonly isOrphan?: true }
  /** Nothing is wrong with it. */
  | { readonly is: 'fine' }
  /** There is no such case. */
  | { readonly is: 'none' }

export interface Fault {
  readonly name: string
  /** For every operation, except where `effects` says otherwise. */
  readonly effect: Effect
  readonly effects?: Partial<Record<Operation, Effect>>
  readonly misbehave?: Misbehave
  /** Calls go there, and not to the server of the cell. */
  readonly origin?: string
  readonly tls?: TlsOptions | 'mute'
  /** Deadline of the cell, where the fault is one that lasts. */
  readonly timeoutMs?: number
}

export function effectOn(fault: Fault, operation: Operation): Effect {
  return fault.effects?.[operation] ?? fault.effect
}

/** Stands in everything that Chargebee writes for developers, and must be in nothing that leaves us. */
export const TEXT_OF_CHARGEBEE = 'text-that-chargebee-wrote-for-developers'
