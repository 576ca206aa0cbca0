import type { IncomingMessage, ServerResponse } from 'node:http'
import { isSameOrigin } from '../util/same-origin.js'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 10_000

/** A request that the control can't do. */
export class ControlError extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'ControlError'
    this.status = status
    this.headers = headers
  }
}

/** Its own pages, an address typed by hand, and clients that are no browser. */
export function isAllowedToAsk({ headers }: IncomingMessage, method: string): boolean {
  if (method === 'GET' && headers['sec-fetch-site'] === 'none') return true
  return isSameOrigin(headers)
}

/** How many of a list are asked for. */
export function limitOf({ query }: { readonly query: URLSearchParams }): number {
  const text = query.get('limit')
  if (text === null) return DEFAULT_LIMIT
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MAX_LIMIT) {
    throw new ControlError(400, `limit: a whole number from 1 to ${MAX_LIMIT}`)
  }
  return limit
}

export function parseBody(text: string | undefined): Record<string, unknown> {
  if (text === undefined) throw new ControlError(413, 'The body is too large.')
  if (text === '') return {}
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ControlError(400, 'The body has to be a JSON object.')
  }
  return value as Record<string, unknown>
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify(value)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    ...headers,
  })
  response.end(body)
}
