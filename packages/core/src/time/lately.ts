import type { Clock } from './clock.js'

/** How it went lately with something that is asked over a network. Times are ISO 8601. */
export interface Lately {
  /** `undefined`: nothing has succeeded yet. */
  readonly lastSuccessAt: string | undefined
  /** An outage, where it is later than the last success. */
  readonly lastFailure: LastFailure | undefined
}

/** When and how it failed last. */
export interface LastFailure {
  readonly at: string
  /** `create`, `logout` … of Chargebee; `begin`, `close` … of the store. */
  readonly operation: string
  /** As in the event `upstream.failed` or `store.failed`. */
  readonly reason: string
}

export interface LatelyNotes {
  succeeded(): void
  failed(operation: string, reason: string): void
  lately(): Lately
}

export function createLatelyNotes({ now }: Pick<Clock, 'now'>): LatelyNotes {
  let successMs: number | undefined
  let failure: (Omit<LastFailure, 'at'> & { readonly atMs: number }) | undefined
  const toText = (ms: number) => new Date(ms).toISOString()
  return {
    succeeded() {
      successMs = now()
    },
    failed(operation, reason) {
      failure = { atMs: now(), operation, reason }
    },
    lately() {
      const { atMs, ...facts } = failure ?? { atMs: undefined, operation: '', reason: '' }
      return {
        lastSuccessAt: successMs === undefined ? undefined : toText(successMs),
        lastFailure: atMs === undefined ? undefined : { at: toText(atMs), ...facts },
      }
    },
  }
}
