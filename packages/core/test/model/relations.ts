import type { Exchange } from './exchange.ts'
import type { HostSettings } from './host-process.ts'
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

/** Whether the process can tell, before it knows the customer, that both are of one login. */
export function isOfLogin(settings: HostSettings, logout: Exchange, create: Exchange): boolean {
  const loginIds = new Set(logout.remembered.map(({ loginId }) => loginId))
  const { wayBack } = create
  const isHosts = settings.hasLoginId && !wayBack && create.login !== null
  // The host does not know yet who it is; the cookie of the sign-in tells.
  const isBegunHere = wayBack && logout.states.includes(wayBack.address.state)
  const isHostsLogin = isBegunHere || (isHosts && create.login === logout.login)
  return isHostsLogin || create.remembered.some(({ loginId }) => loginIds.has(loginId))
}

/** Two on their way at once of which the process can tell that they are of one login. */
function sharesLogin(a: Exchange, b: Exchange): boolean {
  const loginIds = new Set(a.remembered.map(({ loginId }) => loginId))
  return (
    a.browser === b.browser &&
    a.process === b.process &&
    b.remembered.some(({ loginId }) => loginIds.has(loginId))
  )
}

/**
 * Whose sessions a click may end: of former customers, and the oldest where clicks at the same time want room.
 * @param company all that is on its way to a session
 */
export function makeRoom(
  { maxSessions }: HostSettings,
  exchange: Exchange,
  company: readonly Exchange[],
  handedOut: readonly HandedOut[],
): void {
  const { family } = exchange.browser
  exchange.company = company.filter(
    ({ browser, opensFor }) => browser.family === family || opensFor === exchange.opensFor,
  )
  exchange.companions = exchange.company.filter((other) => sharesLogin(other, exchange))
  for (const other of exchange.company) {
    if (other.opensFor !== exchange.opensFor) {
      other.mayEnd = true
      exchange.mayEnd = true
    }
  }
  for (const one of [exchange, ...exchange.company]) {
    const isFull = one.remembered.length + exchange.company.length >= maxSessions
    for (const { exchange: former } of handedOut) {
      const isSwitch = former.opensFor !== one.opensFor
      if (former.browser.family === one.browser.family && (isFull || isSwitch)) former.mayEnd = true
    }
  }
}
