import type { IncomingHttpHeaders } from 'node:http'

/** One call, read to its end. */
export interface ApiRequest {
  readonly method: string
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly ipAddress: string
}
