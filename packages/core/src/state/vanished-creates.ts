import type { ChargebeeApi } from '../chargebee/api.js'
import { ChargebeeFailure } from '../chargebee/failure.js'
import { isSessionId, type PortalSession } from '../chargebee/portal-session.js'
import type { Emit } from '../events.js'
import type { Due, SessionStore } from '../session-store.js'
import type { Clock } from '../time/clock.js'
import { withDeadline } from '../time/deadline.js'
import type { Intent, Intents } from './intents.js'
import type { SessionEnder } from './session-ender.js'

export interface VanishedOptions {
  readonly store: Pick<SessionStore, 'claim' | 'forget' | 'postpone'>
  readonly api: Pick<ChargebeeApi, 'create' | 'activate'>
  readonly ender: Pick<SessionEnder, 'end'>
  readonly intents: Intents
  readonly emit: Emit
  readonly clock: Clock
  /** How long the call to Chargebee may take, in milliseconds. */
  readonly timeoutMs: number
}

const WITHIN = { withinMs: 5_000 }
// Chargebee keeps what an idempotency key stands for for 30 minutes (API reference, idempotent requests).
const REPLAYED_MS = 25 * 60_000
// A process with other secrets may open it yet.
const KEPT_MS = 30 * 60_000
const FIRST_PAUSE_MS = 2_000
const MAX_PAUSE_MS = 60_000

/**
 * Settles a create whose process has not said what became of it. Its session may live, and nobody has its address: the
 * same request with the same idempotency key says which one it is, and it is ended.
 * @returns whether it is settled, or nothing can be done about it
 */
export function createVanishedCreates(options: VanishedOptions): (due: Due) => Promise<boolean> {
  const { store, ender, intents, emit } = options

  return async (due) => {
    const { id, owners, note, ageMs } = due
    // From here on its own process can't hand it out any more, should it only have slept.
    if (!(await store.claim(id, owners, WITHIN))) return true
    const forget = () => store.forget({ creates: [id] }, owners, WITHIN)
    const later = () =>
      store.postpone(
        { kind: 'create', id, owners, note },
        Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS + ageMs),
        WITHIN,
      )
    const intent = intents.open(id, note)
    if (ageMs > (intent ? REPLAYED_MS : KEPT_MS)) {
      emit({ type: 'session.orphaned', ...toFacts(intent) })
      await forget()
      return true
    }
    if (!intent) {
      await later()
      return true
    }
    try {
      const session = await ask(options, id, intent)
      // What can't be ended is put off as a session, under the same owners.
      if (isMeant(session, intent)) await ender.end({ id: session.id, owners }, 'doubt')
      await forget()
      return true
    } catch (error) {
      // A customer who is gone, a token that is used: there is no session.
      const isSettled = error instanceof ChargebeeFailure && error.kind === 'refused'
      await (isSettled ? forget() : later())
      return isSettled
    }
  }
}

function ask({ api, clock, timeoutMs }: VanishedOptions, id: string, intent: Intent): Promise<PortalSession> {
  return withDeadline(clock, timeoutMs, (deadline) =>
    intent.kind === 'create'
      ? api.create({ ...intent, idempotencyKey: id }, deadline)
      : api.activate({ ...intent, client: undefined, idempotencyKey: id }, deadline),
  )
}

/** An id that was not activated with its token may be anybody's. */
function isMeant(session: PortalSession, intent: Intent): boolean {
  if (!isSessionId(session.id)) return false
  return intent.kind === 'create' || (session.id === intent.sessionId && session.status === 'activated')
}

function toFacts(intent: Intent | undefined): { customerId: string; sessionId?: string } {
  if (intent?.kind === 'create') return { customerId: intent.customerId }
  return { customerId: '', ...(intent && { sessionId: intent.sessionId }) }
}
