import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** One direction of a connection: what is sent on it arrives in order. */
interface Direction {
  waiting: number
}

interface Parcel {
  readonly direction: Direction
  readonly deliver: () => void
}

/**
 * The cable between one process of the host and Chargebee. It can be stopped, so that requests and answers wait on
 * the way and are let through one by one in any order; and it can be cut for good, as `kill -9` does.
 */
export class Wire {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #parcels: Parcel[] = []
  #isStopped = false
  /** Grows with everything that is sent. */
  activity = 0

  private constructor(server: Server) {
    this.#server = server
  }

  /** @param onRequest gets method and path of every call, when the process has sent it */
  static async open(target: string, onRequest: (method: string, path: string) => void): Promise<Wire> {
    const server = createServer()
    const wire = new Wire(server)
    const port = Number(new URL(target).port)
    server.on('connection', (client) => wire.#join(client, connect(port, '127.0.0.1'), onRequest))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return wire
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** From now on everything waits on the way. */
  stop(): void {
    this.#isStopped = true
  }

  /** Lets one thing through, of those that are first in their direction. */
  step(pick: number): void {
    const first = this.#parcels.filter(
      ({ direction }, index) => this.#parcels.findIndex((other) => other.direction === direction) === index,
    )
    const parcel = first[pick % first.length]
    if (parcel) this.#deliver(parcel)
  }

  flow(): void {
    this.#isStopped = false
    while (this.#parcels[0]) this.#deliver(this.#parcels[0])
  }

  /** Breaks all connections; what was on the way is lost. New ones are possible. */
  tear(): void {
    this.#parcels = []
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Breaks all connections and takes no new ones. */
  cut(): void {
    this.tear()
    this.#server.close()
  }

  #join(client: Socket, upstream: Socket, onRequest: (method: string, path: string) => void): void {
    const up: Direction = { waiting: 0 }
    const down: Direction = { waiting: 0 }
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket)
      socket.setNoDelay()
      // How it ends is told by `close`.
      socket.on('error', () => {})
      socket.on('close', () => this.#sockets.delete(socket))
    }
    client.on('data', (chunk) => {
      const [, method, path] = /^(GET|POST) (\S+) HTTP/.exec(chunk.toString('latin1', 0, 300)) ?? []
      if (method && path) onRequest(method, path)
      this.#send(up, () => upstream.write(chunk))
    })
    client.on('close', () => upstream.destroy())
    upstream.on('data', (chunk) => this.#send(down, () => client.write(chunk)))
    upstream.on('end', () => this.#send(down, () => client.end()))
    upstream.on('close', (hadError) => {
      if (hadError) this.#send(down, () => client.resetAndDestroy())
    })
  }

  #send(direction: Direction, deliver: () => void): void {
    this.activity++
    if (!this.#isStopped && direction.waiting === 0) {
      deliver()
      return
    }
    direction.waiting++
    this.#parcels.push({ direction, deliver })
  }

  #deliver(parcel: Parcel): void {
    this.#parcels.splice(this.#parcels.indexOf(parcel), 1)
    parcel.direction.waiting--
    parcel.deliver()
  }
}
