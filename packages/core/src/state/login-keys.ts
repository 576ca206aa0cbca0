import { randomBytes } from 'node:crypto'
import { isCustomerId } from '../chargebee/portal-session.js'
import { digest } from '../cookies/sealing.js'
import type { RememberedSession } from '../cookies/session-jar.js'
import { askHost, callHost } from '../host/callbacks.js'
import type { PortalRequest } from '../http/http.js'
import type { AnyNative, Config } from '../options/options.js'
import type { Owner } from '../session-store.js'
import { type Deadline, type DeadlineClock, EXPIRED } from '../time/deadline.js'

/** By what the store knows a login. Random ids and digests, so that no id of a host or a customer lies about in memory. */
export interface LoginKeys {
  /**
   * What this login alone has: `getLoginId` of the host, the ids in this browser's cookies, the sign-ins that it began.
   */
  readonly own: readonly Owner[]
  /**
   * The customer, who may be signed in elsewhere as well: for a click whose cookies the logout does not have, as the
   * first of a login. It is enough to supersede a create that is under way, and too little to end what another browser
   * has open.
   */
  readonly customer?: Owner
}

export interface CreateLogin {
  readonly keys: LoginKeys & { readonly customer: Owner }
  /** To be sealed into the new cookie: an id that only sessions of the same customer and the same login share. */
  readonly loginId: string
  /** Whether this login was here before, as far as the host or the cookies say. */
  readonly isKnown: boolean
}

export interface Logins {
  /** @throws TypeError where `getLoginId` gives no string; and what it throws itself */
  ofCreate(
    request: PortalRequest,
    customerId: string,
    remembered: readonly RememberedSession[],
  ): Promise<CreateLogin>
  /** For a sign-in at Chargebee, of which the host knows nothing yet. */
  ofSignIn(state: string, customerId: string, remembered: readonly RememberedSession[]): CreateLogin
  /**
   * For a logout: what the host's answer adds to the cookies. The logout goes on without it.
   * Not signed in and a throw add nothing; `undefined`: the host has not answered in time.
   */
  ofLogout(request: PortalRequest, deadline: Deadline): Promise<LoginKeys | undefined>
  /** @param states of the sign-ins at Chargebee that this browser has begun */
  ofCookies(remembered: readonly RememberedSession[], states?: readonly string[]): LoginKeys
  /** A customer, in whatever browser. */
  ofCustomer(customerId: string): Owner
  /** A login, by what `getLoginId` gives for it. */
  ofLoginId(given: string): Owner
}

type Callbacks = Pick<Config, 'getCustomerId' | 'getLoginId' | 'site' | 'timeoutMs'> & {
  readonly clock: DeadlineClock
}

export function createLogins(config: Callbacks): Logins {
  const { getLoginId, getCustomerId, site } = config

  async function ask(request: PortalRequest): Promise<LoginKeys> {
    const callback: (...native: AnyNative) => unknown = getLoginId ?? getCustomerId
    const answer = await callHost(callback, request.native)
    if (getLoginId)
      return { own: typeof answer === 'string' && answer !== '' ? [toHostOwner(site, answer)] : [] }
    return isCustomerId(answer) ? { own: [], customer: toCustomerOwner(digest(site, answer)) } : { own: [] }
  }

  const ofCookies = (
    remembered: readonly RememberedSession[],
    states: readonly string[] = [],
  ): LoginKeys => ({
    own: [
      ...new Set([...remembered.map(({ loginId }) => toBrowserOwner(loginId)), ...states.map(toStateOwner)]),
    ],
  })

  const toCustomer = (customerId: string) => toCustomerOwner(digest(site, customerId))

  /** Only cookies of the same customer count: the last user of the browser may have kept a copy of theirs. */
  function inBrowser(customerId: string, remembered: readonly RememberedSession[]): CreateLogin {
    const digestOfCustomer = digest(site, customerId)
    const ownSessions = remembered.filter(({ customer }) => customer === digestOfCustomer)
    const [known] = ownSessions
    const loginId = known?.loginId ?? randomBytes(LOGIN_ID_BYTES).toString('base64url')
    const own = known ? ofCookies(ownSessions).own : [toBrowserOwner(loginId)]
    return {
      keys: { own, customer: toCustomerOwner(digestOfCustomer) },
      loginId,
      isKnown: known !== undefined,
    }
  }

  return {
    ofSignIn(state, customerId, remembered) {
      // The host makes its own login in `onLogin`, later.
      const { keys, loginId, isKnown } = inBrowser(customerId, getLoginId ? [] : remembered)
      return { keys: { ...keys, own: [...keys.own, toStateOwner(state)] }, loginId, isKnown }
    },
    async ofCreate(request, customerId, remembered) {
      if (!getLoginId) return inBrowser(customerId, remembered)
      const given: unknown = await askHost(request, config, getLoginId)
      if (typeof given !== 'string' || given === '') {
        throw new TypeError(
          'portalSso(): getLoginId returned something that is not a string, or an empty one',
        )
      }
      // All sessions of this login get the same id, so that cookies name the login when the host can't any more.
      const loginId = toLoginId(site, customerId, given)
      const own = [toHostOwner(site, given), toBrowserOwner(loginId)]
      return { keys: { own, customer: toCustomer(customerId) }, loginId, isKnown: true }
    },
    async ofLogout(request, deadline) {
      const keys = await deadline.waitFor(ask(request).catch((): LoginKeys => ({ own: [] })))
      return keys === EXPIRED ? undefined : keys
    },
    ofCookies,
    ofCustomer: toCustomer,
    ofLoginId: (given) => toHostOwner(site, given),
  }
}

// 72 bits; twelve characters in base64url.
const LOGIN_ID_BYTES = 9
const LOGIN_ID_LENGTH = 12
// 96 bits, as everything by which a session is found: short, since a shared store holds millions of them.
const DIGEST_LENGTH = 16

export const toLoginId = (site: string, customerId: string, given: string) =>
  digest('login of a browser', site, customerId, given).slice(0, LOGIN_ID_LENGTH)

const toBrowserOwner = (loginId: string): Owner => `b${loginId}`
export const toHostOwner = (site: string, given: string): Owner =>
  `h${digest('login', site, given).slice(0, DIGEST_LENGTH)}`
/** Of a sign-in that was begun at Chargebee. */
export const toStateOwner = (state: string): Owner => `t${digest(state).slice(0, DIGEST_LENGTH)}`
/** @param customer digest of the customer's id, as cookies have it */
export const toCustomerOwner = (customer: string): Owner => `c${customer.slice(0, DIGEST_LENGTH)}`

/** By what a session that a cookie remembers is found. */
export function ownersOfCookie({ loginId, customer }: RememberedSession): Owner[] {
  return [toBrowserOwner(loginId), toCustomerOwner(customer)]
}
