import type { PublicPortalSession } from '../../src/chargebee/portal-session.js'
import type { Exchange } from './exchange.ts'
import { judgeRoom, type Situation } from './judge.ts'
import { isAlive, type Ledger, type Sessions } from './ledger.ts'
import { LOGIN_COOKIE, toLoginPage } from './reverse-flow.ts'
import { hold } from './violation.ts'

/** At the moment when the host is told who has signed in at Chargebee. */
export function judgeTold(exchange: Exchange, session: PublicPortalSession, ledger: Ledger): void {
  const { browser, process, setCookies, wayBack } = exchange
  const flow = (condition: boolean, what: string) =>
    hold('reverse flow', condition, () => `${session.id} at ${browser.name}: ${what}`)
  const { told, address, begun, mayActivate } = wayBack ?? {}
  told?.push(session)
  flow(begun !== undefined && mayActivate === true, 'the host was told of a sign-in that did not begin there')
  if (!address) return
  flow(address.signedIn?.id === session.id, 'it is not the one of the address')
  flow(address.signedIn?.customer === session.customer_id, 'it is for somebody else')
  const record = ledger.sessions().get(session.id)
  flow(record !== undefined && record.status !== 'not_yet_activated', 'Chargebee has not activated it')
  flow(!('token' in session) && !('access_url' in session), 'it has what nobody needs to know')
  flow(!process.statesTold.has(address.state), 'the sign-in was used before')
  process.statesTold.add(address.state)
  const isNew = ledger.settings.secondActivate === 'accepted' || !ledger.idsTold.has(session.id)
  flow(isNew, 'the host was told before')
  ledger.idsTold.add(session.id)
  // The host may answer by itself: what remembers the session must be on its answer by then.
  const isRemembered = setCookies.some((setCookie) => /^__Host-psso\.[^=]+=[^;]/.test(setCookie))
  hold('remembered', isRemembered, () => `the host was told of ${session.id}, which no cookie remembers yet`)
}

export function judgeBegin({ exchange, outcome, status, portalUrl }: Situation): void {
  if (exchange.state === 'lost' || (status === 503 && exchange.process.isClosed)) return
  const page = toLoginPage(outcome.headers.Location, portalUrl)
  hold('answered', status === 303 && page !== undefined, () => `a sign-in was begun with ${status}`)
  const names = exchange.setCookies.map((setCookie) => setCookie.split('=', 1)[0])
  const isBound = page && names.includes(LOGIN_COOKIE + page.state)
  hold('reverse flow', isBound === true, () => 'the sign-in is bound to no browser')
  const others = exchange.cookieNames.filter((name) => name.startsWith(LOGIN_COOKIE))
  hold(
    'reverse flow',
    others.length > 1 || clearedLogins(exchange).length === 0,
    () => 'the sign-in in another tab can not go on',
  )
}

export function judgeCallback(situation: Situation): void {
  const { exchange, outcome, status, sessions, isSmooth } = situation
  const { process, session, state, wayBack } = exchange
  if (!wayBack) return
  const { address, begun, hasAnswered, isSound, onLogin, told } = wayBack
  const own = LOGIN_COOKIE + address.state
  const cleared = clearedLogins(exchange)
  hold('reverse flow', !cleared.some((name) => name !== own), () => 'a foreign state has touched a sign-in')
  if (state === 'lost') return
  if (process.isClosed && status === 503) return
  const isToBeTriedAgain = status === 429 || status === 503
  const isConsumed = !wayBack.carriesCookie || cleared.includes(own) || isToBeTriedAgain
  hold('reverse flow', isConsumed, () => `a way back with ${status} has left its sign-in to be used again`)

  const location = status === 303 ? outcome.headers.Location : undefined
  const goesTo = (path: string) => location === path
  const isFailure = [400, 502, 503, 504].includes(status)
  const isAllowed =
    (begun === undefined && status === 400) ||
    (!isSound && status === 400) ||
    (begun !== undefined &&
      ((address.form === 'cancelled' && goesTo('/sign-in')) ||
        (address.form === 'malformed' && status === 400) ||
        (address.form === 'claim' &&
          (isFailure ||
            (told.length > 0 && (hasAnswered || goesTo(begun.returnTo))) ||
            (told.length > 0 && onLogin.endsWith('throws') && status === 500))))) ||
    (address.form === 'claim' && wayBack.carriesCookie && exchange.mayEnd && goesTo('/signed-out'))
  hold(
    'answered',
    isAllowed,
    () => `a way back (${address.form}) was answered with ${status} ${location ?? ''}`,
  )

  // Who has signed in has done so; what others have open here is left to be ended.
  const isKeptOut = outcome.code === 'switch_incomplete'
  hold('switched', !isKeptOut, () => 'a customer who has signed in was refused for what another has open')

  const isThrown = told.length > 0 && onLogin.endsWith('throws')
  if (isSmooth && isThrown) {
    hold('reverse flow', status === 500, () => 'the host threw, and the way back went on')
    const { id = '' } = told[0] ?? {}
    hold('reverse flow', !isAlive(sessions, id), () => `the host let nobody in, and ${id} lives`)
  }
  const isGood = isSound && exchange.wasActivatable && address.form === 'claim'
  const isUnhindered = isSmooth && isGood && exchange.company.length === 0
  hold('answered', !isUnhindered || told.length === 1, () => `a good way back was answered with ${status}`)
  if (!session) return
  const isReported = process.events.some(
    (event) => event.type === 'login.completed' && event.sessionId === session.id,
  )
  hold('reverse flow', isReported, () => `${session.id}: nothing tells of the sign-in`)
  const isSignedOut = process.events.some(
    (event) => event.type === 'session.ended' && event.by === 'logout' && event.sessionId === session.id,
  )
  hold(
    'logged out',
    hasAnswered || !isSignedOut,
    () => `${session.id}: who has signed out meanwhile is let in`,
  )
  judgeRoom(situation, session.id)
}

/** When a sign-in has arrived: what other customers had open here is over, or marked to be ended. */
export function judgeLeft({ browser, remembered, session }: Exchange, sessions: Sessions): void {
  const ownersOf = (sessionId: string) => sessions.get(sessionId)?.customer_id
  const owner = ownersOf(session?.id ?? '')
  for (const { sessionId } of remembered) {
    if (ownersOf(sessionId) === owner || !isAlive(sessions, sessionId)) continue
    const held = [...browser.cookies.values()].filter(({ content }) => content?.sessionId === sessionId)
    const isLeftPending = held.every(({ content }) => content?.isPending)
    hold('switched', isLeftPending, () => `${sessionId} is another customer's, and left open`)
  }
}

function clearedLogins({ setCookies }: Exchange): (string | undefined)[] {
  const cleared = setCookies.filter((setCookie) => /Max-Age=0/.test(setCookie))
  return cleared
    .map((setCookie) => setCookie.split('=', 1)[0])
    .filter((name) => name?.startsWith(LOGIN_COOKIE))
}
