import { type Deadline, OutOfTime } from '../time/deadline.js'

/**
 * Which line a call waits in: of people who come in (and look at what they have open), or of people who leave. Neither
 * can take all places, so a Chargebee that is slow with the one never keeps the other waiting.
 */
export type Lane = 'opening' | 'ending'

/** Lets a bounded number of calls out at once; the others wait in line, a bounded number of them too. */
export interface CallQueue {
  /**
   * Runs `call` when its turn has come.
   * @throws QueueFull when too many wait already
   * @throws OutOfTime when the deadline passes before
   */
  run<T>(lane: Lane, deadline: Waitable, call: () => Promise<T>): Promise<T>
}

export class QueueFull extends Error {}

type Waitable = Pick<Deadline, 'hasEnded' | 'onEnd' | 'remainingMs'>

// Chargebee refuses more than 50 reads or writes at once on a test site, and 100 writes on a live one (knowledge base
// article 243576); all of a merchant's systems share them.
const AT_ONCE = 50
const AT_ONCE_PER_LANE = 47
const MAX_WAITING_PER_LANE = 1_000

// Whoever has waited until nearly nothing is left of their time is told so: a call would hardly be answered, and in an
// outage all of them would open connections at the moment in which all have to be told.
const LEAST_TIME_MS = 250

interface LaneState {
  running: number
  /** What starts them, in the order in which they came; `false`: it is too late for one. */
  readonly waiting: Set<() => boolean>
}

export function createCallQueue(): CallQueue {
  const lanes: Readonly<Record<Lane, LaneState>> = {
    opening: { running: 0, waiting: new Set() },
    ending: { running: 0, waiting: new Set() },
  }
  let lastServed: Lane = 'ending'

  const hasPlace = (lane: Lane) =>
    lanes.opening.running + lanes.ending.running < AT_ONCE && lanes[lane].running < AT_ONCE_PER_LANE

  function leave(lane: Lane): void {
    lanes[lane].running--
    // In turns where both wait, so that the longer line does not take everything.
    const order: readonly Lane[] = lastServed === 'opening' ? ['ending', 'opening'] : ['opening', 'ending']
    for (const next of order) {
      if (!hasPlace(next)) continue
      for (const start of lanes[next].waiting) {
        if (!start()) continue
        lastServed = next
        return
      }
    }
  }

  function enter(lane: Lane, deadline: Waitable): Promise<void> | undefined {
    const state = lanes[lane]
    if (state.waiting.size === 0 && hasPlace(lane)) {
      state.running++
      return undefined
    }
    if (state.waiting.size >= MAX_WAITING_PER_LANE) throw new QueueFull('too many calls wait already')
    return new Promise((resolve, reject) => {
      const stay = deadline.onEnd(() => {
        state.waiting.delete(start)
        reject(new OutOfTime('out of time in the queue'))
      })
      const start = () => {
        state.waiting.delete(start)
        stay()
        if (deadline.remainingMs() < LEAST_TIME_MS) {
          reject(new OutOfTime('too little time left'))
          return false
        }
        state.running++
        resolve()
        return true
      }
      state.waiting.add(start)
    })
  }

  return {
    async run(lane, deadline, call) {
      if (deadline.hasEnded()) throw new OutOfTime('out of time')
      await enter(lane, deadline)
      try {
        return await call()
      } finally {
        leave(lane)
      }
    },
  }
}
