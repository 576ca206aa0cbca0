import type { Operation } from '../../src/events.js'
import type { PortalResponse } from '../../src/http/http.js'
import type { PortalSso } from '../../src/portal-sso.js'
import type { Browser } from './browser.ts'

export type Sso = PortalSso

/** What came out of core: an answer, or what a function gave or threw. */
export interface Outcome {
  /** 0 where a function was called. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The refusal behind the answer, or what the function threw. */
  readonly error?: unknown
  readonly result?: unknown
}

/** A way in which a host or its customer makes core call Chargebee. */
export interface Column {
  readonly name: string
  readonly operation: Operation
  /** How often the fault strikes, before everything is well again. */
  readonly times: number
  /** Faults go to the log alone, since the host has not asked for events. */
  readonly isWithoutEvents?: true
  /** Asks for JSON; everybody else is a browser. */
  readonly isScript?: true
  /** The call goes out on a connection that was used before. */
  readonly isWarm?: true
  /** What has to happen before, with a Chargebee that is well. */
  readonly prepare?: (sso: Sso, browser: Browser) => Promise<string>
  /** @param prepared what `prepare` gave */
  readonly act: (sso: Sso, browser: Browser, prepared: string) => Promise<Outcome>
}

/** Who signs in at Chargebee, and where they want to go. */
export const EMAIL = 'someone@example.com'
export const PASSWORD = 'correct horse'
export const RETURN_TO = '/inside'

const ALWAYS = Number.POSITIVE_INFINITY

const NAVIGATION = {
  accept: 'text/html,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-site': 'same-origin',
} as const

const SCRIPT = { accept: 'application/json', 'sec-fetch-site': 'same-origin' } as const

export function openLink(sso: Sso, browser: Browser): Promise<Outcome> {
  return visit(sso, browser, 'GET', '/portal_link', NAVIGATION)
}

export function logOut(sso: Sso, browser: Browser): Promise<Outcome> {
  return visit(sso, browser, 'POST', '/portal_logout', SCRIPT)
}

export const COLUMNS: readonly Column[] = [
  { name: 'link', operation: 'create', times: ALWAYS, act: openLink },
  { name: 'link, used connection', operation: 'create', times: ALWAYS, isWarm: true, act: openLink },
  { name: 'link, fault once', operation: 'create', times: 1, act: openLink },
  {
    name: 'script',
    operation: 'create',
    times: ALWAYS,
    isWithoutEvents: true,
    isScript: true,
    act: (sso, browser) => visit(sso, browser, 'POST', '/portal_session', SCRIPT),
  },
  {
    name: 'createSession()',
    operation: 'create',
    times: ALWAYS,
    act: (sso, browser) => call(sso.createSession(browser.request('GET', NAVIGATION))),
  },
  {
    name: 'logout',
    operation: 'logout',
    times: ALWAYS,
    act: (sso, browser) =>
      visit(sso, browser, 'POST', '/portal_logout', { ...NAVIGATION, 'sec-fetch-mode': 'navigate' }),
  },
  {
    name: 'logout, used connection',
    operation: 'logout',
    times: ALWAYS,
    isWarm: true,
    isScript: true,
    act: logOut,
  },
  { name: 'logout, fault once', operation: 'logout', times: 1, isScript: true, act: logOut },
  {
    name: 'logout()',
    operation: 'logout',
    times: ALWAYS,
    act: (sso, browser) => call(sso.logout(browser.request('POST', NAVIGATION))),
  },
  {
    name: 'sessions()',
    operation: 'retrieve',
    times: ALWAYS,
    act: (sso, browser) => call(sso.sessions(browser.request('GET', NAVIGATION))),
  },
  {
    name: 'return',
    operation: 'retrieve',
    times: ALWAYS,
    act: (sso, browser) => visit(sso, browser, 'GET', '/portal_return', NAVIGATION),
  },
  { name: 'callback', operation: 'activate', times: ALWAYS, prepare: signIn, act: comeBack },
  {
    name: 'callback, used connection',
    operation: 'activate',
    times: ALWAYS,
    isWarm: true,
    prepare: signIn,
    act: comeBack,
  },
  { name: 'callback, fault once', operation: 'activate', times: 1, prepare: signIn, act: comeBack },
]

/** Signs the customer in at Chargebee's own login; gives the address from which the browser comes back. */
async function signIn(sso: Sso, browser: Browser): Promise<string> {
  const start = await visit(sso, browser, 'GET', `/portal_login?return_to=${RETURN_TO}`, NAVIGATION)
  const login = new URL(start.headers.Location ?? '')
  const form = new URLSearchParams(login.search)
  form.set('email', EMAIL)
  form.set('password', PASSWORD)
  const { headers } = await fetch(login, { method: 'POST', body: form, redirect: 'manual' })
  const { pathname, search } = new URL(headers.get('location') ?? '')
  return pathname + search
}

function comeBack(sso: Sso, browser: Browser, callback: string): Promise<Outcome> {
  return visit(sso, browser, 'GET', callback, { ...NAVIGATION, 'sec-fetch-site': 'cross-site' })
}

/** Sends a request through core, and does with the answer what an adapter does. */
export async function visit(
  sso: Sso,
  browser: Browser,
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const route = sso.find(url.split('?')[0] ?? '', url)
  if (!route) throw new Error(`no route for ${url}`)
  const request = browser.request(method, headers)
  const answer: PortalResponse | undefined = await sso.handle(route, request)
  if (!answer) throw new Error(`no answer for ${url}`)
  const content = await sso.render(answer, request, [])
  return {
    status: answer.status,
    headers: { ...answer.headers, ...content?.headers, vary: answer.vary },
    body: content?.body ?? '',
    ...(answer.error && { error: answer.error }),
  }
}

async function call(work: Promise<unknown>): Promise<Outcome> {
  const nothing = { status: 0, headers: {}, body: '' }
  try {
    return { ...nothing, result: await work }
  } catch (error) {
    return { ...nothing, error }
  }
}
