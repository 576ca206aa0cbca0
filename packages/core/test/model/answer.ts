import { parseSetCookie } from 'cookie'
import { createAnswerCookies } from '../../src/cookies/answer-cookies.js'
import { createBegunLogins } from '../../src/cookies/login-state.js'
import { createSessionJar } from '../../src/cookies/session-jar.js'
import type { HeldCookie } from './browser.ts'
import type { Exchange, Outcome } from './exchange.ts'
import type { Sessions } from './ledger.ts'
import { type Begun, LOGIN_COOKIE, RETURN_TO } from './reverse-flow.ts'
import { hold } from './violation.ts'

const PATHS = {
  link: '/portal_link',
  script: '/portal_session',
  logout: '/portal_logout',
  'logout link': '/portal_logout',
  return: '/portal_return',
  begin: '/portal_login',
  callback: '/portal_callback',
} as const

/** Says that the browser was sent to the host's sign-in page; nothing of a session. */
const HOP_COOKIE = '__Host-psso-hop'

const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const POST = { accept: 'application/json', 'sec-fetch-site': 'same-origin' }

/** Method and headers as a browser sends them for each kind. */
export function toRequestParts(kind: Exchange['kind'], cookie: string | undefined) {
  const isPost = kind === 'script' || kind === 'logout'
  const site = kind === 'callback' ? 'cross-site' : 'same-origin'
  const headers = isPost ? POST : { ...NAVIGATION, 'sec-fetch-site': site }
  return { method: isPost ? 'POST' : 'GET', headers: { ...headers, ...(cookie !== undefined && { cookie }) } }
}

/** Has core answer, and does with the answer what an adapter does. Never rejects. */
export async function ask({ process, ...exchange }: Asked): Promise<Outcome> {
  const { kind, request } = exchange
  const { sso } = process
  const nothing = { status: 0, headers: {}, body: '' }
  try {
    if (kind === 'function') return { ...nothing, result: await sso.createSession(request) }
    if (kind === 'sign-out') return { ...nothing, result: await sso.logout(request) }
    if (kind === 'sessions') return { ...nothing, result: await sso.sessions(request) }
    const { path, query } = toTarget(kind, exchange)
    const route = sso.find(path, path + query)
    if (!route) throw new Error(`no route for ${path}`)
    const answer = await sso.handle(route, request)
    if (!answer || request.isAnswered()) return { ...nothing, ...(answer && { status: answer.status }) }
    const content = await sso.render(answer, request, request.native)
    return {
      status: answer.status,
      headers: answer.headers,
      body: content?.body ?? '',
      code: answer.error?.code,
    }
  } catch (error) {
    return { ...nothing, error }
  }
}

type Asked = Pick<Exchange, 'kind' | 'process' | 'request' | 'returnTo' | 'wayBack'>

function toTarget(kind: keyof typeof PATHS, { returnTo, wayBack }: Pick<Asked, 'returnTo' | 'wayBack'>) {
  if (wayBack) return { path: `${PATHS[kind]}/${wayBack.address.state}`, query: wayBack.address.query }
  const asked = RETURN_TO[returnTo]?.asked
  const isAsked = kind === 'begin' && asked
  return { path: PATHS[kind], query: isAsked ? `?return_to=${encodeURIComponent(asked)}` : '' }
}

/** The session that an answer hands out, if any. */
export function sessionIn(exchange: Exchange, outcome: Outcome, sessions: Sessions, portalUrl: string) {
  const { address, hasAnswered, told } = exchange.wayBack ?? {}
  if (told && address) {
    // A sign-out that came meanwhile has the last word.
    const isBack = outcome.status === 303 && outcome.headers.Location !== '/signed-out'
    const isLetIn = told.length > 0 && !outcome.error && (hasAnswered || isBack)
    return isLetIn ? { id: String(told[0]?.id), accessUrl: '' } : undefined
  }
  const accessUrl = accessUrlIn(exchange, outcome, portalUrl)
  if (accessUrl === undefined) return undefined
  const session = [...sessions.values()].find(({ access_url }) => access_url === accessUrl)
  hold('own session', session !== undefined, () => `${accessUrl} is unknown`)
  return { id: session.id, accessUrl }
}

function accessUrlIn({ kind }: Exchange, { status, headers, body, result }: Outcome, portalUrl: string) {
  if (kind === 'link' && headers.Location?.startsWith(`${portalUrl}/portal/`)) return headers.Location
  if (kind === 'script' && status === 200) return String(JSON.parse(body).access_url)
  if (kind === 'function' && result) return String((result as { access_url: string }).access_url)
  return undefined
}

/** What the browser will hold when the `Set-Cookie` values of an answer have arrived. */
export function openCookies(
  { answeredAtMs, browser, process, returnTo, setCookies }: Exchange,
  site: string,
  now: number,
): Promise<(HeldCookie | { readonly name: string })[]> {
  const { keys, secrets } = process
  const secret = String(secrets[0])
  const settings = { site, secrets: keys.slice(0, 1), secure: true, emit: () => {} }
  const jar = createSessionJar({ ...settings, maxSessions: setCookies.length, now: () => now })
  const begunLogins = createBegunLogins({ ...settings, now: () => answeredAtMs })

  const openBegun = async (name: string, value: string): Promise<Begun | undefined> => {
    const state = name.slice(LOGIN_COOKIE.length)
    const begun = await begunLogins.take(state, `${name}=${value}`, createAnswerCookies())
    return (
      begun && { state, atMs: answeredAtMs, returnTo: RETURN_TO[returnTo]?.leadsTo ?? '/', browser, secret }
    )
  }
  return Promise.all(
    setCookies.map(async (setCookie) => {
      const { name, value = '', maxAge = 0 } = parseSetCookie(setCookie)
      if (maxAge === 0) return { name }
      const isLogin = name.startsWith(LOGIN_COOKIE)
      const begun = isLogin ? await openBegun(name, value) : undefined
      const { sessions } = isLogin ? { sessions: [] } : await jar.read(`${name}=${value}`)
      const [content] = sessions
      const isOpen = begun !== undefined || content !== undefined || name === HOP_COOKIE
      hold('remembered', isOpen, () => `the cookie ${name} does not open with the newest secret`)
      const expiresAt = now + maxAge * 1000
      return { name, value, expiresAt, begun, content: content && { ...content, secret } }
    }),
  )
}
