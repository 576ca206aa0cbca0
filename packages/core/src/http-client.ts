import { AsyncLocalStorage } from 'node:async_hooks'
import http from 'node:http'
import https from 'node:https'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { createConnections } from './connections.js'

/** One try of a call: how long it may take, and what came of it that the SDK doesn't pass on. */
export interface Exchange {
  readonly signal: AbortSignal
  /** How many more requests may be sent for it; each one takes one away. */
  requestsLeft: number
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

/**
 * The SDK's `httpClient`. Its own loses the timeout when garbage is collected while it waits
 * (github.com/nodejs/undici/issues/4068), leaves the body without one, and follows redirects with the form body in
 * hand. Here the exchange's signal covers connection, headers and body, and a redirect is an answer like any other.
 */
export function createHttpClient(origin: URL): HttpClient {
  const connections = createConnections(origin)
  const transport = origin.protocol === 'https:' ? https : http

  function send(
    request: Request,
    body: string,
    exchange: Exchange,
    agent: http.Agent | false,
  ): Promise<Answer> {
    exchange.requestsLeft--
    return new Promise((resolve, reject) => {
      const headers: http.OutgoingHttpHeaders = Object.fromEntries(request.headers)
      if (request.method !== 'GET') headers['content-length'] = Buffer.byteLength(body)
      const { method } = request
      const outgoing = transport.request(request.url, { method, headers, agent, signal: exchange.signal })
      let isAnswered = false
      outgoing.on('response', (incoming) => {
        isAnswered = true
        exchange.status = incoming.statusCode ?? 0
        if (incoming.headers['retry-after'] !== undefined)
          exchange.retryAfter = incoming.headers['retry-after']
        collect(incoming).then(resolve, reject)
      })
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        const isCut = error.code === 'ECONNRESET' || error.code === 'EPIPE'
        reject(isCut && !isAnswered && connections.wasOpenBefore(outgoing) ? new StaleConnection() : error)
      })
      outgoing.end(body)
    })
  }

  return {
    async makeApiRequest(request) {
      const exchange = currentExchange.getStore()
      if (!exchange) throw new Error('a call to Chargebee outside of an exchange')
      const body = await request.text()
      try {
        return toResponse(await send(request, body, exchange, connections.use()))
      } catch (error) {
        // The server closed a kept-alive connection at the moment we wrote: nothing was processed, a fresh one will do.
        if (!(error instanceof StaleConnection) || exchange.requestsLeft <= 0) throw error
        return toResponse(await send(request, body, exchange, false))
      }
    },
    close: connections.close,
  }
}

class StaleConnection extends Error {}

interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
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
  const body = await decode(Buffer.concat(chunks), incoming.headers['content-encoding'])
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body }
}

const DECODERS: Readonly<
  Record<string, (body: Buffer, limit: { maxOutputLength: number }) => Promise<Buffer>>
> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
}

/** Nothing of ours asks for compression; a proxy that compresses all the same gets no room for a bomb. */
async function decode(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  const decoder = DECODERS[encoding?.toLowerCase() ?? '']
  return decoder ? decoder(body, { maxOutputLength: MAX_BODY_BYTES }) : body
}

/** As much of a `Response` as the SDK reads; a whole one takes a tenth of a click's processor time. */
function toResponse({ status, headers, body }: Answer): Response {
  const json = async (): Promise<unknown> => JSON.parse(body.toString())
  return { status, headers: new Map(Object.entries(headers)), json } as unknown as Response
}
