import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { PortalSsoError } from '../errors.js'

/** What core needs to know of a request. An adapter fills it in and decides nothing. */
export interface PortalRequest {
  readonly method: string
  readonly headers: Readonly<IncomingHttpHeaders>
  /** The framework's own arguments; never read by core, spread into the host's callbacks. */
  readonly native: readonly unknown[]
  /** Whether somebody has answered already (a callback of the host may), so that nothing more is sent. */
  readonly isAnswered: () => boolean
  /**
   * Adds `Set-Cookie` values to the response that the host itself will send, unless they are there already; nothing,
   * where its head is sent already.
   */
  readonly appendCookies: (cookies: readonly string[]) => void
  /** Calls once, when the answer was handed to the system, or with `false` when the connection ended before. */
  readonly whenSettled: (listener: (delivered: boolean) => void) => void
}

/** What is in an answer, with the headers that speak of it. */
export interface Content {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * An answer of core. An adapter adds `vary` and `cookies` to what the host has set before, sets status and headers,
 * and then what `render` of the middleware gives for it.
 */
export interface PortalResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Header names to append to `Vary`, comma-separated. */
  readonly vary: string
  /** `Set-Cookie` values to append. */
  readonly cookies: readonly string[]
  readonly content: Content
  /** The refusal that this answer stands for. */
  readonly error?: PortalSsoError
}

/** The facts of a request on Node's own objects, which every framework so far keeps underneath. */
export function toPortalRequest(
  req: IncomingMessage,
  res: ServerResponse,
  native: readonly unknown[],
): PortalRequest {
  return {
    method: req.method ?? 'GET',
    headers: req.headers,
    native,
    isAnswered: () => res.headersSent || res.writableEnded || res.destroyed,
    appendCookies: (cookies) => {
      if (res.headersSent) return
      const there = [res.getHeader('Set-Cookie') ?? []].flat()
      const missing = cookies.filter((cookie) => !there.includes(cookie))
      if (missing.length > 0) res.appendHeader('Set-Cookie', missing)
    },
    whenSettled: (listener) => {
      const { socket } = req
      const tell = () => {
        res.off('close', tell)
        socket.off('close', tell)
        // A write that failed is "finished" for Node all the same; the socket knows better.
        listener(res.writableFinished && !socket.errored)
      }
      if (res.closed || socket.closed) return tell()
      res.once('close', tell)
      // A pipelined request that is not its turn yet hears of the end of the connection from the socket alone.
      socket.once('close', tell)
    },
  }
}

// Nothing that we answer may be kept, and no address of ours may reach Chargebee or anyone else as a referrer.
const PRIVATE: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
}

const NOTHING: Content = { headers: {}, body: '' }

export interface ResponseParts {
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
  readonly content?: Content
  readonly error?: PortalSsoError
}

/** `vary` is filled in where all answers leave, for all of them alike. */
export function respond(status: number, parts: ResponseParts = {}): PortalResponse {
  return {
    status,
    headers: { ...PRIVATE, ...parts.headers },
    vary: '',
    cookies: parts.cookies ?? [],
    content: parts.content ?? NOTHING,
    ...(parts.error && { error: parts.error }),
  }
}

/** 303, so that the browser goes on with GET whatever it came with; no body, which could hold the address. */
export function redirect(location: string): PortalResponse {
  return respond(303, { headers: { Location: location } })
}

export function json(value: unknown): PortalResponse {
  return respond(200, {
    content: { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) },
  })
}
