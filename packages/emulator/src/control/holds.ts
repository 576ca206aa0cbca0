import { isOperationPattern, OPERATION_CHOICE, type OperationPattern } from '../api/operations.js'
import { frozenCopy } from '../util/plain-data.js'
import type { EmulatorCall } from './call-log.js'

interface Hold {
  readonly operation: OperationPattern
  readonly arrived: (call: Readonly<EmulatorCall>) => void
  readonly refuse: (reason: Error) => void
}

interface Waiting {
  readonly call: EmulatorCall
  readonly go: () => void
  readonly drop: () => void
}

/** Calls beyond that are dropped: a thousand held ones are a forgotten release. */
const MAX_WAITING = 1000
const MAX_HOLDS = 1000

/** Calls that wait at the door, received and not processed, until they are released. */
export class Holds {
  #holds: Hold[] = []
  #waiting: Waiting[] = []

  hold(operation: OperationPattern): Promise<Readonly<EmulatorCall>> {
    if (!isOperationPattern(operation)) {
      throw new TypeError(`hold(operation): ${OPERATION_CHOICE}; got ${JSON.stringify(operation)}`)
    }
    if (this.#holds.length >= MAX_HOLDS)
      throw new TypeError(`hold: at most ${MAX_HOLDS}; release() ends them all`)
    const held = new Promise<Readonly<EmulatorCall>>((resolve, reject) => {
      this.#holds.push({ operation, arrived: resolve, refuse: reject })
    })
    // A test that wants the hold and not the news gets no unhandled rejection.
    held.catch(() => {})
    return held
  }

  /** Which operations are held, and the calls that wait. */
  state(): { operations: OperationPattern[]; waiting: EmulatorCall[] } {
    return {
      operations: [...new Set(this.#holds.map(({ operation }) => operation))],
      waiting: this.#waiting.map(({ call }) => call),
    }
  }

  /** Resolves `true` at once or on release; `false` when the call is to be dropped. */
  pass(call: EmulatorCall): Promise<boolean> {
    const holds = this.#holds.filter(({ operation }) => operation === '*' || operation === call.operation)
    if (holds.length === 0) return Promise.resolve(true)
    if (this.#waiting.length >= MAX_WAITING) return Promise.resolve(false)
    return new Promise((resolve) => {
      this.#waiting.push({ call, go: () => resolve(true), drop: () => resolve(false) })
      for (const { arrived } of holds) arrived(frozenCopy(call))
    })
  }

  release(): void {
    this.#end('release() came before such a call arrived', 'go')
  }

  /** Drops the calls that wait. */
  close(): void {
    this.#end('the emulator was closed or reset before such a call arrived', 'drop')
  }

  #end(reason: string, how: 'go' | 'drop'): void {
    const [holds, waiting] = [this.#holds, this.#waiting]
    this.#holds = []
    this.#waiting = []
    for (const { operation, refuse } of holds) refuse(new Error(`hold('${operation}'): ${reason}`))
    for (const call of waiting) call[how]()
  }
}
