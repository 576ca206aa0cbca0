/** The promises that the model holds core to; a violation names the one that was broken. */
export type Promised =
  /** What was handed out and lives is remembered by the browser it was handed to. */
  | 'remembered'
  /** A logout that says success leaves nothing alive that it had to end. */
  | 'logged out'
  /** A session is for the customer who asked, and handed out once. */
  | 'own session'
  /** Nobody else's session is ended; a former customer's is. */
  | 'others left alone'
  | 'switched'
  /** Room is made by ending the oldest, before the create. */
  | 'room'
  /** What an earlier logout could not end is tried again by the way. */
  | 'retried'
  /** Every command ends, with an answer that the contract allows; what has no obstacle succeeds. */
  | 'answered'
  /** In the end nothing is left but what nobody ever got. */
  | 'nothing left'
  /** A sign-in at Chargebee belongs to the browser that began it, once, and is for who signed in there. */
  | 'reverse flow'
  /** What is over costs no further call. */
  | 'quota'

export class Violation extends Error {
  override readonly name = 'Violation'
  constructor(promised: Promised, what: string) {
    super(`[${promised}] ${what}`)
  }
}

export function hold(promised: Promised, condition: boolean, what: () => string): asserts condition {
  if (!condition) throw new Violation(promised, what())
}
