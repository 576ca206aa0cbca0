import { parseSetCookie } from 'cookie'
import { createSessionJar } from '../../src/session-jar.js'
import type { HeldCookie } from './browser.ts'
import type { Exchange, Outcome } from './exchange.ts'
import type { HostProcess } from './host-process.ts'
import { hold } from './violation.ts'

const PATHS = {
  link: '/portal_link',
  script: '/portal_session',
  logout: '/portal_logout',
  'logout link': '/portal_logout',
  return: '/portal_return',
} as const

const NAVIGATION = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const POST = { accept: 'application/json', 'sec-fetch-site': 'same-origin' }

/** Method and headers as a browser sends them for each kind. */
export function toRequestParts(kind: Exchange['kind'], cookie: string | undefined) {
  const isPost = kind === 'script' || kind === 'logout'
  const headers = isPost ? POST : { ...NAVIGATION, 'sec-fetch-site': 'same-origin' }
  return { method: isPost ? 'POST' : 'GET', headers: { ...headers, ...(cookie !== undefined && { cookie }) } }
}

/** Has core answer, and does with the answer what an adapter does. Never rejects. */
export async function ask({ sso }: HostProcess, { kind, request, native }: Asked): Promise<Outcome> {
  const nothing = { status: 0, headers: {}, body: '' }
  try {
    if (kind === 'function') return { ...nothing, result: await sso.createSession(request) }
    if (kind === 'sign-out') return { ...nothing, result: await sso.logout(request) }
    if (kind === 'sessions') return { ...nothing, result: await sso.sessions(request) }
    const path = PATHS[kind]
    const route = sso.find(path, path)
    if (!route) throw new Error(`no route for ${path}`)
    const answer = await sso.handle(route, request)
    if (!answer || request.isAnswered()) return { ...nothing, ...(answer && { status: answer.status }) }
    request.appendCookies(answer.cookies)
    const content = await sso.render(answer, request, native)
    return { status: answer.status, headers: answer.headers, body: content?.body ?? '' }
  } catch (error) {
    return { ...nothing, error }
  }
}

type Asked = Pick<Exchange, 'kind' | 'request'> & { readonly native: Exchange['request']['native'] }

/** The access URL that is in an answer, if any. */
export function accessUrlIn(
  { kind }: Exchange,
  { status, headers, body, result }: Outcome,
  portalUrl: string,
) {
  if (kind === 'link' && headers.Location?.startsWith(`${portalUrl}/portal/`)) return headers.Location
  if (kind === 'script' && status === 200) return String(JSON.parse(body).access_url)
  if (kind === 'function' && result) return String((result as { access_url: string }).access_url)
  return undefined
}

/** What the browser will hold when these `Set-Cookie` values have arrived. */
export function openCookies(
  setCookies: readonly string[],
  { keys, secrets }: HostProcess,
  site: string,
  now: number,
): Promise<(HeldCookie | { readonly name: string })[]> {
  const jar = createSessionJar({
    site,
    secrets: keys.slice(0, 1),
    secure: true,
    emit: () => {},
    now: () => now,
  })
  return Promise.all(
    setCookies.map(async (setCookie) => {
      const { name, value = '', maxAge = 0 } = parseSetCookie(setCookie)
      if (maxAge === 0) return { name }
      const [content] = await jar.read(`${name}=${value}`)
      hold(
        'remembered',
        content !== undefined,
        () => `the cookie ${name} does not open with the newest secret`,
      )
      return {
        name,
        value,
        expiresAt: now + maxAge * 1000,
        content: { ...content, secret: String(secrets[0]) },
      }
    }),
  )
}
