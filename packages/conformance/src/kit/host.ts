import type { IncomingHttpHeaders } from 'node:http'

/** What a check may see of the framework inside one of the host's callbacks. */
export interface HostCall {
  readonly headers: IncomingHttpHeaders
  /** The `NO_CUSTOMER` that the adapter exports: signed in, without a Chargebee record. */
  readonly noCustomer: unknown
  /** Ends the response at once, past the framework's own end of it (Koa: `ctx.respond = false`, `ctx.res.end()`). */
  end(status: number, body: string): void
  /** Answers in the framework's usual way (Express: `res.send()`, Koa: `ctx.body`). */
  render(status: number, body: string): void
  /** Sets the header `Set-Cookie` anew, whatever stood there (Express: `res.setHeader()`, Koa: `ctx.set()`). */
  replaceCookies(value: string): void
}

/** Turns the arguments that the framework's callbacks get (`req, res`, or `ctx`) into a `HostCall`. */
export type ToHostCall = (...native: never[]) => HostCall

/** What a check wants of its host. */
export interface HostSetup {
  /** The options for `portalSso()`, all but `getCustomerId`. The host puts its `strippedPath` behind `baseUrl`. */
  options(toHostCall: ToHostCall): Record<string, unknown>
  /** What the host's `getCustomerId` returns or throws, promises included: hand it on as it comes. */
  getCustomerId(call: HostCall): unknown
}

/** A listening application that has mounted `portalSso()`. */
export interface Host {
  /** Where it listens: `http://127.0.0.1:PORT`. Never the public address: that is `baseUrl`. */
  readonly origin: string
  /** The path in front of our routes on that socket: `''` or `/billing` */
  readonly mountPath: string
  /** What a proxy in front would take from the path: `''` or `/shop` */
  readonly strippedPath: string
  /** What reached the host's error handler, in order, as it came. */
  readonly errors: readonly unknown[]
  /** Ends the server with all its sockets, and the middleware. */
  close(): Promise<void>
}

/**
 * Starts an application around `portalSso()`, listening on 127.0.0.1. Rejects when `portalSso()` throws. In this order
 * it has
 * 1. a sign-in of its own: every response gets `Set-Cookie: host=yes; Path=/; HttpOnly` and `Vary: Accept-Encoding`.
 *    What the request header `x-host-last` names happens as late as the framework lets it, when all others are done:
 *    `cookies` sets `Set-Cookie` anew to `host=last`, `status` makes the status 500, `location` sets `Location` to
 *    `/elsewhere`, `throw` throws (where nothing can be thrown any more: all headers go, and the status is 500);
 * 2. `portalSso()`, mounted, and `portal.onSignOut('/host/library')` at the root;
 * 3. at the root, behind it:
 *    - `GET /host/ping`: 200, `pong`
 *    - `POST /host/sign-out`: awaits `portal.logout()`, answers 200 with its result as JSON
 *    - `POST /host/sign-out-late`: the same, with the response's head sent before `portal.logout()` is called
 *    - `POST /host/create-session`: awaits `portal.createSession()`, answers 200 with its result as JSON; the request
 *      header `x-host-to`, if there is one, is its `to`; the value of `x-host-cookie` is a `Set-Cookie` that replaces
 *      all others after that
 *    - `GET` and `POST /host/library`, with a slash at its end or without: a sign-out of a library's: 200 with
 *      `Set-Cookie: host=out` set anew and the body `signed out`, or 403 where the request has the header
 *      `x-host-refuses`
 *    - `GET /host/sessions`: awaits `portal.sessions()`, answers 200 with its result as JSON
 *    - `POST /host/end-sessions`: awaits `portal.endSessions()` of the request header `x-host-who`, parsed as JSON, and
 *      answers 200 with its result as JSON
 *    - `GET /host/health`: answers 200 with `portal.health()` as JSON
 *    - `POST /host/close-portal`: awaits `portal.close()`, answers 200
 *    - anything else: 404 with `{ "host": 404 }`, so that a check sees that `next()` was called
 * 4. an error handler of its own: 500 with `{ "hostError": message, "name", "code", "status" }`, for what is no `Error`
 *    `hostError` alone, as a string. On Koa this is a middleware at the front.
 */
export type StartHost = (setup: HostSetup) => Promise<Host>
