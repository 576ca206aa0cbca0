import type { Emit, EndedBy } from '../events.js'
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
  /** Settles a create whose process has vanished; whether that is done. */
  readonly settle: (due: Due) => Promise<boolean>
  readonly emit: Emit
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
// What can't be ended for a day is left to be found by the next sign-out, for as long as it is remembered.
const TRIED_MS = 24 * 60 * 60_000
const KEPT_MS = 400 * TRIED_MS

export function createRetryWorker({
  store,
  ender,
  settle,
  emit,
  clock,
  leaseMs,
}: WorkerOptions): RetryWorker {
  let timer: { readonly at: number; readonly cancel: () => void } | undefined
  let working: Promise<void> | undefined
  let isClosed = false
  let brakeMs = 0

  function wake(inMs: number): void {
    const at = clock.monotonicNow() + inMs
    if (isClosed) return
    // It is looked at again when the work is done.
    if (working) nextInMs = Math.min(nextInMs ?? inMs, inMs)
    if (working || (timer && timer.at <= at)) return
    timer?.cancel()
    const cancel = clock.scheduleInBackground(inMs, () => {
      timer = undefined
      working = work().finally(() => {
        working = undefined
        if (nextInMs !== undefined) wake(Math.max(brakeMs, nextInMs))
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
    nextInMs = Math.min(nextInMs ?? dueInMs, dueInMs)
  }

  /** Whether it is done. */
  async function act(due: Due): Promise<boolean> {
    try {
      if (due.kind === 'create') return await settle(due)
      if (due.ageMs < TRIED_MS) return await ender.end(due, due.note as EndedBy, due.ageMs)
      emit({ type: 'session.pending', sessionId: due.id })
      await store.postpone(due, KEPT_MS, WITHIN)
      return true
    } catch {
      // The store can't be told. What was taken is given again when its lease is over.
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
