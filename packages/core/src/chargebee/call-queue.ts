import { type Deadline, OutOfTime } from '../time/deadline.js'

/**
 * The line that a call waits in. `opening`: creates and retrieves. `ending`: logouts. `activating`: sign-ins at
 * Chargebee, which any stranger can claim.
 */
export type Lane = 'opening' | 'ending' | 'activating'

/** Bounds how many calls are made at once, and how many wait. */
export interface CallQueue {
  /**
   * Runs `call` when its turn has come.
   * @param client the client that caused the call; in the lane `activating` each client has one waiting call at most
   * @throws QueueFull when too many wait already
   * @throws OutOfTime when the deadline passes before
   */
  run<T>(lane: Lane, deadline: Waitable, call: () => Promise<T>, client?: string): Promise<T>
  /** How many wait, in all lines. */
  waiting(): number
}

export class QueueFull extends Error {}

type Waitable = Pick<Deadline, 'hasEnded' | 'onEnd' | 'remainingMs'>

// Chargebee refuses more than 50 reads or writes at once on a test site, and 100 writes on a live one (knowledge base
// article 243576); all of a merchant's systems share them. Strangers have places of their own among the 50, so that
// neither they nor customers wait for each other.
const AT_ONCE = 45
const LIMITS: Readonly<Record<Lane, { readonly atOnce: number; readonly waiting: number }>> = {
  // Neither can take all places, so a Chargebee that is slow with the one never keeps the other waiting.
  opening: { atOnce: 42, waiting: 1_000 },
  ending: { atOnce: 42, waiting: 1_000 },
  activating: { atOnce: 5, waiting: 20 },
}

// A call with less time left than this is refused at its turn. It would hardly be answered. In an outage all waiting
// calls would open a connection at the very moment at which all of them are refused.
const LEAST_TIME_MS = 250

interface Waiting {
  readonly client: string | undefined
  /** Starts the call. `false`: too little time is left, and the next call has its turn. */
  readonly start: () => boolean
}

interface LaneState {
  running: number
  /** The oldest first. */
  readonly waiting: Set<Waiting>
}

export function createCallQueue(): CallQueue {
  const lanes: Readonly<Record<Lane, LaneState>> = {
    opening: { running: 0, waiting: new Set() },
    ending: { running: 0, waiting: new Set() },
    activating: { running: 0, waiting: new Set() },
  }
  let lastServed: Exclude<Lane, 'activating'> = 'ending'

  function hasPlace(lane: Lane): boolean {
    if (lanes[lane].running >= LIMITS[lane].atOnce) return false
    return lane === 'activating' || lanes.opening.running + lanes.ending.running < AT_ONCE
  }

  /** The lanes in the order in which they are served. They take turns, so that the longer queue does not take everything. */
  function order(lane: Lane): readonly Lane[] {
    if (lane === 'activating') return ['activating']
    return lastServed === 'opening' ? ['ending', 'opening'] : ['opening', 'ending']
  }

  function leave(lane: Lane): void {
    lanes[lane].running--
    for (const next of order(lane)) {
      if (!hasPlace(next)) continue
      for (const { start } of lanes[next].waiting) {
        if (!start()) continue
        // A stranger's call must not have a part in whose turn it is among customers.
        if (next !== 'activating') lastServed = next
        return
      }
    }
  }

  function checkRoom(lane: Lane, client: string | undefined): void {
    const { waiting } = lanes[lane]
    if (waiting.size >= LIMITS[lane].waiting) throw new QueueFull('too many calls wait already')
    if (lane !== 'activating' || client === undefined) return
    for (const other of waiting) {
      if (other.client === client) throw new QueueFull('a call of this client waits already')
    }
  }

  function enter(lane: Lane, deadline: Waitable, client: string | undefined): Promise<void> | undefined {
    const state = lanes[lane]
    if (state.waiting.size === 0 && hasPlace(lane)) {
      state.running++
      return undefined
    }
    checkRoom(lane, client)
    return new Promise((resolve, reject) => {
      const stay = deadline.onEnd(() => {
        state.waiting.delete(waiting)
        reject(new OutOfTime('out of time in the queue'))
      })
      const start = () => {
        state.waiting.delete(waiting)
        stay()
        if (deadline.remainingMs() < LEAST_TIME_MS) {
          reject(new OutOfTime('too little time left'))
          return false
        }
        state.running++
        resolve()
        return true
      }
      const waiting: Waiting = { client, start }
      state.waiting.add(waiting)
    })
  }

  return {
    async run(lane, deadline, call, client) {
      if (deadline.hasEnded()) throw new OutOfTime('out of time')
      await enter(lane, deadline, client)
      try {
        return await call()
      } finally {
        leave(lane)
      }
    },
    waiting: () => Object.values(lanes).reduce((sum, { waiting }) => sum + waiting.size, 0),
  }
}
