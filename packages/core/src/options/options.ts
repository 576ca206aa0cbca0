import type { PublicPortalSession } from '../chargebee/portal-session.js'
import type { PortalSsoError } from '../errors.js'
import type { PortalSsoEvent } from '../events.js'
import type { SharedStore } from '../session-store.js'
import type { PageLook, PagesOptions } from './pages.js'
import type { Secrets } from './secrets.js'

/**
 * What `getCustomerId` returns for a person who is signed in but has no record at Chargebee.
 * From the symbol registry, so that the ESM and the CJS build agree on it.
 */
export const NO_CUSTOMER: unique symbol = Symbol.for('@portal-sso/NO_CUSTOMER')

/**
 * What `getCustomerId` gives: the customer's id at Chargebee (1–50 visible ASCII characters), {@link NO_CUSTOMER}, or
 * `null`, `undefined` or `''` where no one is signed in.
 */
export type CustomerId = string | typeof NO_CUSTOMER | null | undefined

/** The framework's own arguments, which core hands on to the host's callbacks and never reads. */
export type AnyNative = readonly unknown[]

type Awaitable<T> = T | PromiseLike<T>

/** So many clicks (`points`) within so many seconds, counted anew after that. */
export interface RateLimit {
  readonly points: number
  readonly durationSeconds: number
}

/** A path below the mount, or `false` to switch the route off. */
export type RoutePath = string | false | undefined

/** The paths of the routes, each below the mount. `false` switches one off. */
export interface Routes {
  /** @default '/portal_link' */
  readonly portal?: RoutePath
  /** @default '/portal_session' */
  readonly session?: RoutePath
  /** @default '/portal_logout' */
  readonly logout?: RoutePath
  /** @default '/portal_return' */
  readonly return?: RoutePath
  /** Only with `login`. @default '/portal_login' */
  readonly login?: RoutePath
  /** Only with `login`; every address one segment below it is ours. @default '/portal_callback' */
  readonly callback?: RoutePath
}

/** The reverse flow: customers sign in at Chargebee, and Chargebee says who they are. */
export interface LoginOptions<Native extends readonly unknown[] = AnyNative> {
  /**
   * Signs the customer in to the host. `session.customer_id` and `session.linked_customers` are what Chargebee said
   * when it activated the session; nothing of it comes from the address bar. To be awaited: give the host's session a
   * new id first (`regenerate`), and save it before this resolves. When it throws or takes longer than `timeoutMs`,
   * the portal session is ended and the sign-in fails.
   */
  readonly onLogin: (session: PublicPortalSession, ...native: Native) => unknown
  /** Where a customer goes who cancels at Chargebee's login, a path. @default `loginUrl`, or '/' where that is this login itself */
  readonly cancelUrl?: string | undefined
}

/**
 * `Native` are the framework's own arguments, which every callback gets: `[req, res]` in Express, `[ctx]` in Koa.
 * `ErrorNative` are those that its error handlers get after the error.
 */
export interface PortalSsoOptions<
  Native extends readonly unknown[] = AnyNative,
  ErrorNative extends readonly unknown[] = Native,
