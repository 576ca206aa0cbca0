import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { PortalSsoError } from '../errors.js'
import { answerHeadOf, type HandOut } from './answer-head.js'
import { type Delivery, deliver, isAnswered } from './delivery.js'

/** What core needs to know of a request. An adapter fills it in and decides nothing. */
export interface PortalRequest {
  readonly method: string
  readonly headers: Readonly<IncomingHttpHeaders>
  /** The framework's own arguments. Core hands them on to the host's callbacks and never reads them. */
  readonly native: readonly unknown[]
  /** The client's IP address as the framework gives it, which depends on the proxies that the framework trusts. */
  readonly clientAddress: string | undefined
  /** Whether the request is answered, as a callback of the host may do. No answer of ours is sent then. */
  readonly isAnswered: () => boolean
  /**
   * Adds `Set-Cookie` values to the answer when its head is written, by us or by the host. Does nothing when the head is
   * written already.
   */
  readonly appendCookies: (cookies: readonly string[]) => void
  /**
   * Hands a session out with the answer. Calls once: when the operating system has the whole answer, or when it can't
   * get it any more.
   */
  readonly handOut: (handOut: HandOut, listener: (delivery: Delivery) => void) => void
  /** Calls with the status when the head of the answer is written. */
  readonly onHead: (listener: (status: number) => void) => void
}

/** The body of an answer, with the headers that describe it. */
export interface Content {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * An answer of core. An adapter adds `vary` to what the host has set before, sets status and headers, and then what
 * `render` of the middleware gives for it. Cookies are added by themselves, when the head is written.
 */
export interface PortalResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Header names to append to `Vary`, comma-separated. */
  readonly vary: string
  readonly content: Content
  /** The refusal that this answer stands for. */
  readonly error?: PortalSsoError
}

/** The facts of a request on Node's own objects, which every framework so far keeps underneath. */
export function toPortalRequest(
  req: IncomingMessage,
  res: ServerResponse,
  { native, clientAddress }: Pick<PortalRequest, 'native' | 'clientAddress'>,
): PortalRequest {
  return {
    method: req.method ?? 'GET',
    headers: req.headers,
    native,
    clientAddress,
    isAnswered: () => isAnswered(res),
    appendCookies: (cookies) => answerHeadOf(res).addCookies(cookies),
    onHead: (listener) => answerHeadOf(res).onWritten(() => listener(res.statusCode)),
    handOut: (handOut, listener) => deliver(req, res, handOut, listener),
  }
}

// No answer of ours may be cached, and no address of ours may leave as a referrer.
const PRIVATE: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
}

const NOTHING: Content = { headers: {}, body: '' }

export interface ResponseParts {
  readonly headers?: Readonly<Record<string, string>>
  readonly content?: Content
  readonly error?: PortalSsoError
}

/** `vary` is filled in where all answers leave, for all of them alike. */
export function respond(status: number, parts: ResponseParts = {}): PortalResponse {
  return {
    status,
    headers: { ...PRIVATE, ...parts.headers },
    vary: '',
    content: parts.content ?? NOTHING,
    ...(parts.error && { error: parts.error }),
  }
}

/** A 303: the browser goes on with GET after any method. The body is empty, since it could hold the address. */
export function redirect(location: string): PortalResponse {
  return respond(303, { headers: { Location: location } })
}

export function json(value: unknown): PortalResponse {
  return respond(200, { content: toJson('application/json', value) })
}

/** JSON for the page that asked. No other page can load it as an image or a script. */
export function toJson(type: 'application/json' | 'application/problem+json', value: unknown): Content {
  return {
    headers: {
      'Content-Type': type,
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
    },
    body: JSON.stringify(value),
  }
}
