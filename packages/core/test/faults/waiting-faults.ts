import type { Fault } from './fault.ts'
import type { Turn } from './fault-server.ts'
import { toBytes } from './http-wire.ts'

// Longer than a second, for the next of the bytes that come one a second.
const TIMEOUT_MS = 1_500

/** Answers that never come, or never end, each on a connection that stays open. */
export const WAITING_FAULTS: readonly Fault[] = [
  { name: 'no TLS handshake', effect: late(0), tls: 'mute', timeoutMs: TIMEOUT_MS },
  { name: 'no headers', effect: late(0), misbehave: () => {}, timeoutMs: TIMEOUT_MS },
  {
    name: 'no headers, after processing',
    effect: late(0),
    misbehave: async ({ process }) => void (await process()),
    timeoutMs: TIMEOUT_MS,
  },
  {
    name: 'no end of headers',
    effect: late(0),
    misbehave: async ({ socket, process }) => void socket.write(toBytes(await process()).subarray(0, 40)),
    timeoutMs: TIMEOUT_MS,
  },
  {
    name: 'no end of body',
    effect: late(200),
    misbehave: async ({ socket, process }) => void socket.write(toBytes(await process()).subarray(0, -20)),
    timeoutMs: TIMEOUT_MS,
  },
  {
    name: 'Content-Length too long',
    effect: late(200),
    misbehave: async ({ socket, process }) => {
      const honest = await process()
      socket.write(toBytes({ ...honest, headers: { 'Content-Length': String(honest.body.length + 10) } }))
    },
    timeoutMs: TIMEOUT_MS,
  },
  {
    name: 'no end of a refusal',
    effect: late(403),
    misbehave: ({ socket }) => void socket.write('HTTP/1.1 403 No\r\nContent-Length: 500\r\n\r\n{'),
    timeoutMs: TIMEOUT_MS,
  },
  {
    name: 'one byte a second, from the first',
    effect: late(0),
    misbehave: async (turn) => drip(turn, toBytes(await turn.process())),
    timeoutMs: TIMEOUT_MS,
  },
  {
    name: 'one byte a second of body',
    effect: late(200),
    misbehave: async (turn) => {
      const honest = await turn.process()
      const bytes = toBytes(honest)
      turn.socket.write(bytes.subarray(0, -honest.body.length))
      drip(turn, honest.body)
    },
    timeoutMs: TIMEOUT_MS,
  },
]

function late(status: number): Fault['effect'] {
  return { is: 'late', status }
}

function drip({ socket, clock }: Turn, bytes: Buffer): void {
  let next = 0
  const send = () => {
    socket.write(bytes.subarray(next, ++next))
    clock.schedule(1_000, send)
  }
  send()
}
