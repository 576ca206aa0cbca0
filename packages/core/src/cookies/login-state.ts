import { randomBytes } from 'node:crypto'
import { parseCookie } from 'cookie'
import type { AnswerCookies } from './answer-cookies.js'
import { type CookieSettings, createSealedCookies } from './sealed-cookie.js'

/** A sign-in that this browser has begun at Chargebee. */
export interface BegunLogin {
  /** Where the customer wants to go after it: a path on the host. */
  readonly returnTo: string
}

/**
 * Binds a sign-in at Chargebee to the browser that began it. Chargebee's flow has nothing of the kind: without it
 * anybody could send a victim a link that signs them in as somebody else. The state goes along in the path of the
 * return address, and the same state is in a sealed cookie, one per sign-in begun, so that two tabs don't disturb
 * each other.
 */
export interface BegunLogins {
  /** @param cookies takes the new cookie, and clears the oldest where a browser has begun too many */
  begin(login: BegunLogin, cookieHeader: string | undefined, cookies: AnswerCookies): Promise<string>
  /** The sign-in that this browser has begun with `state`; its cookie is cleared. */
  take(
    state: string,
    cookieHeader: string | undefined,
    cookies: AnswerCookies,
  ): Promise<BegunLogin | undefined>
  /** The states whose cookies a request carries, also of logins that are being finished at this moment. */
  statesIn(cookieHeader: string | undefined): Promise<string[]>
}

const MAX_AGE_SECONDS = 10 * 60
const MAX_BEGUN = 5
const STATE_BYTES = 16
const STATE = /^[A-Za-z0-9_-]{22}$/

interface Content {
  /** Return to. */
  readonly r: string
  /** When it was begun, in seconds. */
  readonly t: number
}

export function createBegunLogins(settings: CookieSettings & { readonly now: () => number }): BegunLogins {
  const sealed = createSealedCookies(settings, {
    purpose: 'begun login',
    isContent,
    maxAgeSeconds: MAX_AGE_SECONDS,
  })
  const prefix = settings.secure ? '__Host-psso-login.' : 'psso-login.'
  const nowSeconds = () => Math.floor(settings.now() / 1000)

  function named(cookieHeader: string | undefined) {
    if (!cookieHeader?.includes(prefix)) return []
    return Object.entries(parseCookie(cookieHeader)).filter(([name]) => name.startsWith(prefix))
  }

  async function openAll(cookieHeader: string | undefined) {
    const opened = await Promise.all(
      named(cookieHeader).map(async ([name, value]) => ({
        name,
        content: await sealed.open(name, value ?? ''),
      })),
    )
    return opened.flatMap(({ name, content }) => (content ? [{ name, begunAt: content.t }] : []))
  }

  return {
    async begin({ returnTo }, cookieHeader, cookies) {
      const begun = (await openAll(cookieHeader)).sort((a, b) => a.begunAt - b.begunAt)
      const tooMany = begun.slice(0, Math.max(0, begun.length + 1 - MAX_BEGUN))
      cookies.add(
        'cleared',
        tooMany.map(({ name }) => sealed.clear(name)),
      )
      const state = randomBytes(STATE_BYTES).toString('base64url')
      cookies.add('new', [await sealed.seal(prefix + state, { r: returnTo, t: nowSeconds() })])
      return state
    },
    async take(state, cookieHeader, cookies) {
      if (!STATE.test(state)) return undefined
      const name = prefix + state
      const value = parseCookie(cookieHeader ?? '')[name]
      if (value === undefined) return undefined
      cookies.add('cleared', [sealed.clear(name)])
      const content = await sealed.open(name, value)
      if (!content || content.t + MAX_AGE_SECONDS <= nowSeconds()) return undefined
      return { returnTo: content.r }
    },
    async statesIn(cookieHeader) {
      const opened = await openAll(cookieHeader)
      return opened.map(({ name }) => name.slice(prefix.length))
    },
  }
}

function isContent(value: unknown): value is Content {
  if (typeof value !== 'object' || value === null) return false
  const { r, t } = value as Partial<Content>
  return typeof r === 'string' && typeof t === 'number'
}
