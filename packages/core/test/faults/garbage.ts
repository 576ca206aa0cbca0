import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const EVERY_MS = 250

/** Collects all garbage again and again. What a timer or a signal hangs on by a weak reference only, is gone then. */
export function collectGarbage(): { stop(): void } {
  const timer = setInterval(collect, EVERY_MS)
  return { stop: () => clearInterval(timer) }
}
