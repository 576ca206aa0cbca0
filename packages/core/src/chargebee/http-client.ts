import http from 'node:http'
import https from 'node:https'
import { setImmediate } from 'node:timers'
import { urlToHttpOptions } from 'node:url'
import { promisify } from 'node:util'
import type { Clock } from '../time/clock.js'
import { type Deadline, withDeadline } from '../time/deadline.js'
import { CONNECTING, createConnections } from './connections.js'

/** One try of a call: how long it may take, and what came of it that the SDK doesn't pass on. */
export interface Exchange {
  readonly deadline: Pick<Deadline, 'hasEnded' | 'onEnd'>
  /** Of all tries of the call together. */
  readonly requests: { sent: number; readonly max: number }
  /** The true status of the answer, also of one that is cut off later; the SDK turns many into 500. */
  status?: number
  retryAfter?: string
}

export interface HttpClient {
  /** What the SDK calls. Rejects for everything that is not a complete answer. */
  makeApiRequest(request: Request, timeout: number): Promise<Response>
  /** Makes a call of the SDK, whose request belongs to this exchange. */
  during<T>(exchange: Exchange, call: () => Promise<T>): Promise<T>
  close(): void
}

// A portal session is below 2 KB; whatever is larger is no answer of Chargebee's.
const MAX_BODY_BYTES = 64 * 1024

/**
 * The SDK's `httpClient`. Its own loses the timeout when garbage is collected while it waits
 * (github.com/nodejs/undici/issues/4068), leaves the body without one, and follows redirects with the form body in
 * hand. Here the exchange's deadline covers connection, headers and body, and a redirect is an answer like any other.
 */
export function createHttpClient(origin: URL, clock: Clock): HttpClient {
  const connections = createConnections(origin, clock.monotonicNow)
  const transport = origin.protocol === 'https:' ? https : http
  setImmediate(loadRequest, origin).unref()

  const target = urlToHttpOptions(origin)
  // The SDK has no place to carry anything through, but makes its request in the same turn in which it is called. An
  // AsyncLocalStorage would do without that knowledge, and cost every promise of the host's whole process on Node 20.
  let exchangeOfThisTurn: Exchange | undefined
  let isClosed = false

  async function send(
    request: Request,
    body: string,
    exchange: Exchange,
    agent: http.Agent | false,
  ): Promise<Answer> {
    if (exchange.deadline.hasEnded()) throw OUT_OF_TIME
    exchange.requests.sent++
    const { method } = request
    const headers: http.OutgoingHttpHeaders = Object.fromEntries(request.headers)
    if (method !== 'GET') headers['content-length'] = Buffer.byteLength(body)
    // The SDK leaves a question mark behind where it has no query.
    const path = request.url.slice(origin.origin.length).replace(/\?$/, '')
    const outgoing = transport.request({ ...target, ...CONNECTING, path, method, headers, agent })
    const answer = settle(outgoing, exchange, () => connections.wasOpenBefore(outgoing))
    outgoing.end(body)
    return answer
  }

  async function exchangeOver(request: Request, exchange: Exchange): Promise<Response> {
    const body = await request.text()
    try {
      return toResponse(await send(request, body, exchange, connections.use()))
    } catch (error) {
      // The server closed a kept-alive connection while the request was written. The server may have read the request.
      // The idempotency key makes both requests one create, and a second logout of a session changes nothing.
      const { sent, max } = exchange.requests
      if (!(error instanceof StaleConnection) || sent >= max || isClosed) throw error
      return toResponse(await send(request, body, exchange, false))
    }
  }

  return {
    during(exchange, call) {
      exchangeOfThisTurn = exchange
      try {
        return call()
      } finally {
        exchangeOfThisTurn = undefined
      }
    },
    async makeApiRequest(request) {
      // A later SDK may make its request in another turn. Calls still work and end then; their failures say less.
      if (exchangeOfThisTurn) return exchangeOver(request, exchangeOfThisTurn)
      return withDeadline(clock, UNKNOWN_EXCHANGE_MS, (deadline) =>
        exchangeOver(request, { deadline, requests: { sent: 0, max: 1 } }),
      )
    },
    close() {
      isClosed = true
      connections.close()
    },
  }
}

