import { stringifySetCookie } from 'cookie'
import type { Emit } from '../events.js'
import { createSealer, sealedLength } from './sealing.js'

/** Cookies of one purpose. Purpose, name and site are sealed in: under another one of them a cookie does not open. */
export interface SealedCookies<T extends object> {
  /** @returns a `Set-Cookie` value */
  seal(name: string, content: T): Promise<string>
  /** What does not open is reported, and left alone in the browser: a secret that comes back may open it yet. */
  open(name: string, value: string): Promise<T | undefined>
  clear(name: string): string
  /** What `name` with this content takes of a request's headers, in bytes. */
  size(name: string, content: T): number
}

export interface CookieSettings {
  readonly site: string
  readonly secrets: readonly string[]
  /** Whether the host is served by https. `baseUrl` says so, never the request. */
  readonly secure: boolean
  readonly emit: Emit
}

const MAX_REPORTED_NAME = 64

export interface CookieKind<T> {
  /** Sealed in: a cookie of one purpose does not open as one of another. */
  readonly purpose: string
  readonly isContent: (value: unknown) => value is T
  readonly maxAgeSeconds: number
}

/** The content of a cookie: short names, since every request of the browser carries them. */
interface Envelope {
  readonly n: string
  readonly s: string
  readonly v: unknown
}

export function createSealedCookies<T extends object>(
  { site, secrets, secure, emit }: CookieSettings,
  { purpose, isContent, maxAgeSeconds }: CookieKind<T>,
): SealedCookies<T> {
  const sealer = createSealer(secrets, purpose)
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const
  const toEnvelope = (name: string, content: T): Envelope => ({ n: name, s: site, v: content })

  function unreadable(name: string, reason: 'seal' | 'site' | 'name'): undefined {
    emit({ type: 'cookie.unreadable', name: name.slice(0, MAX_REPORTED_NAME), reason })
  }

  return {
    async seal(name, content) {
      const value = await sealer.seal(toEnvelope(name, content))
      return stringifySetCookie({ ...attributes, name, value, maxAge: maxAgeSeconds })
    },
    async open(name, value) {
      const envelope = await sealer.open(value)
      if (!isEnvelope(envelope)) return unreadable(name, 'seal')
      if (envelope.s !== site) return unreadable(name, 'site')
      if (envelope.n !== name) return unreadable(name, 'name')
      return isContent(envelope.v) ? envelope.v : unreadable(name, 'seal')
    },
    clear: (name) => stringifySetCookie({ ...attributes, name, value: '', maxAge: 0, expires: new Date(0) }),
    // `name=value; ` as it stands in the `Cookie` header.
    size: (name, content) => name.length + sealedLength(toEnvelope(name, content)) + 3,
  }
}

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false
  const { n, s } = value as Partial<Envelope>
  return typeof n === 'string' && typeof s === 'string'
}
