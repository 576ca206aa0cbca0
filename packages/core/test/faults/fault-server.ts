import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import type { Operation } from '../../src/events.js'
import type { Clock } from '../../src/time/clock.js'
import { type Call, forward, type Honest, parse, toBytes } from './http-wire.ts'

/** A call that goes wrong, for a fault to do as it likes. */
export interface Turn {
  readonly call: Call
  readonly socket: Socket
  /** Has the call processed by the emulator behind; without it nothing has happened at Chargebee. */
  readonly process: () => Promise<Honest>
  readonly site: string
  /** Origin of a listener that nobody should ever follow to. */
  readonly elsewhere: string
  readonly clock: Clock
}

export type Misbehave = (turn: Turn) => void | Promise<void>

export interface FaultServerOptions {
  /** Origin of the emulator, which answers whatever does not go wrong. */
  readonly behind: string
  readonly site: string
  readonly clock: Clock
  readonly operations: Partial<Record<Operation, { readonly misbehave: Misbehave; readonly times: number }>>
  /** `mute`: takes connections and never says a word of TLS. */
  readonly tls?: TlsOptions | 'mute'
}

/**
 * Stands between core and an emulator, on a socket of its own, and writes its answers byte by byte: what a fault needs
 * is mostly what no HTTP server would ever send.
 */
export class FaultServer {
  readonly calls: Call[] = []
  readonly #sockets = new Set<Socket>()
  readonly #left: Map<Operation, number>
  /** Connections on which a call is waiting for what never comes. */
  readonly #stalled = new Map<Socket, Promise<unknown>>()
  #elsewhere: Elsewhere | undefined
  #noteStruck = () => {}
  /** Resolves when a fault has done all that it does at once. */
  readonly struck = new Promise<void>((resolve) => {
    this.#noteStruck = resolve
  })
  /** How many connections were open at once, at the most. */
  mostConnections = 0

  private constructor(
    readonly server: Server,
    readonly options: FaultServerOptions,
  ) {
    this.#left = new Map(
      Object.entries(options.operations).map(([operation, { times }]) => [operation as Operation, times]),
    )
  }

  static async start(options: FaultServerOptions): Promise<FaultServer> {
    const { tls } = options
    const server = tls && tls !== 'mute' ? createTlsServer(tls) : createServer()
    const self = new FaultServer(server, options)
    self.#elsewhere = await Elsewhere.start(options.behind)
    // Raw connections as well, so that close() finds those whose handshake has failed.
    server.on('connection', (socket: Socket) => self.#keep(socket))
    if (tls !== 'mute') server.on(tls ? 'secureConnection' : 'connection', (socket) => self.#serve(socket))
    else server.on('connection', (socket: Socket) => self.#noteMute(socket))
    server.on('tlsClientError', () => {})
    await listen(server)
    return self
  }

  get origin(): string {
    return `${this.options.tls ? 'https' : 'http'}://127.0.0.1:${portOf(this.server)}`
  }

  /** From now on everything goes well. */
  heal(): void {
    this.#left.clear()
  }

  callsOf(operation: Operation): Call[] {
    return this.calls.filter((call) => call.operation === operation)
  }

  /** Resolves when the other side has given up every connection on which it was kept waiting. */
  async givenUp(): Promise<void> {
    await Promise.all(this.#stalled.values())
  }

  /** How many connections came where nobody should have gone. */
  get visitorsElsewhere(): number {
    return this.#elsewhere?.connections ?? 0
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all([closed(this.server), this.#elsewhere?.close()])
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    this.mostConnections = Math.max(this.mostConnections, this.#sockets.size)
    socket.setNoDelay()
    // How it ends is told by `close`.
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }

  #noteStalled(socket: Socket): void {
    if (this.#stalled.has(socket)) return
    this.#stalled.set(socket, new Promise((resolve) => socket.once('close', resolve)))
  }

  #noteMute(socket: Socket): void {
    this.#noteStalled(socket.resume())
    this.#noteStruck()
  }

  #serve(socket: Socket): void {
    socket.on('error', () => {})
    let received = Buffer.alloc(0)
    let isUsed = false
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      for (;;) {
        const parsed = parse(received, {
          isOnUsedConnection: isUsed,
          atMs: this.options.clock.now(),
        })
        if (!parsed) return
        isUsed = true
        received = received.subarray(parsed.size)
        this.calls.push(parsed.call)
        // The emulator may be gone before a call that nobody waits for any more.
        this.#answer(parsed.call, socket).catch(() => socket.destroy())
      }
    })
  }

  async #answer(call: Call, socket: Socket): Promise<void> {
    const process = () => forward(call, this.options.behind)
    const { operation } = call
    const left = operation === 'other' ? 0 : (this.#left.get(operation) ?? 0)
    const rule = operation === 'other' ? undefined : this.options.operations[operation]
    if (!rule || operation === 'other' || left <= 0) {
      socket.write(toBytes(await process()))
      return
    }
    this.#left.set(operation, left - 1)
    this.#noteStalled(socket)
    await rule.misbehave({
      call,
      socket,
      process,
      site: this.options.site,
      elsewhere: this.#elsewhere?.origin ?? '',
      clock: this.options.clock,
    })
    this.#noteStruck()
  }
}

/** Where a redirect leads to: it would answer like Chargebee, and counts who comes. */
class Elsewhere {
  connections = 0
  private constructor(readonly server: Server) {}

  static async start(behind: string): Promise<Elsewhere> {
    const server = createServer()
    const self = new Elsewhere(server)
    server.on('connection', (socket) => {
      self.connections++
      socket.on('error', () => {})
      socket.on('data', async (chunk: Buffer) => {
        const parsed = parse(chunk, { isOnUsedConnection: false, atMs: 0 })
        if (parsed) socket.end(toBytes(await forward(parsed.call, behind)))
      })
    })
    await listen(server)
    return self
  }

  get origin(): string {
    return `http://127.0.0.1:${portOf(this.server)}`
  }

  close(): Promise<void> {
    return closed(this.server)
  }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
