import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'

export interface SentRequest {
  readonly method: string
  /** Goes out as it is: dot segments, doubled slashes and percent signs included. */
  readonly path: string
  /** An array sends the header once per item. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly setCookies: readonly SetCookie[]
  readonly body: string
}

export interface SetCookie {
  readonly raw: string
  readonly name: string
  readonly value: string
  /** Names in lower case; a flag such as `secure` has the value `''`. */
  readonly attributes: ReadonlyMap<string, string>
  /** Whether it tells the browser to forget the cookie. */
  readonly deletes: boolean
}

/** One request on a socket of its own, nothing normalised, no redirect followed. */
export function send(origin: string, { method, path, headers, body }: SentRequest): Promise<Answer> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const outgoing: OutgoingHttpHeaders = { ...(headers as OutgoingHttpHeaders) }
    if (body !== undefined) outgoing['content-length'] = Buffer.byteLength(body)
    else if (method !== 'GET' && method !== 'HEAD') outgoing['content-length'] = 0
    const sent = request({ hostname, port, method, path, headers: outgoing, agent: false }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          setCookies: (incoming.headers['set-cookie'] ?? []).map(parseSetCookie),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

export function json(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.body) as Record<string, unknown>
}

/** The lower-cased names in `Vary`. */
export function varyOf(answer: Answer): string[] {
  return (answer.headers.vary ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}

export function parseSetCookie(raw: string): SetCookie {
  const [pair = '', ...rest] = raw.split(';')
  const attributes = new Map(
    rest.map((part) => {
      const [name = '', ...value] = part.split('=')
      return [name.trim().toLowerCase(), value.join('=').trim()] as const
    }),
  )
  const maxAge = attributes.get('max-age')
  const expires = attributes.get('expires')
  // RFC 6265, 5.3: Max-Age wins over Expires.
  const deletes =
    maxAge !== undefined ? Number(maxAge) <= 0 : expires !== undefined && Date.parse(expires) <= Date.now()
  return {
    raw,
    name: pair.slice(0, pair.indexOf('=')).trim(),
    value: pair.slice(pair.indexOf('=') + 1).trim(),
    attributes,
    deletes,
  }
}
