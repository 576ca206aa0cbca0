import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A listening server on the loopback interface. `origin` has the host name that was asked for. */
export interface Listening {
  readonly origin: string
  close(): Promise<void>
}

/** `http://{host}:{port}`; `port` 0 is a free one. Rejects when that address cannot be had. */
export async function listen(listener: RequestListener, host: string, port: number): Promise<Listening> {
  const server = createServer(listener)
  server.listen(port, host)
  await once(server, 'listening')
  return { origin: `http://${host}:${(server.address() as AddressInfo).port}`, close: () => close(server) }
}

/**
 * The same on a port that Chargebee brings customers back to. Test files run side by side and a demo may be running
 * too, so each tries addresses of its own in 127.0.0.0/8 first; where the system has only 127.0.0.1, both ports there.
 */
export async function listenWherePortalReturns(listener: RequestListener): Promise<Listening> {
  const hosts = Array.from({ length: 8 }, () => `127.${random(1, 255)}.${random(0, 256)}.${random(1, 255)}`)
  for (const host of [...hosts, '127.0.0.1']) {
    for (const port of [8080, 8443]) {
      const listening = await listen(listener, host, port).catch(() => undefined)
      if (listening) return listening
    }
  }
  throw new Error('Ports 8080 and 8443 are taken on every loopback address.')
}

function random(from: number, below: number): number {
  return from + Math.floor(Math.random() * (below - from))
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
