import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LifeStep, PortalSessionRecord } from '../site/portal-sessions.js'
import type { EmulatorCall } from './call-log.js'

/** What happened, for a page or a test that watches. `call` comes twice: on arrival, and with its answer. */
export type EmulatorEvent =
  | { type: 'call'; call: EmulatorCall }
  | { type: 'session'; session: PortalSessionRecord; step: LifeStep }
  | { type: 'customer'; customer_id: string }
  | { type: 'clock'; now: number }
  | { type: 'rules' }
  | { type: 'reset' }

const MAX_WATCHERS = 100
/** A watcher that does not read is let go; a browser comes back by itself. */
const MAX_UNREAD_BYTES = 1_000_000
const HEARTBEAT_MS = 15_000

/** Tells watchers what happens: functions in this process, and clients over server-sent events. */
export class Events {
  readonly #listeners = new Set<(event: EmulatorEvent) => void>()
  readonly #watchers = new Set<ServerResponse>()
  #heartbeat: NodeJS.Timeout | undefined

  emit(event: EmulatorEvent): void {
    for (const listener of this.#listeners) listener(event)
    if (this.#watchers.size === 0) return
    const text = `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
    for (const watcher of this.#watchers) {
      if (watcher.writableLength > MAX_UNREAD_BYTES) watcher.destroy()
      else watcher.write(text)
    }
  }

  listen(listener: (event: EmulatorEvent) => void): void {
    this.#listeners.add(listener)
  }

  /** @returns whether there was a place for one more */
  watch(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#watchers.size >= MAX_WATCHERS) return false
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
    response.write('retry: 1000\n\n')
    this.#watchers.add(response)
    this.#heartbeat ??= setInterval(() => this.#beat(), HEARTBEAT_MS).unref()
    request.on('close', () => this.#leave(response))
    response.on('close', () => this.#leave(response))
    return true
  }

  #beat(): void {
    for (const watcher of this.#watchers) watcher.write(': still here\n\n')
  }

  #leave(response: ServerResponse): void {
    this.#watchers.delete(response)
    if (this.#watchers.size > 0) return
    clearInterval(this.#heartbeat)
    this.#heartbeat = undefined
  }
}
