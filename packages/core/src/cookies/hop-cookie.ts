import { parseCookie } from 'cookie'
import { type CookieSettings, createSealedCookies } from './sealed-cookie.js'

/**
 * Marks a browser that we have sent to the host's sign-in page. The way back may lead through an identity provider. Such
 * a navigation looks like one that any other website began, and this cookie tells the two apart.
 */
export interface HopCookie {
  /** @returns the `Set-Cookie` value that goes along to the sign-in page */
  give(mountPath: string): string
  /** Whether this browser was sent there from below the same mount within the last ten minutes. */
  isGood(cookieHeader: string | undefined, mountPath: string): Promise<boolean>
  /** @returns the `Set-Cookie` values that clear it, where the browser has one */
  clear(cookieHeader: string | undefined): string[]
}

const MAX_AGE_SECONDS = 10 * 60
// For a longer mount path the cookie does not count, and the page waits for a click.
const MAX_CONTENT_LENGTH = 2_000

/** Short names, since every request of the browser carries them. */
interface Content {
  /** Mount path. */
  readonly m: string
  /** When it was given, in seconds. */
  readonly t: number
}

export function createHopCookie(settings: CookieSettings): HopCookie {
  // All sites of a host share the name, and any stranger can send one. So a cookie that does not open is not reported.
  const sealed = createSealedCookies(settings, {
    purpose: 'way to the sign-in page',
    isContent,
    maxAgeSeconds: MAX_AGE_SECONDS,
    maxContentLength: MAX_CONTENT_LENGTH,
  })
  const name = settings.secure ? '__Host-psso-hop' : 'psso-hop'
  const nowSeconds = () => Math.floor(settings.now() / 1000)
  const valueIn = (cookieHeader: string | undefined) =>
    cookieHeader?.includes(name) ? parseCookie(cookieHeader)[name] : undefined

  return {
    give: (mountPath) => sealed.seal(name, { m: mountPath, t: nowSeconds() }),
    async isGood(cookieHeader, mountPath) {
      const value = valueIn(cookieHeader)
      const { content } = value === undefined ? {} : sealed.open(name, value)
      return content?.m === mountPath && content.t + MAX_AGE_SECONDS > nowSeconds()
    },
    clear: (cookieHeader) => (valueIn(cookieHeader) === undefined ? [] : [sealed.clear(name)]),
  }
}

function isContent(value: unknown): value is Content {
  if (typeof value !== 'object' || value === null) return false
  const { m, t } = value as Partial<Content>
  return typeof m === 'string' && typeof t === 'number'
}