/**
 * Node loads what a `Request` takes when the first one is made: some 50 ms of processor time, for which the first
 * customer would wait.
 */
function loadRequest(origin: URL): void {
  const request = new Request(origin, { method: 'POST', body: 'a=b', headers: new Headers({ a: 'b' }) })
  Object.fromEntries(request.headers)
  void request.text()
}

const UNKNOWN_EXCHANGE_MS = 10_000

// Errors are made once. Their stacks say nothing, and making one takes time.
const OUT_OF_TIME = new Error('out of time')
const CUT_OFF = new Error('the answer was cut off')

class StaleConnection extends Error {}

interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

/**
 * How a request ends, by what comes first:
 *
 * | what happens                                | what comes of it                                |
 * | ------------------------------------------- | ----------------------------------------------- |
 * | the answer is there, to its end             | the answer                                      |
 * | the answer breaks off, or is too large      | why                                             |
 * | the connection fails before there is one    | why; `StaleConnection` where a fresh one may do |
 * | the request is closed without a word        | `CUT_OFF`                                       |
 * | the deadline ends                           | `OUT_OF_TIME`, and the connection is given up   |
 */
function settle(
  outgoing: http.ClientRequest,
  exchange: Exchange,
  wasOpenBefore: () => boolean,
): Promise<Answer> {
  let leave = () => {}
  let isAnswered = false
  const answer = new Promise<Answer>((resolve, reject) => {
    outgoing.on('response', (incoming) => {
      isAnswered = true
      note(exchange, incoming)
      collect(incoming).then(resolve, reject)
    })
    outgoing.on('error', (error) =>
      reject(!isAnswered && isStale(error, wasOpenBefore) ? new StaleConnection() : error),
    )
    outgoing.on('close', () => isAnswered || reject(CUT_OFF))
    // Rejecting does not wait for `close`: after a 101, for one, Node emits nothing more for the request.
    leave = exchange.deadline.onEnd(() => {
      outgoing.destroy(OUT_OF_TIME)
      reject(OUT_OF_TIME)
    })
  })
  return answer.finally(leave)
}

function note(exchange: Exchange, { statusCode, headers }: http.IncomingMessage): void {
  exchange.status = statusCode ?? 0
  const retryAfter = headers['retry-after']
  if (retryAfter !== undefined) exchange.retryAfter = retryAfter
}

/** The server has closed a connection that was open before, as it may at any time. */
function isStale({ code }: NodeJS.ErrnoException, wasOpenBefore: () => boolean): boolean {
  return (code === 'ECONNRESET' || code === 'EPIPE') && wasOpenBefore()
}

async function collect(incoming: http.IncomingMessage): Promise<Answer> {
  const body = await decode(await readBody(incoming), incoming.headers['content-encoding'])
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body }
}

/** Rejects where the connection is cut, or given up, before the body is complete. */
function readBody(incoming: http.IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > MAX_BODY_BYTES) incoming.destroy(new Error(`an answer of more than ${MAX_BODY_BYTES} bytes`))
    })
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    incoming.on('error', reject)
    incoming.on('close', () => reject(CUT_OFF))
  })
}

/** No request of ours asks for compression. For a proxy that compresses all the same, the size is bounded. */
async function decode(body: Buffer, encoding = 'identity'): Promise<Buffer> {
  const limit = { maxOutputLength: MAX_BODY_BYTES }
  switch (encoding.toLowerCase()) {
    case 'gzip':
    case 'deflate':
      return promisify(zlib().unzip)(body, limit)
    case 'br':
      return promisify(zlib().brotliDecompress)(body, limit)
    default:
      return body
  }
}

/** Loaded when it is needed, which is almost never: it would slow every host's start down. */
const zlib = () => process.getBuiltinModule('node:zlib')

/** As much of a `Response` as the SDK reads; a whole one takes a tenth of a click's processor time. */
function toResponse({ status, headers, body }: Answer): Response {
  const json = async (): Promise<unknown> => JSON.parse(body.toString())
  return { status, headers: new Map(Object.entries(headers)), json } as unknown as Response
}
