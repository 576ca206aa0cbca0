import { randomUUID } from 'node:crypto'
import { type ChargebeeApi, createChargebeeApi } from '../chargebee/api.js'
import type { PortalSession } from '../chargebee/portal-session.js'
import type { Config } from '../options/options.js'
import type { Clock } from '../time/clock.js'
import { type Deadline, withDeadline } from '../time/deadline.js'
import { type AnswerHead, watchAnswers } from './answers.js'

/** The calls as the middleware makes them, each with a deadline of its own. They reject as {@link ChargebeeApi} does. */
export interface SiteCalls {
  create(customerId: string, redirectUrl: string | undefined, idempotencyKey: string): Promise<PortalSession>
  retrieve(sessionId: string): Promise<PortalSession | undefined>
  logout(sessionId: string): Promise<void>
  activate(sessionId: string, token: string): Promise<PortalSession>
  /** The head of the last answer. */
  lastHead(): AnswerHead | undefined
  /** How far this machine's clock is ahead of Chargebee's, in milliseconds; `undefined`: no answer has said. */
  clockAheadMs(): number | undefined
  /** How long each call took, in milliseconds, tries included. */
  readonly times: readonly number[]
  close(): void
}

export function openSite({ site, apiKey, apiUrl, timeoutMs }: Config, clock: Clock): SiteCalls {
  const api: ChargebeeApi = createChargebeeApi({ site, apiKey, apiUrl, clock, emit: () => {} })
  const answers = watchAnswers(apiUrl.host)
  const times: number[] = []
  let aheadMs: number | undefined

  async function make<T>(call: (deadline: Deadline) => Promise<T>): Promise<T> {
    const startedAt = clock.monotonicNow()
    const before = answers.last()
    try {
      return await withDeadline(clock, timeoutMs, call)
    } finally {
      times.push(clock.monotonicNow() - startedAt)
      const head = answers.last()
      // The second in which the server answered has begun by then, and half a second of it has passed on average.
      if (head !== before && head?.date !== undefined) aheadMs = clock.now() - head.date - 500
    }
  }

  return {
    create: (customerId, redirectUrl, idempotencyKey) =>
      make((deadline) =>
        api.create({ customerId, redirectUrl, forwardUrl: undefined, idempotencyKey }, deadline),
      ),
    retrieve: (sessionId) => make((deadline) => api.retrieve(sessionId, deadline)),
    logout: (sessionId) => make((deadline) => api.logout(sessionId, deadline)),
    activate: (sessionId, token) =>
      make((deadline) =>
        api.activate({ sessionId, token, client: undefined, idempotencyKey: randomUUID() }, deadline),
      ),
    lastHead: () => answers.last(),
    clockAheadMs: () => aheadMs,
    times,
    close() {
      answers.stop()
      api.close()
    },
  }
}

/** An id of the right form that no site knows. */
export const unknownId = (what: string) => `${what}_${randomUUID().replaceAll('-', '')}`
