import { randomBytes } from 'node:crypto'
import { isCustomerId } from '../chargebee/portal-session.js'
import { digest } from '../cookies/sealing.js'
import type { RememberedSession } from '../cookies/session-jar.js'
import { askHost, callHost } from '../host/callbacks.js'
import type { PortalRequest } from '../http/http.js'
import type { AnyNative, Config } from '../options/options.js'
import { type Deadline, type DeadlineClock, EXPIRED } from '../time/deadline.js'

/** By what the fence knows a login. Digests, so that no id of a host or a customer lies about in memory. */
export interface LoginKeys {
  /** Keys that this login alone has: `getLoginId` of the host, and the random ids in this browser's cookies. */
  readonly own: readonly string[]
  /**
   * The customer, who may be signed in elsewhere as well: for a click whose cookies the logout does not have, as the
   * first of a login. It is enough to defeat a create that is under way, and too little to end what another browser
   * has open.
   */
  readonly customer?: string
}

export interface CreateLogin {
  readonly keys: LoginKeys
  /** To be sealed into the new cookie. */
  readonly loginId: string
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
   * For a logout, which goes on whatever the host says now: what the host adds to the cookies when it has answered.
   * Nobody signed in and a throw add nothing; `undefined`: the host has not answered in time.
   */
  ofLogout(request: PortalRequest, deadline: Deadline): Promise<LoginKeys | undefined>
  /** @param states of the sign-ins at Chargebee that this browser has begun */
  ofCookies(remembered: readonly RememberedSession[], states?: readonly string[]): LoginKeys
}

type Callbacks = Pick<Config, 'getCustomerId' | 'getLoginId' | 'site' | 'timeoutMs'> & {
  readonly clock: DeadlineClock
}

export function createLogins(config: Callbacks): Logins {
  const { getLoginId, getCustomerId, site } = config

  async function ask(request: PortalRequest): Promise<LoginKeys> {
    const callback: (...native: AnyNative) => unknown = getLoginId ?? getCustomerId
    const answer = await callHost(callback, request.native)
    if (getLoginId) return { own: typeof answer === 'string' && answer !== '' ? [toHostKey(answer)] : [] }
    return isCustomerId(answer) ? { own: [], customer: digest(site, answer) } : { own: [] }
  }

  const ofCookies = (
    remembered: readonly RememberedSession[],
    states: readonly string[] = [],
  ): LoginKeys => ({
    own: [...new Set([...remembered.map(({ loginId }) => toCookieKey(loginId)), ...states.map(toStateKey)])],
  })

  function inBrowser(customerId: string, remembered: readonly RememberedSession[]): CreateLogin {
    const loginId = remembered[0]?.loginId ?? randomBytes(9).toString('base64url')
    const own = remembered.length > 0 ? ofCookies(remembered).own : [toCookieKey(loginId)]
    return { keys: { own, customer: digest(site, customerId) }, loginId }
  }

  return {
    ofSignIn(state, customerId, remembered) {
      const { keys, loginId } = inBrowser(customerId, remembered)
      return { keys: { ...keys, own: [...keys.own, toStateKey(state)] }, loginId }
    },
    async ofCreate(request, customerId, remembered) {
      const login = inBrowser(customerId, remembered)
      if (!getLoginId) return login
      const given: unknown = await askHost(request, config, getLoginId)
      // The cookies' keys in any case: at a logout the host may not know any more which login it was.
      if (typeof given === 'string' && given !== '')
        return { keys: { own: [toHostKey(given), ...login.keys.own] }, loginId: login.loginId }
      throw new TypeError('portalSso(): getLoginId returned something that is not a string, or an empty one')
    },
    async ofLogout(request, deadline) {
      const keys = await deadline.waitFor(ask(request).catch((): LoginKeys => ({ own: [] })))
      return keys === EXPIRED ? undefined : keys
    },
    ofCookies,
  }
}

const toHostKey = (loginId: string) => `host:${digest('login', loginId)}`
const toCookieKey = (loginId: string) => `cookie:${loginId}`
const toStateKey = (state: string) => `state:${state}`
