import { decodedSegment } from '../util/path-segment.js'

/**
 * The four operations on portal sessions (Chargebee has no list of them; source: the SDK's endpoint table) and
 * what a demonstration needs of those on customers.
 */
export const OPERATIONS = [
  'create',
  'retrieve',
  'logout',
  'activate',
  'create_customer',
  'retrieve_customer',
  'list_customers',
] as const

/** A call of Chargebee's API that the emulator knows. */
export type Operation = (typeof OPERATIONS)[number]

/** An operation, or all of them together with requests that are none. */
export type OperationPattern = Operation | '*'

export function isOperationPattern(value: unknown): value is OperationPattern {
  return value === '*' || OPERATIONS.some((operation) => operation === value)
}

export const OPERATION_CHOICE = `${OPERATIONS.map((name) => `'${name}'`).join(', ')} or '*'`

/** `id` is that of the path, decoded; empty where the path has none. */
export type Route = { readonly operation: Operation; readonly id: string } | 'unknown-path' | 'wrong-method'

const PREFIX = '/api/v2'

/** Resource and action of a path, and which operation each method is there. */
const METHODS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  portal_sessions: { POST: 'create' },
  'portal_sessions/:id': { GET: 'retrieve' },
  'portal_sessions/:id/logout': { POST: 'logout' },
  'portal_sessions/:id/activate': { POST: 'activate' },
  customers: { POST: 'create_customer', GET: 'list_customers' },
  'customers/:id': { GET: 'retrieve_customer' },
}

/** Which operation a request line names. */
export function routeOf(method: string, path: string): Route {
  const match = /^\/([a-z_]+)(?:\/([^/]+)(?:\/([a-z_]+))?)?$/.exec(
    path.startsWith(PREFIX) ? path.slice(PREFIX.length) : '',
  )
  const id = match?.[2] === undefined ? '' : decodedSegment(match[2])
  if (match === null || id === undefined) return 'unknown-path'
  const [, resource, segment, action] = match
  const pattern = [resource, segment === undefined ? [] : ':id', action ?? []].flat().join('/')
  const methods = Object.hasOwn(METHODS, pattern) ? METHODS[pattern] : undefined
  if (methods === undefined) return 'unknown-path'
  const operation = Object.hasOwn(methods, method) ? methods[method] : undefined
  return operation === undefined ? 'wrong-method' : { operation, id }
}
