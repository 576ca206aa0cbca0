import { request } from 'node:http'
import type { Browser } from './browser.ts'
import { Violation } from './violation.ts'

/** What the model knows of the cookie of a sign-in that a browser has begun. */
export interface Begun {
  readonly state: string
  /** When the host has answered, by the clock of its process. */
  readonly atMs: number
  /** Where the customer wants to go after it. */
  readonly returnTo: string
  readonly browser: Browser
  readonly secret: string
}

/** Chargebee's login page, open in a browser. */
export interface LoginPage {
  readonly state: string
  readonly returnUrl: string
  readonly cancelUrl: string
}

/** Somebody has signed in at Chargebee. */
export interface SignedIn {
  readonly id: string
  readonly token: string
  readonly customer: string
  readonly atMs: number
}

/** An address of the callback route, whoever made it up. */
export interface Address {
  readonly state: string
  readonly query: string
  /** `cancelled`: nobody has signed in; `malformed`: no id and token of a possible form, once each. */
  readonly form: 'claim' | 'cancelled' | 'malformed'
  /** Whose id it has, whether or not the token is that session's. */
  readonly claimedId?: string
  /** Present where id and token are those of one session. */
  readonly signedIn?: SignedIn
}

/** What the host does when a customer has signed in. */
export type OnLogin = 'lets in' | 'throws' | 'answers' | 'is late' | 'is late, throws'

export const LOGIN_COOKIE = '__Host-psso-login.'
/** How long a begun sign-in lives, and how long Chargebee waits for its activation. */
export const LIVES_MS = 10 * 60 * 1000
/** What a false answer to an activate calls the session. */
export const NEVER_ACTIVATED = 'portal_never_activated_here'
export const PASSWORD = 'a password'

/** What a browser may ask for, and where it may be sent. */
export const RETURN_TO: readonly { readonly asked: string; readonly leadsTo: string }[] = [
  { asked: '', leadsTo: '/' },
  { asked: '/account?tab=1', leadsTo: '/account?tab=1' },
  { asked: '//other.example/x', leadsTo: '/' },
]

/** Takes a page of the address that the host has sent the browser to. */
export function toLoginPage(location: string | undefined, portalUrl: string): LoginPage | undefined {
  if (location === undefined || !URL.canParse(location)) return undefined
  const { origin, pathname, searchParams } = new URL(location)
  const [returnUrl, cancelUrl] = [searchParams.get('return_url'), searchParams.get('cancel_url')]
  if (origin !== portalUrl || pathname !== '/portal/login' || returnUrl === null || cancelUrl === null)
    return undefined
  const state = /^https:\/\/host\.example\/portal_callback\/([A-Za-z0-9_-]{16,64})$/.exec(returnUrl)?.[1]
  return state === undefined ? undefined : { state, returnUrl, cancelUrl }
}

/** A customer signs in on the page; gives what Chargebee sends the browser back with. */
export async function signInAtChargebee(
  portalUrl: string,
  { returnUrl, cancelUrl }: LoginPage,
  customer: string,
): Promise<Omit<SignedIn, 'atMs'>> {
  const fields = {
    email: `${customer}@example.com`,
    password: PASSWORD,
    return_url: returnUrl,
    cancel_url: cancelUrl,
  }
  const target = new URL(await post(`${portalUrl}/portal/login`, new URLSearchParams(fields).toString()))
  const [id, token] = [
    target.searchParams.get('auth_session_id'),
    target.searchParams.get('auth_session_token'),
  ]
  const { pathname } = new URL(returnUrl)
  if (!id || !token || target.pathname !== pathname) throw new Violation('answered', 'nobody can sign in')
  return { id, token, customer }
}

function post(url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
    }
    const outgoing = request(url, { method: 'POST', agent: false, headers })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      incoming.resume()
      incoming.on('end', () => resolve(incoming.headers.location ?? 'about:blank'))
    })
    outgoing.end(body)
  })
}

export function claimOf(state: string, signedIn: SignedIn): Address {
  return { ...withParts(state, signedIn.id, signedIn.token), signedIn }
}

export function withParts(state: string, id: string, token: string): Address {
  const query = new URLSearchParams({ auth_session_id: id, auth_session_token: token })
  // Documented, editable by everybody, and believed by nobody.
  query.set('has_active_subscription', 'true')
  return { state, query: `?${query}`, form: 'claim', claimedId: id }
}

export const cancelled = (state: string): Address => ({ state, query: '', form: 'cancelled' })

const MALFORMED: readonly ((signedIn: SignedIn) => string)[] = [
  ({ id }) => `auth_session_id=${id}`,
  ({ token }) => `auth_session_token=${token}`,
  ({ id, token }) => `auth_session_id=${id}&auth_session_id=${id}&auth_session_token=${token}`,
  ({ id, token }) => `auth_session_id=${id}&auth_session_token=${token}&auth_session_token=x`,
  ({ id, token }) => `auth_session_id[]=${id}&auth_session_token[]=${token}`,
  ({ id, token }) => `auth_session_id=..%2Fportal_sessions%2F${id}&auth_session_token=${token}`,
  ({ id, token }) => `auth_session_id=${id}&auth_session_token=${token}${'x'.repeat(70)}`,
  ({ id }) => `auth_session_id=${id}&auth_session_token=`,
]

export function malformed(state: string, signedIn: SignedIn, pick: number): Address {
  const make = MALFORMED[pick % MALFORMED.length] as (typeof MALFORMED)[number]
  return { state, query: `?${make(signedIn)}`, form: 'malformed', claimedId: signedIn.id }
}
