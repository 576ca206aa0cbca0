import http from 'node:http'
import https from 'node:https'
import { isIP, type Socket } from 'node:net'
import { urlToHttpOptions } from 'node:url'

/**
 * Kept-alive connections to one origin. Where it is https, one is opened ahead of need: TCP and TLS, no request. Plain
 * http never leaves the machine, so there it would save nothing, and a test's server waits for it when it closes.
 */
export interface Connections {
  /** The agent for a request that is made now. Notes that customers are active. */
  use(): http.Agent
  /** Whether the server may have closed the request's connection by itself: it was open before the request. */
  wasOpenBefore(request: http.ClientRequest): boolean
  close(): void
}

// Below the minute after which load balancers commonly close idle connections.
const IDLE_MS = 55_000

// A connection that takes longer to open is given up. The next call opens one of its own.
const CONNECT_MS = 3_000

/**
 * Where a name has several addresses, Node gives each but the last one 250 ms for its handshake, and a far one, tried
 * first, never connects. A lost first packet alone is sent again after a second.
 */
export const CONNECTING = { autoSelectFamilyAttemptTimeout: 2_000 } as const

// How long after the last call one connection is kept ready. A handshake a minute costs no quota, which counts requests.
const ACTIVE_MS = 10 * 60_000

// A server that closes sooner does not want idle connections. No new one is opened ahead for it.
const SHORTEST_LIFE_MS = 10_000

// `data`: bytes that arrive before a request was sent must not be taken for the answer to the next request.
const SIGNS_OF_TROUBLE = ['error', 'timeout', 'data'] as const

interface Spare {
  readonly socket: Socket
  /** Takes our listeners off: from now on the agent looks after the socket. */
  readonly release: () => void
}

export function createConnections(origin: URL, now: () => number): Connections {
  const isTls = origin.protocol === 'https:'
  const settings = { keepAlive: true, timeout: IDLE_MS, ...CONNECTING } as const
  const agent = isTls ? new https.Agent(settings) : new http.Agent(settings)
  const connect = agent.createConnection.bind(agent)
  const open = new Set<Socket>()
  const openedAhead = new WeakSet<Socket>()
  let spare: Spare | undefined
  let lastUse = now()
  let isClosed = false

  agent.createConnection = (options, onCreate) => {
    const socket = takeSpare()
    if (socket) return socket
    const fresh = connect(options, onCreate) as Socket
    follow(fresh)
    return fresh
  }
  openSpare()

  function openSpare(): void {
    if (!isTls) return
    const { hostname, port } = urlToHttpOptions(origin)
    const host = String(hostname)
    const socket = connect({
      host,
      port: Number(port) || 443,
      servername: isIP(host) ? '' : host,
      timeout: CONNECT_MS,
      ...CONNECTING,
    } as http.ClientRequestArgs) as Socket
    // The spare connection must not keep the process alive.
    socket.unref()
    socket.once('secureConnect', () => socket.setTimeout(IDLE_MS))
    const giveUp = () => socket.destroy()
    for (const event of SIGNS_OF_TROUBLE) socket.on(event, giveUp)
    spare = {
      socket,
      release: () => {
        for (const event of SIGNS_OF_TROUBLE) socket.off(event, giveUp)
      },
    }
    openedAhead.add(socket)
    follow(socket)
  }

  function takeSpare(): Socket | undefined {
    const taken = spare
    spare = undefined
    if (!taken || taken.socket.destroyed || !taken.socket.writable) return undefined
    taken.release()
    return taken.socket.ref()
  }

  function follow(socket: Socket): void {
    const openedAt = now()
    open.add(socket)
    socket.once('close', () => {
      open.delete(socket)
      if (spare?.socket === socket) spare = undefined
      if (shouldKeepReady(openedAt)) openSpare()
    })
  }

  /** Whether to open a connection for the next customer, after this one has closed. */
  function shouldKeepReady(openedAt: number): boolean {
    const isActive = now() - lastUse < ACTIVE_MS
    const wasWelcome = now() - openedAt > SHORTEST_LIFE_MS
    return open.size === 0 && isActive && wasWelcome && !isClosed
  }

  return {
    use() {
      lastUse = now()
      return agent
    },
    wasOpenBefore: (request) =>
      request.reusedSocket || (request.socket !== null && openedAhead.has(request.socket as Socket)),
    close() {
      isClosed = true
      spare?.socket.destroy()
      agent.destroy()
    },
  }
}
