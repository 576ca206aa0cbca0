import { StoreFailure, type StoreSettings } from '@portal-sso/core'
import type { ChannelError, Greeting } from './channel.js'
import { explain } from './failures.js'

/** Sees what happens to one store, and tells what a person should know. */
export interface Watch {
  succeeded(): void
  /** Tells of the failure. @returns what the caller gets: the reason alone, nothing of what was sent or answered */
  failed(operation: string, error: ChannelError): StoreFailure
  greeted(greeting: Greeting): void
  /** @param name the random name of the data */
  named(name: string): void
}

const REPLICA_MS = 60_000
const READS_ONLY = /^(READONLY|NOREPLICAS)$/

/** @param now milliseconds of a clock that only goes forward */
export function createWatch(emit: StoreSettings['emit'], now = () => performance.now()): Watch {
  let toldOf: string | undefined
  let replicaSinceMs: number | undefined
  let isGreeted = false
  let dataName: string | undefined

  function tell(message: string): void {
    if (toldOf === message) return
    toldOf = message
    emit({ type: 'misconfigured', setting: 'store', message })
  }

  return {
    succeeded() {
      toldOf = undefined
      replicaSinceMs = undefined
    },
    failed(operation, error) {
      const { reason, mend } = explain(error)
      const { silentMs } = error
      emit({ type: 'store.failed', operation, reason, ...(silentMs !== undefined && { silentMs }) })
      if (mend) tell(mend)
      if (READS_ONLY.test(error.code)) {
        replicaSinceMs ??= now()
        if (now() - replicaSinceMs >= REPLICA_MS)
          tell(
            'the Redis client talks to a replica, or to a primary without enough replicas; writes are refused',
          )
      }
      return new StoreFailure(reason)
    },
    greeted({ maxMemory, evictionPolicy }) {
      if (isGreeted) return
      isGreeted = true
      if (!maxMemory || evictionPolicy === undefined || evictionPolicy === 'noeviction') return
      tell(
        `maxmemory-policy is ${evictionPolicy}: Redis drops sessions silently when it is full; set noeviction`,
      )
    },
    named(name) {
      if (dataName !== undefined && dataName !== name) {
        tell(
          'Redis has lost its data; portals that were open are known by the cookies of their browsers alone, until each comes by',
        )
      }
      dataName = name
    },
  }
}
