import { AsyncLocalStorage } from 'node:async_hooks'
import http from 'node:http'
import https from 'node:https'
import type { Operation } from './events.js'

/** One try of a call: how long it may take, and what came of it that the SDK doesn't pass on. */
export interface Exchange {
  readonly operation: Operation
  readonly signal: AbortSignal
  /** The true status of the answer, also of one that is cut off later; the SDK turns many into 500. */
  status?: number
  retryAfter?: string
}

export interface HttpClient {
  /** What the SDK calls. Rejects for everything that is not a complete answer. */
  makeApiRequest(request: Request, timeout: number): Promise<Response>
  close(): void
}

/** Carries the {@link Exchange} through the SDK, which has no place for it. */
export const currentExchange = new AsyncLocalStorage<Exchange>()

// A portal session is below 2 KB; whatever is larger is no answer of Chargebee's.
const MAX_BODY_BYTES = 64 * 1024

// Below the minute after which load balancers commonly close idle connections.
const IDLE_MS = 55_000

// Together at most the 50 connections that a site should see of one process.
const MAX_SOCKETS = 25

/**
 * The SDK's `httpClient`. Its own loses the timeout when garbage is collected while it waits
 * (github.com/nodejs/undici/issues/4068), leaves the body without one, and follows redirects with the form body in
 * hand. Here the exchange's signal covers connection, headers and body, and a redirect is an answer like any other.
 */
export function createHttpClient(): HttpClient {
  const creates = createAgents()
  // Of their own, so that creates which wait for a slow Chargebee never keep anybody from signing out.
  const others = createAgents()

  return {
    async makeApiRequest(request) {
      const exchange = currentExchange.getStore()
      if (!exchange) throw new Error('a call to Chargebee outside of an exchange')
      const body = Buffer.from(await request.arrayBuffer())
      const agents = exchange.operation === 'create' ? creates : others
      const agent = agents[new URL(request.url).protocol as 'http:' | 'https:']
      let answer: Answer
      try {
        answer = await send(request, body, agent, exchange)
      } catch (error) {
        // The server closed a kept-alive connection at the moment we wrote: nothing was processed, a fresh one will do.
        if (!(error instanceof StaleConnection)) throw error
        answer = await send(request, body, false, exchange)
      }
      return toResponse(answer)
    },
    close() {
      for (const agents of [creates, others]) for (const agent of Object.values(agents)) agent.destroy()
    },
  }
}

function createAgents() {
  const settings = { keepAlive: true, maxSockets: MAX_SOCKETS, timeout: IDLE_MS } as const
  return { 'http:': new http.Agent(settings), 'https:': new https.Agent(settings) }
}

interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

class StaleConnection extends Error {}

function send(
  request: Request,
  body: Buffer,
  agent: http.Agent | false,
  exchange: Exchange,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Node says nothing of the abort of a request that waits for a free socket, so the signal is asked itself.
    const abort = () => reject(new Error('aborted'))
    if (exchange.signal.aborted) return abort()
    exchange.signal.addEventListener('abort', abort, { once: true })
    const url = new URL(request.url)
    const headers: http.OutgoingHttpHeaders = Object.fromEntries(request.headers)
    if (request.method !== 'GET') headers['content-length'] = body.length
    const transport = url.protocol === 'https:' ? https : http
    const outgoing = transport.request(url, {
      method: request.method,
      headers,
      agent,
      signal: exchange.signal,
    })
    let answered = false
    outgoing.on('response', (incoming) => {
      answered = true
      exchange.status = incoming.statusCode ?? 0
      if (incoming.headers['retry-after'] !== undefined) exchange.retryAfter = incoming.headers['retry-after']
      collect(incoming).then(resolve, reject)
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const stale =
        outgoing.reusedSocket && !answered && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      reject(stale ? new StaleConnection() : error)
    })
    outgoing.end(body)
  })
}

async function collect(incoming: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  let size = 0
  // Ends with an error where the connection is cut or the signal fires before the body is complete.
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new Error(`an answer of more than ${MAX_BODY_BYTES} bytes`)
    chunks.push(chunk)
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) }
}

function toResponse({ status, headers, body }: Answer): Response {
  const list = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    [value ?? []].flat().map((single) => [name, single]),
  )
  const isEmpty = status === 204 || status === 205 || status === 304
  return new Response(isEmpty ? null : new Uint8Array(body), { status, headers: list })
}
