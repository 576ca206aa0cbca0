import { connect, type Socket } from 'node:net'
import { send } from './http.js'
import type { Scene } from './scene.js'
import type { Headers, Visitor } from './visitor.js'
import { NAVIGATION, SCRIPT } from './visitor.js'

/**
 * A deadline of the host that a check waits for, in milliseconds. What has to succeed within the same deadline takes a
 * hundredth of it on a quiet machine.
 */
export const SHORT_MS = 4_000

/** A request on the wire. */
export interface Way {
  readonly name: string
  readonly method: string
  path(scene: Scene): string
  readonly headers: Readonly<Record<string, string>>
}

/** The three ways to a portal session. */
export const WAYS: readonly Way[] = [
  { name: 'link', method: 'GET', path: (scene) => scene.path('/portal_link'), headers: NAVIGATION },
  { name: 'script', method: 'POST', path: (scene) => scene.path('/portal_session'), headers: SCRIPT },
  { name: 'function', method: 'POST', path: () => '/host/create-session', headers: SCRIPT },
]

/** How a browser goes away: both directions closed, its own direction only, or the connection reset. */
export type Departure = 'close' | 'half-close' | 'reset'

export const DEPARTURES: readonly Departure[] = ['close', 'half-close', 'reset']

/** A request whose sender may go away at any moment. */
export class Passer {
  received = ''

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1')
    })
    // A connection that breaks is what this is for.
    socket.on('error', () => {})
  }

  /** A request on a connection of its own; resolves when it is written. */
  static async send(visitor: Visitor, scene: Scene, way: Way): Promise<Passer> {
    const { hostname, port } = new URL(scene.host.origin)
    const passer = new Passer(connect({ host: hostname, port: Number(port), noDelay: true }))
    await passer.send(visitor, scene, way)
    return passer
  }

  /** One more request on the same connection, whether the one before is answered or not. */
  send(visitor: Visitor, scene: Scene, way: Way): Promise<void> {
    const cookie = [...visitor.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = {
      host: new URL(scene.host.origin).host,
      ...(cookie !== '' && { cookie }),
      ...(visitor.user !== undefined && { 'x-host-user': visitor.user }),
      ...(way.method === 'POST' && { 'content-length': '0' }),
      ...way.headers,
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const head = `${way.method} ${way.path(scene)} HTTP/1.1\r\n${lines.join('')}\r\n`
    return new Promise((resolve) => this.socket.write(head, () => resolve()))
  }

  leave(how: Departure): void {
    if (how === 'reset') this.socket.resetAndDestroy()
    else if (how === 'half-close') this.socket.end()
    else this.socket.destroy()
  }

  /** Whether an answer has arrived as a whole. */
  get isAnswered(): boolean {
    const end = this.received.indexOf('\r\n\r\n')
    if (end < 0) return false
    const length = /\r\ncontent-length: (\d+)/i.exec(this.received.slice(0, end))?.[1]
    const body = this.received.slice(end + 4)
    return length === undefined ? body.endsWith('0\r\n\r\n') : body.length >= Number(length)
  }
}

/** Gives the host time to notice what happened on another connection: requests that it answers meanwhile. */
export async function letHostNotice(scene: Scene): Promise<void> {
  const stranger = scene.visitor()
  for (let pings = 0; pings < 3; pings++) await stranger.host('GET', '/host/ping')
}

/** The same browser as it is now, at this or another host; its requests do not carry what comes later. */
export function copyOf(visitor: Visitor, scene: Scene): Visitor {
  const copy = scene.visitor(visitor.user)
  for (const [name, value] of visitor.jar) copy.jar.set(name, value)
  return copy
}

/** The sessions with which somebody could be in the portal. */
export function aliveIn(scene: Scene): string[] {
  return scene.sessions.filter(({ status }) => status !== 'logged_out').map(({ id }) => id)
}

/** Opens an access URL; returns the portal's own cookie, for {@link signOutInPortal}. */
export async function enterPortal(scene: Scene, accessUrl: string | undefined): Promise<string> {
  const answer = await callPortal(scene, 'GET', new URL(accessUrl ?? '').pathname)
  if (answer.status !== 303 && answer.status !== 302)
    throw new Error(`the portal refused entry: ${answer.status}`)
  return answer.setCookies.map(({ name, value }) => `${name}=${value}`).join('; ')
}

/** The customer signs out inside the portal. */
export async function signOutInPortal(scene: Scene, cookie: string): Promise<void> {
  const answer = await callPortal(scene, 'POST', '/portal/logout', { cookie })
  if (answer.status >= 400) throw new Error(`the portal refused to sign out: ${answer.status}`)
}

function callPortal(scene: Scene, method: string, path: string, headers: Headers = {}) {
  return send(scene.emulator.portalUrl, { method, path, headers: { ...NAVIGATION, ...headers } })
}
