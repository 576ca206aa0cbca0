import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { type Answer, parseSetCookie } from '../kit/http.js'
import type { Scene } from '../kit/scene.js'
import type { Headers } from '../kit/visitor.js'

/** One browser's connection to a host over HTTP/2, on which several requests are under way at once. */
export class Http2Connection {
  readonly jar = new Map<string, string>()
  readonly #session: ClientHttp2Session

  constructor(
    scene: Scene,
    private readonly user: string,
  ) {
    this.#session = connect(scene.host.origin)
    // A connection that breaks is what this is for.
    this.#session.on('error', () => {})
  }

  /** Sends a request; its answer is there when it has arrived as a whole. */
  send(
    method: string,
    path: string,
    headers: Headers,
  ): { stream: ClientHttp2Stream; answer: Promise<Answer> } {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const stream = this.#session.request({
      ':method': method,
      ':path': path,
      'x-host-user': this.user,
      ...(cookie !== '' && { cookie }),
      ...headers,
    })
    stream.on('error', () => {})
    const answer = new Promise<Answer>((resolve) => {
      stream.on('response', ({ ':status': status = 0, ...answered }) => {
        const setCookies = (answered['set-cookie'] ?? []).map(parseSetCookie)
        for (const { name, value, deletes } of setCookies) {
          if (deletes) this.jar.delete(name)
          else this.jar.set(name, value)
        }
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () =>
          resolve({
            status,
            headers: answered as Answer['headers'],
            setCookies,
            body: Buffer.concat(chunks).toString(),
          }),
        )
      })
    })
    stream.end()
    return { stream, answer }
  }

  /** The browser goes away: with its connection, or from this one request only. */
  leave(how: 'connection' | 'request', stream: ClientHttp2Stream): void {
    if (how === 'connection') this.#session.destroy()
    else stream.close(constants.NGHTTP2_CANCEL)
  }

  close(): void {
    this.#session.destroy()
  }
}
