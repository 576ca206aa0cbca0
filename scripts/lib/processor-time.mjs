import { readFileSync } from 'node:fs'

/**
 * Processor time of this process and of those that it started and that have ended, theirs included, in seconds. Node
 * tells only of its own, so this is Linux's word: NaN elsewhere. See proc_pid_stat(5), fields 14 to 17.
 */
export function processorSeconds() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // Counted in hundredths of a second on every Linux that Node runs on.
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100
  } catch {
    return Number.NaN
  }
}