> {
  /**
   * Who is signed in, as Chargebee's customer id (1–50 visible ASCII characters), from the host's own sign-in and
   * never from what the browser sent. `null`, `undefined`, `''`: not signed in. {@link NO_CUSTOMER}: signed in, without a
   * record at Chargebee. What it throws reaches the host's error handler as it was thrown.
   */
  readonly getCustomerId: (...native: Native) => Awaitable<CustomerId>
  /** Name of the Chargebee site, such as `acme` or `acme-test`. @default process.env.CHARGEBEE_SITE */
  readonly site?: string | undefined
  /** A full-access API key of that site. @default process.env.CHARGEBEE_API_KEY */
  readonly apiKey?: string | undefined
  /** Origin of the API. @default process.env.CHARGEBEE_API_URL, else `https://{site}.chargebee.com` */
  readonly apiUrl?: string | undefined
  /** Origin of the hosted portal. @default process.env.CHARGEBEE_PORTAL_URL, else `https://{site}.chargebeeportal.com` */
  readonly portalUrl?: string | undefined
  /** Further hosts that an access URL may have, such as a custom domain: `billing.acme.com`. @default [] */
  readonly portalHosts?: readonly string[] | undefined
  /**
   * The host's own public address: an origin, and a path only if a proxy strips one. https, or http on a loopback
   * host. Never taken from a request. @default process.env.PORTAL_SSO_BASE_URL
   */
  readonly baseUrl?: string | undefined
  /** Mount path, where the framework does not strip it. @default '' */
  readonly basePath?: string | undefined
  readonly routes?: Routes | undefined
  /**
   * Seals the cookies: at least 32 bytes. In an array the first seals and all of them open; what is derived from
   * `apiKey` opens remembered sessions as well, so that a host may get a secret later.
   * @default process.env.PORTAL_SSO_SECRET (comma-separated), else derived from `apiKey`
   */
  readonly secret?: string | readonly string[] | undefined
  /** API keys of before: cookies sealed with the secret derived from one of them still open. @default [] */
  readonly previousApiKeys?: readonly string[] | undefined
  /** The host's sign-in page, a path on the origin of `baseUrl`. Without it a person who is not signed in gets 401. */
  readonly loginUrl?: string | undefined
  /** Where a signed-in person without a record at Chargebee goes, a path. Without it: 404. */
  readonly noCustomerUrl?: string | undefined
  /** Where the customer lands after leaving the portal, a path. @default '/' */
  readonly returnUrl?: string | undefined
  /** Where logout sends the browser, a path. @default '/' */
  readonly afterLogoutUrl?: string | undefined
  /** Named deep links for `?to=NAME`; each gives an address on the portal's host. Built in: `edit-subscription`. */
  readonly destinations?: Readonly<Record<string, (...native: Native) => Awaitable<string>>> | undefined
  /**
   * What the processes of the host share: what `redisStore()` of `@portal-sso/redis` gives, or `memoryStore()` for one
   * process. It takes everything that cookies alone can't: sign-outs that find what another process has under way, and
   * `endSessions()`. @default each process for itself
   */
  readonly store?: SharedStore | undefined
  /** A stable id of this login, if the host has one; else the customer and a cookie of ours stand for it. */
  readonly getLoginId?: ((...native: Native) => Awaitable<string>) | undefined
  /**
   * A customer has signed out inside the portal and the browser is back: the host may sign them out as well, if
   * `session.customer_id` is the customer who is signed in. Awaited before the redirect to `returnUrl`, within 2 seconds
   * in all.
   */
  readonly onPortalLogout?: ((session: PublicPortalSession, ...native: Native) => unknown) | undefined
  /** How many sessions a browser may have open before the oldest is ended. @default 5 */
  readonly maxSessions?: number | undefined
  /** Clicks per login; first clicks of unknown logins: five times as many per customer; or `false`. @default { points: 20, durationSeconds: 60 } */
  readonly rateLimit?: RateLimit | false | undefined
  /** Deadline of one request's calls to Chargebee, and of each callback; at least 500. @default 10000 */
  readonly timeoutMs?: number | undefined
  /** The same for a logout. @default 3000 */
  readonly logoutTimeoutMs?: number | undefined
  /** Switches the reverse flow on, with the routes `login` and `callback`; takes a `secret` of its own. @default off */
  readonly login?: LoginOptions<Native> | undefined
  /**
   * Navigations to the portal link that another website began (webmail, a link in a forum): `'ask'` answers with a
   * page that holds one link, `'allow'` goes straight on. With `'allow'` any website can open your customers' portal
   * for them and use up their places. @default 'ask'
   */
  readonly crossSite?: 'ask' | 'allow' | undefined
  /** How our own pages look and what they say. @default plain, in English */
  readonly pages?: PagesOptions | undefined
  /** Audit trail. The few events that need a person go to `console.warn` all the same; `false` for silence. */
  readonly onEvent?: ((event: PortalSsoEvent) => unknown) | false | undefined
  /** Renders a refusal in place of the built-in page; status, headers and cookies are set already. */
  readonly onError?: ((error: PortalSsoError, ...native: ErrorNative) => unknown) | undefined
}

export type RouteName = 'portal' | 'session' | 'logout' | 'return' | 'login' | 'callback'

type Callbacks = 'getCustomerId' | 'getLoginId' | 'onPortalLogout' | 'onEvent' | 'onError' | 'login' | 'store'
type Plain = 'site' | 'apiKey' | 'maxSessions' | 'rateLimit' | 'timeoutMs' | 'logoutTimeoutMs' | 'crossSite'
type Given<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> }

/** The options after checking, with defaults and environment filled in. */
export interface Config extends Pick<PortalSsoOptions, Callbacks>, Given<Pick<PortalSsoOptions, Plain>> {
  readonly apiUrl: URL
  readonly portalUrl: URL
  /** Every host that an access URL or a destination may have, as `URL.host` spells it. */
  readonly portalHosts: ReadonlySet<string>
  readonly baseUrl: {
    readonly origin: string
    /** What a proxy strips: `''` or `/app`. */
    readonly path: string
    readonly secure: boolean
    /** Chargebee takes redirect URLs on ports 443, 80, 8443 and 8080 only. */
    readonly takesReturn: boolean
  }
  readonly pages: PageLook
  readonly basePath: string
  readonly routes: Readonly<Record<RouteName, string | false>>
  readonly secrets: Secrets
  readonly loginUrl: string | undefined
  readonly noCustomerUrl: string | undefined
  readonly returnUrl: string
  readonly afterLogoutUrl: string
  readonly destinations: ReadonlyMap<string, (...native: AnyNative) => Awaitable<string>>
}
