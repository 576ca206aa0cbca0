import type { Emit, Operation } from '../events.js'
import type { Clock } from '../time/clock.js'
import { type Deadline, EXPIRED, OutOfTime } from '../time/deadline.js'
import { createLatelyNotes, type Lately } from '../time/lately.js'
import { createCallQueue, type Lane, QueueFull } from './call-queue.js'
import { callTrace } from './call-trace.js'
import { type ChargebeeFailure, toChargebeeFailure } from './failure.js'
import { toHint } from './hints.js'
import type { Exchange, HttpClient } from './http-client.js'
import { createRetryBudget } from './retry-budget.js'

export interface Call<T> {
  readonly operation: Operation
  readonly sessionId?: string
  /** The client that caused the call, where it is known. Counts in the lane of strangers only. */
  readonly client?: string | undefined
  /**
   * Has to be done before the first request, when the call has its place in line: one that is turned away there has
   * done nothing. What it throws is thrown as it is, and no request is made.
   */
  readonly before?: (() => Promise<void>) | undefined
  /** Makes the call with the SDK. */
  readonly once: () => Promise<T>
}

class NotPrepared extends Error {
  constructor(readonly reason: unknown) {
    super('what has to be done before the call has failed')
  }
}

/** Makes a call in line with the others, in time, and again where that helps. */
export interface Attempts {
  /** Rejects with a `ChargebeeFailure` only, at the deadline at the latest, or with what `before` has thrown. */
  make<T>(call: Call<T>, deadline: Deadline): Promise<T>
  /** How many calls wait in line. */
  waiting(): number
  lately(): Lately
}

interface Rules {
  readonly lane: Lane
  /** How many requests may be sent, those included that only replace one on a stale connection. */
  readonly maxRequests: number
  /** A stranger can cause this call at will. It takes nothing from the retry budget, which is for customers. */
  readonly isStrangers?: true
}

const RULES: Readonly<Record<Operation, Rules>> = {
  create: { lane: 'opening', maxRequests: 3 },
  retrieve: { lane: 'opening', maxRequests: 2 },
  logout: { lane: 'ending', maxRequests: 2 },
  activate: { lane: 'activating', maxRequests: 2, isStrangers: true },
}

const BACKOFF_MS = 150
const RETRIED_STATUS = new Set([409, 429, 500, 502, 503, 504])

export interface AttemptsOptions {
  readonly httpClient: Pick<HttpClient, 'during'>
  readonly site: string
  readonly emit: Emit
  readonly clock: Clock
}

/** One try of a call, by the clock: when it began to wait in line, and when it was sent. */
interface Times {
  readonly queuedAt: number
  sentAt?: number
}

export function createAttempts({ httpClient, site, emit, clock }: AttemptsOptions): Attempts {
  const queue = createCallQueue()
  const budget = createRetryBudget(clock)
  const notes = createLatelyNotes(clock)

  async function tryOnce<T>(
    { operation, client, before, once }: Call<T>,
    exchange: Exchange,
    times: Times,
    deadline: Deadline,
  ) {
    const send = async () => {
      if (before) {
        await before().catch((reason: unknown) => {
          throw new NotPrepared(reason)
        })
        if (deadline.hasEnded()) throw new OutOfTime('out of time')
      }
      times.sentAt = clock.monotonicNow()
      return deadline.waitFor(httpClient.during(exchange, once))
    }
    const answer = await queue.run(RULES[operation].lane, deadline, send, client)
    if (answer === EXPIRED) throw new OutOfTime('out of time')
    return answer
  }

  function traceTry(
    { operation, sessionId }: Call<unknown>,
    attempt: number,
    { status = 0 }: Exchange,
    { queuedAt, sentAt }: Times,
    failure?: ChargebeeFailure,
  ): void {
    // A try that never left the queue is no call.
    if (sentAt === undefined || !callTrace.isOn()) return
    callTrace.tell({
      site,
      operation,
      attempt,
      status,
      ms: clock.monotonicNow() - sentAt,
      waitedMs: sentAt - queuedAt,
      ...(failure && { reason: toReason(failure) }),
      ...(sessionId && { sessionId }),
    })
  }

  function report({ operation, sessionId }: Call<unknown>, failure: ChargebeeFailure, attempt: number): void {
    emit({
      type: 'upstream.failed',
      operation,
      status: failure.status,
      attempt,
      reason: toReason(failure),
      ...(sessionId && { sessionId }),
    })
    // The hint is the same for all tries.
    const hint = attempt === 1 ? toHint(failure, operation) : undefined
    if (hint) emit({ type: 'misconfigured', ...hint })
  }

  return {
    async make(call, deadline) {
      const { operation } = call
      const { maxRequests, isStrangers } = RULES[operation]
      const requests = { sent: 0, max: maxRequests }
      if (!isStrangers) budget.noteCall()
      for (let attempt = 1; ; attempt++) {
        const exchange: Exchange = { deadline, requests }
        const times: Times = { queuedAt: clock.monotonicNow() }
        try {
          const answer = await tryOnce(attempt === 1 ? call : again(call), exchange, times, deadline)
          notes.succeeded()
          traceTry(call, attempt, exchange, times)
          return answer
        } catch (error) {
          if (error instanceof NotPrepared) throw error.reason
          const failure = toChargebeeFailure(error, exchange, clock.now())
          failure.requestsSent = requests.sent
          traceTry(call, attempt, exchange, times, failure)
          // These are ordinary answers: the session is gone, the customer was removed, the sign-in is used.
          if (operation === 'activate' ? failure.isDenial : failure.isNotFound) {
            notes.succeeded()
            throw failure
          }
          // The queue of strangers is short. That it is full is no failure of Chargebee.
          if (isStrangers && error instanceof QueueFull) throw failure
          notes.failed(operation, toReason(failure))
          report(call, failure, attempt)
          const isSpent = Math.max(requests.sent, attempt) >= maxRequests
          const waitMs = toWaitMs(failure, attempt)
          if (isSpent || waitMs >= deadline.remainingMs()) throw failure
          if (!isStrangers && !budget.take()) throw failure
          await clock.wait(waitMs)
        }
      }
    },
    waiting: queue.waiting,
    lately: notes.lately,
  }
}

function again<T>(call: Call<T>): Call<T> {
  return { ...call, before: undefined }
}

const toReason = ({ apiErrorCode, networkCode, kind }: ChargebeeFailure) =>
  apiErrorCode ?? networkCode ?? kind

/** How long to wait before the next try, in milliseconds; infinite where another try would change nothing. */
function toWaitMs({ kind, status, retryAfterMs }: ChargebeeFailure, attempt: number): number {
  if (kind === 'timeout' || kind === 'refused') return Number.POSITIVE_INFINITY
  if (kind === 'busy' && !RETRIED_STATUS.has(status)) return Number.POSITIVE_INFINITY
  if (status === 429 && retryAfterMs === undefined) return Number.POSITIVE_INFINITY
  const backoffMs = BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random())
  // Chance is added to `Retry-After`. Otherwise all callers that were given the same time would return together.
  return (retryAfterMs ?? 0) + backoffMs
}
