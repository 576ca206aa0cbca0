import { PortalSsoError } from '../../src/errors.js'
import { AlreadyAnswered } from '../../src/host/callbacks.js'
import { type Exchange, HostError, type Outcome } from './exchange.ts'
import type { HostSettings } from './host-process.ts'
import { judgeBegin, judgeCallback } from './judge-login.ts'
import { isAlive, type Sessions } from './ledger.ts'
import { hold } from './violation.ts'

/** Looks at what core has answered, at the moment when it has. */
export function judge(
  exchange: Exchange,
  sessions: Sessions,
  settings: HostSettings,
  portalUrl: string,
): void {
  const outcome = exchange.outcome as Outcome
  const tookMs = exchange.process.clock.now() - exchange.startedAtMs
  const isHealthy = exchange.isAlone && exchange.isCalm && !exchange.process.isClosed
  const isInTime = tookMs < 0.8 * Math.min(settings.timeoutMs, settings.logoutTimeoutMs)
  const status = statusOf(exchange, outcome)
  if (status === 504) {
    hold('answered', tookMs >= 0.9 * settings.timeoutMs, () => `504 after ${Math.round(tookMs)} ms`)
  }
  const situation: Situation = {
    exchange,
    outcome,
    status,
    sessions,
    settings,
    portalUrl,
    isSmooth: isHealthy && isInTime,
  }
  if (exchange.isCreating) judgeCreate(situation)
  else if (exchange.isEnding) judgeLogout(situation)
  else if (exchange.kind === 'return') judgeReturn(situation)
  else if (exchange.kind === 'begin') judgeBegin(situation)
  else if (exchange.kind === 'callback') judgeCallback(situation)
  else judgeList(situation)
}

export interface Situation {
  readonly exchange: Exchange
  readonly outcome: Outcome
  readonly status: number
  readonly sessions: Sessions
  readonly settings: HostSettings
  readonly portalUrl: string
  /** Nothing stood in the way. */
  readonly isSmooth: boolean
}

/** The status as a browser would see it; 0: nobody is there to see one. */
function statusOf({ state, kind, wayBack }: Exchange, { status, error, result }: Outcome): number {
  if (error instanceof PortalSsoError) return error.status
  if (error instanceof HostError) return 500
  const isGone =
    error instanceof AlreadyAnswered || error === undefined || /has been sent/.test(String(error))
  hold('answered', isGone, () => `${kind} rejected with ${String(error)}`)
  if (result !== undefined) return 200
  hold(
    'answered',
    status > 0 || state === 'lost' || wayBack?.hasAnswered === true,
    () => `${kind} was not answered at all`,
  )
  return status
}

function judgeCreate(situation: Situation): void {
  const { exchange, outcome, status, sessions, settings, isSmooth } = situation
  const { customer, kind, login, session, state } = exchange
  const isNobody = customer === null
  const throws = customer === 'throws' || (settings.hasLoginId && !isNobody && login === null)
  if (!session) {
    const { Location } = outcome.headers
    const isElsewhere = kind === 'link' && status === 303
    const isLimited = status === 429 && exchange.clicksBefore >= (settings.points ?? Number.POSITIVE_INFINITY)
    const allowed =
      state === 'lost' ||
      isLimited ||
      [502, 503, 504].includes(status) ||
      (throws && status === 500) ||
      (isNobody && (isElsewhere ? Location?.startsWith('/sign-in?') : status === 401)) ||
      (exchange.mayEnd && (isElsewhere ? Location === '/signed-out' : status === 409))
    hold('answered', allowed === true, () => `${kind} was answered with ${status} ${Location ?? ''}`)
    const isUnhindered =
      isSmooth && exchange.company.length === 0 && !isNobody && !throws && state !== 'lost' && !isLimited
    hold('answered', !isUnhindered, () => `${kind} had no obstacle and was answered with ${status}`)
    return
  }
  const owner = sessions.get(session.id)?.customer_id
  hold('own session', owner === customer, () => `${String(customer)} was given a session of ${owner}`)
  judgeRoom(situation, session.id)
}

