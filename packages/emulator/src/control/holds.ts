import { isOperationPattern, OPERATION_CHOICE, type OperationPattern } from '../api/operations.js'
import { frozenCopy } from '../util/deep-freeze.js'
import type { EmulatorCall } from './call-log.js'

interface Hold {
  readonly operation: OperationPattern
  readonly arrived: (call: Readonly<EmulatorCall>) => void
  readonly refuse: (reason: Error) => void
}

/** Calls that wait at the door, received and not processed, until somebody releases them. */
export class Holds {
  #holds: Hold[] = []
  #waiting: { go: () => void; drop: () => void }[] = []

  hold(operation: OperationPattern): Promise<Readonly<EmulatorCall>> {
    if (!isOperationPattern(operation)) {
      throw new TypeError(`hold(operation): ${OPERATION_CHOICE}; got ${JSON.stringify(operation)}`)
    }
    const held = new Promise<Readonly<EmulatorCall>>((resolve, reject) => {
      this.#holds.push({ operation, arrived: resolve, refuse: reject })
    })
    // Who only wants the hold, not the news, must not be punished by an unhandled rejection.
    held.catch(() => {})
    return held
  }

  /** Resolves `true` at once or on release; `false` when the emulator closes first. */
  pass(call: EmulatorCall): Promise<boolean> {
    const holds = this.#holds.filter(({ operation }) => operation === '*' || operation === call.operation)
    if (holds.length === 0) return Promise.resolve(true)
    return new Promise((resolve) => {
      this.#waiting.push({ go: () => resolve(true), drop: () => resolve(false) })
      for (const { arrived } of holds) arrived(frozenCopy(call))
    })
  }

  release(): void {
    this.#end('release() came before such a call arrived', 'go')
  }

  close(): void {
    this.#end('the emulator was closed before such a call arrived', 'drop')
  }

  #end(reason: string, how: 'go' | 'drop'): void {
    const [holds, waiting] = [this.#holds, this.#waiting]
    this.#holds = []
    this.#waiting = []
    for (const { operation, refuse } of holds) refuse(new Error(`hold('${operation}'): ${reason}`))
    for (const call of waiting) call[how]()
  }
}
