import { inspect } from 'node:util'

const METHODS = ['debug', 'info', 'log', 'warn', 'error'] as const
const STREAMS = ['stdout', 'stderr'] as const

/** Everything that the process prints between `start` and `stop`, kept and not shown. */
export class ConsoleCapture {
  readonly lines: string[] = []
  readonly warnings: string[] = []
  #restore: (() => void)[] = []

  start(): void {
    for (const method of METHODS) {
      // biome-ignore lint/suspicious/noConsole: what others print is what this is for
      const original = console[method]
      console[method] = (...values: unknown[]) => {
        const line = values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ')
        this.lines.push(line)
        if (method === 'warn') this.warnings.push(line)
      }
      this.#restore.push(() => {
        console[method] = original
      })
    }
    // A line may also be written past `console`; those are let through, since the test runner writes there too.
    for (const stream of STREAMS) {
      const original = process[stream].write
      process[stream].write = ((chunk: string | Uint8Array, ...rest: never[]) => {
        this.lines.push(String(chunk))
        return original.call(process[stream], chunk, ...rest)
      }) as typeof original
      this.#restore.push(() => {
        process[stream].write = original
      })
    }
  }

  stop(): void {
    for (const restore of this.#restore.splice(0)) restore()
  }
}
