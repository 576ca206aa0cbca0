import { inspect } from 'node:util'

const METHODS = ['debug', 'info', 'log', 'warn', 'error', 'trace'] as const
const STREAMS = ['stdout', 'stderr'] as const

/** Everything that this process prints or warns of from here on. */
export class Printed {
  readonly lines: string[] = []
  #restore: (() => void)[] = []

  constructor() {
    for (const method of METHODS) {
      // biome-ignore lint/suspicious/noConsole: to read along is what this is for
      const original = console[method]
      console[method] = (...values: unknown[]) => {
        this.lines.push(values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' '))
      }
      this.#restore.push(() => {
        console[method] = original
      })
    }
    for (const stream of STREAMS) {
      const original = process[stream].write
      // Let through: the test runner writes there too.
      process[stream].write = ((chunk: string | Uint8Array, ...rest: never[]) => {
        this.lines.push(String(chunk))
        return original.call(process[stream], chunk, ...rest)
      }) as typeof original
      this.#restore.push(() => {
        process[stream].write = original
      })
    }
    const onWarning = (warning: Error) => void this.lines.push(inspect(warning))
    process.on('warning', onWarning)
    this.#restore.push(() => process.off('warning', onWarning))
  }

  stop(): void {
    for (const restore of this.#restore.splice(0)) restore()
  }
}
