import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import http2, { type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'

/** What a browser gets. */
export interface Received {
  readonly status: number
  readonly setCookies: readonly string[]
  readonly location: string | undefined
  readonly headers: Readonly<Record<string, unknown>>
}

export type Answering = (req: IncomingMessage, res: ServerResponse) => void

export type Protocol = 'HTTP/1.1' | 'HTTP/2'

export const PROTOCOLS: readonly Protocol[] = ['HTTP/1.1', 'HTTP/2']

/** One request over a real connection, to a server that does nothing but answer it. */
export async function exchange(protocol: Protocol, answering: Answering): Promise<Received> {
  const server =
    protocol === 'HTTP/1.1'
      ? createServer(answering)
      : http2.createServer((req: Http2ServerRequest, res: Http2ServerResponse) =>
          answering(req as unknown as IncomingMessage, res as unknown as ServerResponse),
        )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    return await (protocol === 'HTTP/1.1' ? askHttp1(port) : askHttp2(port))
  } finally {
    server.close()
  }
}

function askHttp1(port: number): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, agent: false },
      ({ statusCode = 0, headers, ...answer }) => {
        void answer
        resolve({
          status: statusCode,
          setCookies: headers['set-cookie'] ?? [],
          location: headers.location,
          headers,
        })
      },
    )
    sent.on('error', reject).end()
  })
}

function askHttp2(port: number): Promise<Received> {
  return new Promise((resolve, reject) => {
    const client = http2.connect(`http://127.0.0.1:${port}`)
    const sent = client.request({ ':path': '/' })
    sent.on('error', reject)
    sent.on('response', (headers) => {
      resolve({
        status: Number(headers[':status']),
        setCookies: headers['set-cookie'] ?? [],
        location: headers.location,
        headers,
      })
    })
    sent.on('close', () => client.close())
    sent.resume().end()
  })
}
