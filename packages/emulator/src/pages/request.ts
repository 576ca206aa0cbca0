/** One request of a browser for a page. */
export interface PageRequest {
  readonly method: string
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  /** The query, each name once. */
  readonly params: URLSearchParams
  /** Of a POST, as sent; `undefined` when it is no form or too large. */
  readonly formText: string | undefined
  /** The same, read; `undefined` when it can't be. */
  readonly form: ReadonlyMap<string, string> | undefined
  readonly cookie: string | undefined
  /** The page is to be shown in a frame. */
  readonly framed: boolean
  readonly ipAddress: string
}
