import type { EndedBy } from '../events.js'
import type { Due, SessionStore } from '../session-store.js'
import type { Clock } from '../time/clock.js'
import type { SessionEnder } from './session-ender.js'

/** Does what was put off, when it is due: work of this process, and of others that have died. */
export interface RetryWorker {
  /** Work is due in `inMs` milliseconds. */
  wake(inMs: number): void
  /** Takes nothing more; resolves when what was taken is done. */
  close(): Promise<void>
}

export interface WorkerOptions {
  readonly store: SessionStore
  readonly ender: SessionEnder
  readonly clock: Clock
  /** By then the work on what was taken is over, in milliseconds. */
  readonly leaseMs: number
}

const AT_ONCE = 10
const WITHIN = { withinMs: 5_000 }
// How often a process looks for what others have left.
const LOOK_MS = 5_000
// While nothing at all succeeds, one batch is tried in this time, in place of one call for each session.
const FIRST_BRAKE_MS = 2_000
const MAX_BRAKE_MS = 60_000

export function createRetryWorker({ store, ender, clock, leaseMs }: WorkerOptions): RetryWorker {
  let timer: { readonly at: number; readonly cancel: () => void } | undefined
  let working: Promise<void> | undefined
  let isClosed = false
  let brakeMs = 0

  function wake(inMs: number): void {
    const at = clock.monotonicNow() + inMs
    if (isClosed || working || (timer && timer.at <= at)) return
    timer?.cancel()
    const cancel = clock.scheduleInBackground(inMs, () => {
      timer = undefined
      working = work().finally(() => {
        working = undefined
        if (nextInMs !== undefined) wake(nextInMs)
      })
    })
    timer = { at, cancel }
  }

  let nextInMs: number | undefined
  async function work(): Promise<void> {
    nextInMs = store.isShared ? LOOK_MS * (0.8 + Math.random() * 0.4) : undefined
    const taken = await store.take(AT_ONCE, leaseMs, WITHIN).catch(() => undefined)
    if (!taken) return
    const done = await Promise.all(taken.due.map(act))
    brakeMs =
      done.some(Boolean) || done.length === 0 ? 0 : Math.min(MAX_BRAKE_MS, brakeMs * 2 || FIRST_BRAKE_MS)
    const { nextInMs: dueInMs } = await store.take(0, leaseMs, WITHIN).catch(() => taken)
    if (dueInMs === undefined) return
    nextInMs = Math.min(nextInMs ?? Number.POSITIVE_INFINITY, Math.max(brakeMs, dueInMs))
  }

  /** Whether it is done. */
  async function act(due: Due): Promise<boolean> {
    if (due.kind === 'session') return ender.end(due, due.note as EndedBy, due.ageMs)
    // The process of this create has died. If it made a session, its access URL left in no answer and dies within the hour.
    try {
      await store.claim(due.id, due.owners, WITHIN)
      await store.forget({ creates: [due.id] }, due.owners, WITHIN)
      return true
    } catch {
      return false
    }
  }

  if (store.isShared) wake(LOOK_MS)
  return {
    wake,
    async close() {
      isClosed = true
      timer?.cancel()
      await working
    },
  }
}
