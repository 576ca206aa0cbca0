import { request } from 'node:http'
import type { Operation } from '../../src/events.js'

/** One request that reached the server, whole. */
export interface Call {
  /** `other`: a path that is none of the four operations. */
  readonly operation: Operation | 'other'
  readonly method: string
  readonly path: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** By the clock of the cell. */
  readonly atMs: number
  /** Another call came on the same connection before. */
  readonly isOnUsedConnection: boolean
}

/** What Chargebee itself says to a call. */
export interface Honest {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const END_OF_HEAD = '\r\n\r\n'

/** The first request in what was received, if it is whole. */
export function parse(
  received: Buffer,
  { isOnUsedConnection, atMs }: Pick<Call, 'isOnUsedConnection' | 'atMs'>,
): { readonly call: Call; readonly size: number } | undefined {
  const headSize = received.indexOf(END_OF_HEAD)
  if (headSize < 0) return undefined
  const [requestLine = '', ...lines] = received.toString('latin1', 0, headSize).split('\r\n')
  const [method = '', path = ''] = requestLine.split(' ')
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const bodyStart = headSize + END_OF_HEAD.length
  const size = bodyStart + Number(headers['content-length'] ?? 0)
  if (received.length < size) return undefined
  const body = received.toString('utf8', bodyStart, size)
  const operation = operationOf(method, path)
  const call = { operation, method, path, headers, body, atMs, isOnUsedConnection }
  return { size, call }
}

function operationOf(method: string, target: string): Call['operation'] {
  // The SDK puts a question mark behind what could have a query.
  const path = target.replace(/\?$/, '')
  const [, id, act] = /^\/api\/v2\/portal_sessions(?:\/([^/?]+))?(?:\/(logout|activate))?$/.exec(path) ?? []
  if (method === 'POST' && path === '/api/v2/portal_sessions') return 'create'
  if (method === 'POST' && id && act) return act as 'logout' | 'activate'
  return method === 'GET' && id && !act ? 'retrieve' : 'other'
}

/** Passes a call on as it came. */
export function forward({ method, path, headers, body }: Call, origin: string): Promise<Honest> {
  return new Promise((resolve, reject) => {
    const { connection: _, host: __, ...passed } = headers
    const outgoing = request(origin + path, { method, headers: passed, agent: false })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        const given = { 'Content-Type': String(incoming.headers['content-type']) }
        resolve({ status: incoming.statusCode ?? 0, headers: given, body: Buffer.concat(chunks) })
      })
    })
    outgoing.end(body)
  })
}

/** A whole HTTP message; a `Content-Length` among `headers` is left as it is, however wrong. */
export function toBytes({ status, headers, body }: Honest): Buffer {
  const all: Record<string, string> = { 'Content-Length': String(body.length), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Whatever\r\n${lines.join('')}\r\n`, 'latin1'), body])
}
