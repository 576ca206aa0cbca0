import { stringifySetCookie } from 'cookie'
import type { Emit } from '../events.js'
import { boundedCache } from '../time/bounded-cache.js'
import { createSealer, digest, HEAD_START, type SealFault, sealedLength } from './sealing.js'

/** Why a cookie does not open: a {@link SealFault}, where `seal` includes a changed cookie, or another name. */
export type OpenFault = SealFault | 'name'

export type OpenedCookie<T> =
  | { readonly content: T; readonly isCurrent: boolean }
  | { readonly fault: OpenFault; readonly content?: undefined }

/** Cookies of one purpose and site. Purpose, site and name are sealed in, and a cookie opens under these only. */
export interface SealedCookies<T extends object> {
  /** @returns a `Set-Cookie` value */
  seal(name: string, content: T): string
  /** Why a value can't be opened, found without cryptography. */
  findFault(value: string): SealFault | undefined
  /** A cookie that does not open stays in the browser: a secret that is restored may open it. */
  open(name: string, value: string): OpenedCookie<T>
  clear(name: string): string
  /** What every value begins with; anything else is of an impossible form. */
  readonly valueStart: string
  /** What `name` with this content takes of a request's headers, in bytes. */
  size(name: string, content: T): number
}

export interface CookieSettings {
  readonly site: string
  /** The first seals, all of them open. */
  readonly secrets: readonly string[]
  /** Whether the host is served by https. `baseUrl` says so, never the request. */
  readonly secure: boolean
  readonly emit: Emit
  readonly now: () => number
}

export interface CookieKind<T> {
  /** Sealed in: a cookie of one purpose does not open as one of another. */
  readonly purpose: string
  readonly isContent: (value: unknown) => value is T
  readonly maxAgeSeconds: number
  /** Length of the content as JSON. A longer cookie is none of this kind. */
  readonly maxContentLength: number
}

/** The content of a cookie: short names, since every request of the browser carries them. */
interface Envelope {
  readonly n: string
  readonly v: unknown
}

/** Stands in front of the random part of a name, so that cookies of another site are told apart by their names. */
export const toSiteTag = (site: string) => digest('site', site).slice(0, 4)

// Opened cookies are kept by their sealed value: a browser brings the same cookies with each request.
const MAX_KNOWN = 5_000
const KNOWN_MS = 60 * 60 * 1000
const MAX_NAME_LENGTH = 64

export function createSealedCookies<T extends object>(
  { site, secrets, secure, now }: Pick<CookieSettings, 'site' | 'secrets' | 'secure' | 'now'>,
  { purpose, isContent, maxAgeSeconds, maxContentLength }: CookieKind<T>,
): SealedCookies<T> {
  const sealer = createSealer(secrets, `${purpose} of ${site}`, maxContentLength + MAX_NAME_LENGTH)
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const
  const known = boundedCache<OpenedCookie<T>>({ max: MAX_KNOWN, ttlMs: KNOWN_MS, now })
  // Made once and without `Expires`: an answer may clear many, and every browser knows `Max-Age`.
  const cleared = stringifySetCookie({ ...attributes, name: 'n', value: '', maxAge: 0 }).slice(1)
  const toEnvelope = (name: string, content: T): Envelope => ({ n: name, v: content })

  return {
    seal(name, content) {
      const value = sealer.seal(toEnvelope(name, content))
      known.set(`${name}=${value}`, { content, isCurrent: true })
      return stringifySetCookie({ ...attributes, priority: 'high', name, value, maxAge: maxAgeSeconds })
    },
    findFault: sealer.findFault,
    open(name, value) {
      const pair = `${name}=${value}`
      const before = known.get(pair)
      if (before) return before
      const fault = sealer.findFault(value)
      if (fault) return { fault }
      const opened = sealer.open(value)
      if (!isEnvelope(opened?.value)) return { fault: 'seal' }
      if (opened.value.n !== name) return { fault: 'name' }
      if (!isContent(opened.value.v)) return { fault: 'seal' }
      const found = { content: opened.value.v, isCurrent: opened.isCurrent }
      known.set(pair, found)
      return found
    },
    clear: (name) => name + cleared,
    valueStart: HEAD_START,
    // `name=value; ` as it stands in the `Cookie` header.
    size: (name, content) => name.length + sealedLength(toEnvelope(name, content)) + 3,
  }
}

function isEnvelope(value: unknown): value is Envelope {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Envelope>).n === 'string'
}
