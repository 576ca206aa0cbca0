import { digest } from '../../src/cookies/sealing.js'
import { toLoginId } from '../../src/state/login-keys.js'
import type { Exchange } from './exchange.ts'
import { type HostSettings, SITE } from './host-process.ts'
import type { HandedOut } from './ledger.ts'

// Well within the time for which core knows a session whose cookie may still be on its way.
const RECENT_MS = 30_000

/** Whether a logout may end what a create, or a sign-in at Chargebee, is about. */
export function mayEnd(settings: HostSettings, logout: Exchange, create: Exchange): boolean {
  if (create.browser.family === logout.browser.family) return true
  // Of another browser only what is under way, and only where the customer is all there is to know a login by.
  const isUnderWay = create.state === 'under way' || create.state === 'writing'
  return !settings.hasLoginId && isUnderWay && create.opensFor === logout.customer
}

/** Whether it has to, although the cookie is not in its request. */
export function mustEnd(settings: HostSettings, logout: Exchange, create: Exchange): boolean {
  if (create.browser !== logout.browser || create.process !== logout.process) return false
  const isSameLogin = isOfLogin(settings, logout, create)
  const isRecent = create.process.clock.now() - create.travelsSince < RECENT_MS
  if (create.state === 'travelling') return isSameLogin && isRecent
  if (create.state !== 'under way' && create.state !== 'writing') return false
  const isSameCustomer = !settings.hasLoginId && create.opensFor === logout.customer
  return (
    isSameLogin || (isSameCustomer && typeof logout.customer === 'string' && logout.customer !== 'throws')
  )
}

/** Whether the process can tell, before it asks the host who this is, that both are of one login. */
export function isOfLogin(settings: HostSettings, logout: Exchange, create: Exchange): boolean {
  const { wayBack } = create
  const isHosts = settings.hasLoginId && !wayBack && create.login !== null
  // The host does not know yet who it is; the cookie of the sign-in tells.
  const isBegunHere = wayBack && logout.states.includes(wayBack.address.state)
  const isHostsLogin = isBegunHere || (isHosts && create.login === logout.login)
  return isHostsLogin || shows(logout, idsOf(settings, create))
}

/** The ids under which a create stands that the browser's cookies had already: of the same customer and login only. */
function idsOf(
  { hasLoginId }: HostSettings,
  { opensFor, login, remembered, session, wayBack }: Exchange,
): string[] {
  if (opensFor === null || opensFor === 'throws') return []
  // A way back does not know its customer before Chargebee has said so.
  if (wayBack && (hasLoginId || !session)) return []
  const ids = remembered
    .filter(({ customer }) => customer === digest(SITE, opensFor))
    .map(({ loginId }) => loginId)
  return hasLoginId ? ids.filter((id) => id === toLoginId(SITE, opensFor, login ?? '')) : ids
}

function shows({ remembered }: Exchange, loginIds: readonly string[]): boolean {
  return remembered.some(({ loginId }) => loginIds.includes(loginId))
}

/** Whether a click can tell that another one, which is on its way, is of its browser: of a former customer, or its own. */
function sharesLogin(settings: HostSettings, other: Exchange, click: Exchange): boolean {
  const isSamePlace = other.browser === click.browser && other.process === click.process
  // Another login of the same customer is nobody that a click has to make room for, or has to end.
  const isColleague = settings.hasLoginId && other.opensFor === click.opensFor && other.login !== click.login
  return isSamePlace && !isColleague && shows(click, idsOf(settings, other))
}

/**
 * Whose sessions a click may end: of former customers, and the oldest where clicks at the same time want room.
 * @param company all that is on its way to a session
 */
export function makeRoom(
  settings: HostSettings,
  exchange: Exchange,
  company: readonly Exchange[],
  handedOut: readonly HandedOut[],
  travelling: readonly Exchange[],
): void {
  const { maxSessions } = settings
  const { family } = exchange.browser
  exchange.company = company.filter(
    ({ browser, opensFor }) => browser.family === family || opensFor === exchange.opensFor,
  )
  exchange.companions = exchange.company.filter((other) => sharesLogin(settings, other, exchange))
  for (const other of exchange.company) {
    if (other.opensFor !== exchange.opensFor) {
      other.mayEnd = true
      exchange.mayEnd = true
    }
  }
  for (const one of [exchange, ...exchange.company]) {
    const isFull = one.remembered.length + exchange.company.length >= maxSessions
    for (const former of [...handedOut.map((session) => session.exchange), ...travelling]) {
      const isSwitch = former.opensFor !== one.opensFor
      if (former.browser.family === one.browser.family && (isFull || isSwitch)) former.mayEnd = true
    }
  }
}
