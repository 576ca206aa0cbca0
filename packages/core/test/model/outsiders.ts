import type { PortalResponse } from '../../src/http/http.js'
import type { Browser } from './browser.ts'
import { type Exchange, HostError, type Visitor } from './exchange.ts'
import type { HostProcess } from './host-process.ts'
import { hold } from './violation.ts'
import type { World } from './world.ts'

/**
 * Who may send anything at any time, and change nothing that is another's: the last user of a browser, with a copy of
 * the cookies of then; another website, in whose page somebody clicks; and a stranger, who has no cookies at all.
 */
export type Outsider = 'last user' | 'foreign page' | 'stranger'

/** Plain data, as all commands. */
export interface Intrusion {
  readonly do: 'intrude'
  readonly who: Outsider
  /** The browser that the last user has used, or in which somebody looks at the foreign page. */
  readonly browser: number
  readonly pick: number
}

/** The cookies that a browser had when its customer changed. */
export interface OldCookies {
  readonly header: string
  /** Whose sessions they are for. */
  readonly customers: readonly string[]
}

interface Attempt {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly query?: string
  readonly headers: Readonly<Record<string, string>>
  /** Statuses that may come of it, beside 503 of a process that closes. */
  readonly statuses: readonly number[]
  /** Of a sign-in that the outsider has begun: its cookie is theirs. */
  readonly isOwn?: true
}

const MADE_UP = 'portal_made_up_by_a_stranger'
const CLAIMED = 'portal_claimed_by_a_stranger'
const STRANGERS_ADDRESS = '203.0.113.7'
const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const FOREIGN = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' }
const OWN = { ...NAVIGATION, 'sec-fetch-site': 'same-origin' }
const IMAGE = { accept: 'image/*', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }

const FROM_A_FOREIGN_PAGE: readonly Attempt[] = [
  { method: 'GET', path: '/portal_link', headers: FOREIGN, statuses: [200] },
  { method: 'GET', path: '/portal_login', headers: FOREIGN, statuses: [200] },
  {
    method: 'GET',
    path: '/portal_link',
    headers: { ...IMAGE, 'sec-fetch-site': 'same-site' },
    statuses: [403],
  },
  { method: 'POST', path: '/portal_session', headers: FOREIGN, statuses: [403] },
  { method: 'POST', path: '/portal_logout', headers: FOREIGN, statuses: [403] },
  { method: 'GET', path: '/portal_logout', headers: FOREIGN, statuses: [405] },
  {
    method: 'GET',
    path: '/portal_return',
    headers: { ...IMAGE, 'sec-fetch-site': 'cross-site' },
    statuses: [303],
  },
]

const OF_A_STRANGER: readonly Attempt[] = [
  { method: 'GET', path: '/portal_link', headers: OWN, statuses: [303] },
  { method: 'POST', path: '/portal_session', headers: OWN, statuses: [401] },
  { method: 'POST', path: '/portal_logout', headers: OWN, statuses: [303] },
  { method: 'GET', path: '/portal_return', headers: OWN, statuses: [303] },
  { method: 'GET', path: '/portal_login', headers: OWN, statuses: [303] },
  {
    method: 'GET',
    path: '/portal_callback/madeUpByAStranger00000',
    query: `?auth_session_id=${MADE_UP}&auth_session_token=made_up`,
    headers: FOREIGN,
    statuses: [400],
  },
]

const OF_THE_LAST_USER: readonly Attempt[] = [
  { method: 'POST', path: '/portal_logout', headers: OWN, statuses: [303, 503] },
  { method: 'GET', path: '/portal_logout', headers: OWN, statuses: [303, 503] },
  { method: 'GET', path: '/portal_return', headers: OWN, statuses: [303] },
  { method: 'GET', path: '/portal_link', headers: OWN, statuses: [303] },
]

/** A stranger begins a sign-in, and says to have signed in: so much of Chargebee is anyone's to ask. */
async function claim(world: World): Promise<void> {
  const begin: Attempt = { method: 'GET', path: '/portal_login', headers: OWN, statuses: [303] }
  const [cookie, location] = await send(world, begin, undefined, nobody)
  const state = /portal_callback%2F([A-Za-z0-9_-]+)/.exec(location ?? '')?.[1]
  if (cookie === undefined || state === undefined) return
  const comeBack: Attempt = {
    method: 'GET',
    path: `/portal_callback/${state}`,
    query: `?auth_session_id=${CLAIMED}&auth_session_token=made_up`,
    headers: FOREIGN,
    statuses: [303, 400, 409, 429, 502, 503, 504],
    isOwn: true,
  }
  await send(world, comeBack, cookie, nobody)
}

