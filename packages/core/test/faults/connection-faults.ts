import type { Fault } from './fault.ts'
import { toBytes } from './http-wire.ts'
import { createCertificate, trust } from './tls.ts'
import { turns } from './turns.ts'

const HERE = { ip: '127.0.0.1' } as const

/** What goes wrong before there is an answer, or in its middle. */
export async function connectionFaults(): Promise<Fault[]> {
  const [trusted, untrusted, otherHost, expired] = await Promise.all([
    createCertificate(HERE),
    createCertificate(HERE),
    createCertificate({ host: 'elsewhere.example' }),
    createCertificate(HERE, { isExpired: true }),
  ])
  trust([trusted.cert, otherHost.cert, expired.cert])

  const unreachable = { is: 'unreachable' } as const
  const untrustworthy = { is: 'unreachable', setting: /apiUrl/ } as const
  const cut = { is: 'broken', status: 200 } as const

  return [
    // Nobody can listen there without being root.
    { name: 'connection refused', effect: unreachable, origin: 'http://127.0.0.1:1' },
    // RFC 6761, section 6.4: no name below it ever has an address.
    {
      name: 'DNS failure',
      effect: { is: 'unreachable', setting: /site and apiUrl/ },
      origin: 'https://chargebee.invalid',
    },
    { name: 'TLS: certificate not trusted', effect: untrustworthy, tls: untrusted },
    { name: 'TLS: certificate for another host', effect: untrustworthy, tls: otherHost },
    { name: 'TLS: certificate expired', effect: untrustworthy, tls: expired },
    { name: 'TLS: certificate in order', effect: { is: 'fine' }, tls: trusted },
    {
      name: 'reset before processing',
      effect: unreachable,
      misbehave: ({ socket }) => void socket.resetAndDestroy(),
    },
    {
      name: 'reset after processing',
      effect: unreachable,
      misbehave: async ({ socket, process }) => {
        await process()
        socket.resetAndDestroy()
      },
    },
    {
      name: 'closed after processing',
      effect: unreachable,
      misbehave: async ({ socket, process }) => {
        await process()
        socket.end()
      },
    },
    {
      name: 'truncated headers',
      effect: unreachable,
      misbehave: async ({ socket, process }) => void socket.end(toBytes(await process()).subarray(0, 40)),
    },
    {
      // Node emits nothing more of such a request, and closes the socket.
      name: '101 Switching Protocols',
      effect: unreachable,
      misbehave: ({ socket }) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      },
    },
    {
      name: '103 Early Hints for ever',
      effect: { is: 'late', status: 0 },
      timeoutMs: 1500,
      misbehave: ({ socket }) => {
        socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(3))
      },
    },
    {
      name: 'truncated body',
      effect: cut,
      misbehave: async ({ socket, process }) => void socket.end(toBytes(await process()).subarray(0, -20)),
    },
    {
      name: 'reset in the body',
      effect: cut,
      misbehave: async ({ socket, process }) => {
        socket.write(toBytes(await process()).subarray(0, -20))
        // What has not been read when a reset comes is lost.
        await turns()
        socket.resetAndDestroy()
      },
    },
    {
      name: 'Content-Length too long, then closed',
      effect: cut,
      misbehave: async ({ socket, process }) => {
        const honest = await process()
        socket.end(toBytes({ ...honest, headers: { 'Content-Length': String(honest.body.length + 10) } }))
      },
    },
    {
      name: 'Content-Length too short',
      effect: cut,
      misbehave: async ({ socket, process }) => {
        const honest = await process()
        socket.write(toBytes({ ...honest, headers: { 'Content-Length': String(honest.body.length - 10) } }))
      },
    },
    {
      name: 'not HTTP at all',
      effect: unreachable,
      misbehave: ({ socket }) => void socket.end('220 mail.example ESMTP ready\r\n'),
    },
  ]
}