/** What was in the way of a session, when it is handed out. */
export function judgeRoom({ exchange, sessions, settings, isSmooth }: Situation, newId: string): void {
  const living = exchange.remembered.filter(({ sessionId }) => isAlive(sessions, sessionId))
  const ownersOf = (sessionId: string) => sessions.get(sessionId)?.customer_id
  const foreign = living.filter(({ sessionId }) => ownersOf(sessionId) !== ownersOf(newId))
  // A sign-in at Chargebee has happened already: what can't be ended then is marked, see `judgeLeft`.
  const isLeft = exchange.wayBack !== undefined && !isSmooth
  hold('switched', isLeft || foreign.length === 0, () => {
    return `${foreign[0]?.sessionId} is of another customer, and lives`
  })

  // Handed out and not arrived yet, and known to the process all the same.
  const coming = exchange.companions.flatMap(({ session, state }) =>
    session && state === 'writing' && isAlive(sessions, session.id) ? [session.id] : [],
  )
  const rival = coming.find((id) => ownersOf(id) !== ownersOf(newId))
  hold('switched', isLeft || rival === undefined, () => `${rival} is of another customer, and on its way`)

  const count = new Set([...living.map(({ sessionId }) => sessionId), ...coming, newId]).size
  const most = isSmooth && coming.length === 0 ? settings.maxSessions : 2 * settings.maxSessions
  hold('room', count <= most, () => `${count} sessions live in one browser`)
  if (!isSmooth) return
  const pending = living.filter(({ isPending }) => isPending)
  hold('retried', pending.length === 0, () => `${pending[0]?.sessionId} was pending, and lives`)
  const oldestLiving = Math.min(...living.map(({ createdAt }) => createdAt))
  const younger = exchange.aliveAtStart.filter(
    ({ sessionId, createdAt, isPending }) =>
      !isPending &&
      ownersOf(sessionId) === ownersOf(newId) &&
      createdAt > oldestLiving &&
      !isAlive(sessions, sessionId),
  )
  hold('room', younger.length === 0, () => `${younger[0]?.sessionId} was ended, and is not the oldest`)
}

function judgeLogout({ exchange, outcome, status, sessions, isSmooth }: Situation): void {
  const { kind, remembered, state } = exchange
  const ids = new Set(remembered.map(({ sessionId }) => sessionId))
  const counts =
    kind === 'sign-out' ? outcome.result : status === 200 && state !== 'lost' && JSON.parse(outcome.body)
  if (counts) {
    const { ended, pending } = counts as { ended: number; pending: number }
    const isAll = ended >= 0 && pending >= 0 && ended + pending >= ids.size
    hold(
      'logged out',
      isAll,
      () => `of ${ids.size} sessions ${ended} are said to be ended, ${pending} pending`,
    )
    exchange.hasSucceeded = pending === 0
  } else {
    exchange.hasSucceeded = status === 303 || status === 200
    const isAllowed = exchange.hasSucceeded || status === 503 || state === 'lost'
    hold('answered', isAllowed, () => `${kind} was answered with ${status}`)
    const says = status !== 503 || state === 'lost' || outcome.headers['Retry-After'] !== undefined
    hold('answered', says, () => `${kind} was answered with 503 and no Retry-After`)
  }
  hold(
    'answered',
    exchange.hasSucceeded || !isSmooth,
    () => `${kind} had no obstacle, and failed (${status})`,
  )
  if (!exchange.hasSucceeded) return
  const left = [...ids].filter((id) => isAlive(sessions, id))
  hold('logged out', left.length === 0, () => `${left[0]} was remembered at a successful ${kind}, and lives`)
}

function judgeReturn({ exchange, outcome, status, sessions, isSmooth }: Situation): void {
  if (exchange.state === 'lost') return
  const isBack = (status === 303 && outcome.headers.Location === '/') || exchange.process.isClosed
  hold('answered', isBack, () => `the way back was answered with ${status}`)
  if (!isSmooth) return
  const left = exchange.remembered.filter(
    ({ isPending, sessionId }) => isPending && isAlive(sessions, sessionId),
  )
  hold('retried', left.length === 0, () => `${left[0]?.sessionId} was pending, and lives`)
  const alive = new Set(exchange.aliveAtStart.map(({ sessionId }) => sessionId))
  const over = exchange.remembered.filter(({ sessionId }) => !alive.has(sessionId))
  const cleared = exchange.setCookies.filter((setCookie) => /Max-Age=0/.test(setCookie)).length
  hold('answered', cleared >= over.length, () => `${over.length} are over, ${cleared} were forgotten`)
}

function judgeList({ exchange, outcome, sessions, isSmooth }: Situation): void {
  if (!isSmooth) return
  const list = outcome.result as Readonly<Record<string, unknown>>[] | undefined
  const listed = (list ?? []).map(({ id }) => String(id))
  const ids = exchange.remembered.map(({ sessionId }) => sessionId)
  const unknown = listed.filter((id) => !ids.includes(id))
  hold('answered', unknown.length === 0, () => `${unknown[0]} is listed, and not remembered`)
  // What is over need not be asked for any more.
  const missing = exchange.aliveAtStart.filter(({ sessionId }) => !listed.includes(sessionId))
  hold('answered', missing.length === 0, () => `${missing[0]?.sessionId} lives, and is not listed`)
  for (const { id, status, token, access_url } of list ?? []) {
    const isPublic = token === undefined && access_url === undefined
    hold(
      'answered',
      isPublic && status === sessions.get(String(id))?.status,
      () => `${id} is not as it is listed`,
    )
  }
}