/** Sends what the command says; resolves when it is answered. */
export async function intrude(world: World, { who, browser, pick }: Intrusion): Promise<void> {
  const victim = world.browsers[browser] as Browser
  switch (who) {
    case 'stranger':
      await (pick % 3 === 0 ? claim(world) : send(world, at(OF_A_STRANGER, pick), undefined, nobody))
      break
    case 'foreign page':
      await sendFromForeignPage(world, at(FROM_A_FOREIGN_PAGE, pick), victim)
      break
    case 'last user':
      await sendWithOldCookies(world, at(OF_THE_LAST_USER, pick), victim, pick)
  }
}

function at<T>(all: readonly T[], pick: number): T {
  return all[pick % all.length] as T
}

const nobody: Visitor = {
  customer: () => null,
  login: () => {
    throw new HostError()
  },
  letIn: () => {
    throw new HostError()
  },
}

function sendFromForeignPage(world: World, attempt: Attempt, browser: Browser): Promise<Sent> {
  const { customer, login } = browser
  const visitor = { ...nobody, customer: () => customer, login: () => login ?? nobody.login() }
  return send(world, attempt, browser.header(), visitor)
}

async function sendWithOldCookies(world: World, attempt: Attempt, { family }: Browser, pick: number) {
  const all = world.oldCookies.get(family) ?? []
  const old = all[pick % all.length]
  if (!old) return
  // What they are for may be ended with them, and nothing else: not what the browser's next user has opened.
  const { exchanges, intruding } = world.ledger
  const reaches = ({ browser, opensFor }: Exchange) =>
    browser.family === family && opensFor !== null && old.customers.includes(opensFor)
  for (const exchange of exchanges.filter(reaches)) {
    exchange.mayEnd = true
    exchange.isAlone = false
  }
  // They count for the login that they are of, which may be one of a person who is back.
  if (attempt.path === '/portal_return')
    world.ledger.noteVisits(world.process, 'return', old.customers.length)
  intruding.add(reaches)
  try {
    await send(world, attempt, old.header, nobody)
  } finally {
    intruding.delete(reaches)
  }
}

/** The first cookie of the answer, and where it leads. */
type Sent = readonly [cookie?: string | undefined, location?: string | undefined]

async function send(
  world: World,
  attempt: Attempt,
  cookie: string | undefined,
  visitor: Visitor,
): Promise<Sent> {
  const { process } = world
  const { method, path, query = '', headers } = attempt
  const route = process.sso.find(path, path + query)
  // The routes of Chargebee's login are there with the option only.
  if (!route) return []
  const name = `${method} ${path} of an outsider`
  const setCookies: string[] = []
  const answer = await process.sso.handle(route, {
    method,
    headers: { ...headers, ...(cookie !== undefined && { cookie }) },
    native: [visitor],
    clientAddress: STRANGERS_ADDRESS,
    isAnswered: () => false,
    appendCookies: (cookies) => void setCookies.push(...cookies),
    onHead: () => {},
    handOut: () => hold('own session', false, () => `${name} was given a session`),
  })
  if (process.isKilled) return []
  judge(name, attempt, answer, process)
  // Of a session: what is the outsider's own, as a sign-in that they begin, is no matter.
  const isForeign = attempt.headers['sec-fetch-site'] !== 'same-origin'
  const isTheirs = !isForeign || attempt.isOwn === true
  hold('others left alone', isTheirs || setCookies.length === 0, () => `${name} has set ${setCookies[0]}`)
  return [setCookies[0]?.split(';')[0], answer?.headers.Location]
}

function judge(
  name: string,
  { statuses }: Attempt,
  answer: PortalResponse | undefined,
  process: HostProcess,
) {
  const status = answer?.status ?? 0
  const isExpected = statuses.includes(status) || (process.isClosed && status === 503)
  hold('answered', isExpected, () => `${name} was answered with ${status}`)
  const isAsked = process.activating.has(MADE_UP)
  hold('reverse flow', !isAsked, () => 'Chargebee was asked for what a stranger has made up')
}
