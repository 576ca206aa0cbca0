import { randomBytes } from 'node:crypto'
import type { AnswerCookies } from './answer-cookies.js'
import { type CookieForm, findCookies } from './cookie-header.js'
import { type CookieSettings, createSealedCookies, toSiteTag } from './sealed-cookie.js'

/** A sign-in that this browser has begun at Chargebee. */
export interface BegunLogin {
  /** Where the customer wants to go after it: a path on the host. */
  readonly returnTo: string
}

/**
 * Binds a sign-in at Chargebee to the browser that began it. Chargebee's flow has no such binding: without it a link
 * could sign a victim in to the attacker's account. The state is in the path of the return address and in a sealed
 * cookie. Each sign-in has a cookie of its own, so that two tabs don't disturb each other.
 */
export interface BegunLogins {
  /** @param cookies takes the new cookie, and clears the oldest where a browser has begun too many */
  begin(login: BegunLogin, cookieHeader: string | undefined, cookies: AnswerCookies): Promise<string>
  /** The sign-in that this browser began with `state`. Its cookie is cleared, also when it does not open. */
  take(
    state: string,
    cookieHeader: string | undefined,
    cookies: AnswerCookies,
  ): Promise<BegunLogin | undefined>
  /** Leaves the cookie of `state` in the browser, so that the same address may be tried again. */
  keep(state: string, cookies: AnswerCookies): void
  /** The states of all cookies that a request carries, sign-ins that are being finished included. */
  statesIn(cookieHeader: string | undefined): Promise<string[]>
}

const PREFIX = 'psso-login.'
const MAX_AGE_SECONDS = 10 * 60
const MAX_BEGUN = 5
const MAX_OPENED = 2 * MAX_BEGUN
const STATE_BYTES = 16
/** Four characters of tag, and 108 random bits. */
const STATE_LENGTH = 22
const STATE = /^[A-Za-z0-9_-]{22}$/
// A path of 512 characters at most, and room for what JSON makes of some of them.
const MAX_CONTENT_LENGTH = 1_100

interface Content {
  /** Return to. */
  readonly r: string
  /** When it was begun, in seconds. */
  readonly t: number
}

export function createBegunLogins(settings: CookieSettings): BegunLogins {
  const sealed = createSealedCookies(settings, {
    purpose: 'begun login',
    isContent,
    maxAgeSeconds: MAX_AGE_SECONDS,
    maxContentLength: MAX_CONTENT_LENGTH,
  })
  const { emit, secure, site } = settings
  const tag = toSiteTag(site)
  const prefix = secure ? `__Host-${PREFIX}` : PREFIX
  const form: CookieForm = {
    prefix: PREFIX,
    isSecure: secure,
    tag,
    randomLength: STATE_LENGTH,
    // The cookie of a sign-in is cleared whatever it holds.
    valueStart: '',
    maxSize: Number.POSITIVE_INFINITY,
    maxNamed: 0,
  }
  const nowSeconds = () => Math.floor(settings.now() / 1000)
  // The tag of the site is part of the state, so that cookies of another site are told apart by their names.
  const newState = () => (tag + randomBytes(STATE_BYTES).toString('base64url')).slice(0, STATE_LENGTH)

  function openAll(cookieHeader: string | undefined) {
    const { cookies } = findCookies(cookieHeader, form)
    const candidates = cookies.filter(({ value }) => sealed.findFault(value) === undefined)
    return candidates.slice(0, MAX_OPENED).flatMap(({ name, value }) => {
      const { content } = sealed.open(name, value)
      return content ? [{ name, begunAt: content.t }] : []
    })
  }

  return {
    async begin({ returnTo }, cookieHeader, cookies) {
      const begun = openAll(cookieHeader).sort((a, b) => a.begunAt - b.begunAt)
      const tooMany = begun.slice(0, Math.max(0, begun.length + 1 - MAX_BEGUN))
      cookies.add(
        'cleared',
        tooMany.map(({ name }) => sealed.clear(name)),
      )
      const state = newState()
      cookies.add('new', [sealed.seal(prefix + state, { r: returnTo, t: nowSeconds() })])
      return state
    },
    async take(state, cookieHeader, cookies) {
      if (!STATE.test(state)) return undefined
      const name = prefix + state
      const carried = findCookies(cookieHeader, form).cookies.find((cookie) => cookie.name === name)
      if (!carried) return undefined
      cookies.add('cleared', [sealed.clear(name)])
      const opened = sealed.open(name, carried.value)
      if (!opened.content) {
        emit({ type: 'cookie.unreadable', count: 1, name, reason: opened.fault })
        return undefined
      }
      const { r: returnTo, t: begunAt } = opened.content
      return begunAt + MAX_AGE_SECONDS <= nowSeconds() ? undefined : { returnTo }
    },
    keep: (state, cookies) => cookies.withdraw(prefix + state),
    async statesIn(cookieHeader) {
      const opened = openAll(cookieHeader)
      return opened.map(({ name }) => name.slice(prefix.length))
    },
  }
}

function isContent(value: unknown): value is Content {
  if (typeof value !== 'object' || value === null) return false
  const { r, t } = value as Partial<Content>
  return typeof r === 'string' && typeof t === 'number'
}
