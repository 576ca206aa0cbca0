import type { RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'

/** A server that listens. */
export interface Listening {
  readonly origin: string
  /** Requests before that get no answer. */
  readonly serve: (listener: RequestListener) => void
  readonly close: () => Promise<void>
}

/** A server on a port of its own, for a host of the suite; over HTTP/2 without TLS where that is asked for. */
export async function listen({ http2 = false } = {}): Promise<Listening> {
  const server: Server | Http2Server = http2 ? createHttp2Server() : createServer()
  const sessions = new Set<ServerHttp2Session>()
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (listener) => void server.on('request', listener),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const session of sessions) session.destroy()
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}
