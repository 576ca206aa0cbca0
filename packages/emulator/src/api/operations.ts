import { decodedSegment } from '../util/path-segment.js'

/** The four operations on portal sessions; Chargebee has no list (source: the SDK's endpoint table). */
export const OPERATIONS = ['create', 'retrieve', 'logout', 'activate'] as const

export type Operation = (typeof OPERATIONS)[number]

/** An operation, or all of them together with requests that are none. */
export type OperationPattern = Operation | '*'

export function isOperationPattern(value: unknown): value is OperationPattern {
  return value === '*' || OPERATIONS.some((operation) => operation === value)
}

export const OPERATION_CHOICE = `${OPERATIONS.map((name) => `'${name}'`).join(', ')} or '*'`

export type Route =
  | { operation: 'create' }
  | { operation: Exclude<Operation, 'create'>; id: string }
  | 'unknown-path'
  | 'wrong-method'

const PREFIX = '/api/v2/portal_sessions'

/** Which operation a request line names. */
export function routeOf(method: string, path: string): Route {
  if (path === PREFIX) return method === 'POST' ? { operation: 'create' } : 'wrong-method'
  const match = /^\/([^/]+)(?:\/(logout|activate))?$/.exec(
    path.startsWith(PREFIX) ? path.slice(PREFIX.length) : '',
  )
  const id = decodedSegment(match?.[1])
  if (match === null || id === undefined) return 'unknown-path'
  const operation = (match[2] as 'logout' | 'activate' | undefined) ?? 'retrieve'
  const wanted = operation === 'retrieve' ? 'GET' : 'POST'
  return method === wanted ? { operation, id } : 'wrong-method'
}
