import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'

/** What the head of an answer says beside the status. */
export interface AnswerHead {
  readonly status: number
  /** Milliseconds since 1970, by the clock of the server; a whole second. */
  readonly date: number | undefined
  readonly keepAlive: string | undefined
}

export interface AnswerWatch {
  /** The answer that came last. */
  last(): AnswerHead | undefined
  stop(): void
}

// Node's own, of every request that this process makes.
const CHANNEL = 'http.client.response.finish'

/** Reads along what a host answers: the calls themselves give the session or the failure, and no headers. */
export function watchAnswers(host: string): AnswerWatch {
  let last: AnswerHead | undefined
  const listen = (message: unknown) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage }
    if (request.getHeader('host') !== host) return
    const date = Date.parse(response.headers.date ?? '')
    last = {
      status: response.statusCode ?? 0,
      date: Number.isNaN(date) ? undefined : date,
      keepAlive: response.headers['keep-alive']?.toString(),
    }
  }
  subscribe(CHANNEL, listen)
  return { last: () => last, stop: () => void unsubscribe(CHANNEL, listen) }
}
