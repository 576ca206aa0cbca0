import type { SessionStore } from '../session-store.js'
import type { Clock } from '../time/clock.js'
import { createLatelyNotes, type Lately } from '../time/lately.js'

const ASKED = ['begin', 'remember', 'close', 'forget', 'postpone', 'take', 'claim', 'once', 'count'] as const

/** The same store, and how it went lately. */
export function watchStore(
  store: SessionStore,
  clock: Pick<Clock, 'now'>,
): { readonly store: SessionStore; lately(): Lately } {
  const notes = createLatelyNotes(clock)

  function watch<Given extends readonly unknown[], Result>(
    operation: string,
    ask: (...given: Given) => Promise<Result>,
  ): (...given: Given) => Promise<Result> {
    return async (...given) => {
      try {
        const result = await ask.apply(store, given as never)
        notes.succeeded()
        return result
      } catch (error) {
        notes.failed(operation, error instanceof Error ? error.message : 'failed')
        throw error
      }
    }
  }

  const watched = ASKED.map((name) => [name, watch<never, never>(name, store[name] as never)])
  return {
    store: { isShared: store.isShared, arrive: () => store.arrive(), ...Object.fromEntries(watched) },
    lately: notes.lately,
  }
}
