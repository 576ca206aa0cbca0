import type { Context, Visit } from './context.js'
import { notSameOrigin } from './create-session.js'
import { startDeadline } from './deadline.js'
import { PortalSsoError } from './errors.js'
import { json, type PortalResponse, redirect } from './http.js'
import { isBrowser, isNavigation, originOfPost } from './request-guard.js'
import { end } from './session-room.js'

/** How many portal sessions of this browser are over now, and how many could not be ended yet. */
export interface LogoutResult {
  readonly ended: number
  readonly pending: number
}

/** `POST | GET /portal_logout`: ends every session that this browser remembers, whoever it was opened for. */
export async function logOut<Native extends readonly unknown[]>(
  context: Context<Native>,
  { request, cookies }: Visit<Native>,
): Promise<PortalResponse> {
  const { config } = context
  const { headers, method } = request
  if (method === 'GET') {
    if (!isNavigation(headers) || headers['sec-fetch-site'] !== 'same-origin') throw needsPost()
  } else {
    const origin = originOfPost(headers, config.baseUrl.origin)
    if (origin === 'other' || origin === 'hidden') throw notSameOrigin(origin)
  }
  const result = await endRemembered(context, headers.cookie, cookies)
  if (result.pending > 0) {
    throw new PortalSsoError(
      'logout_incomplete',
      'The billing portal could not be reached to sign you out there. Please try again in a moment, above all on a shared device.',
      { headers: { 'Retry-After': '5' } },
    )
  }
  return isBrowser(headers) ? redirect(config.afterLogoutUrl) : json(result)
}

/** Ends what the browser remembers, in parallel and within `logoutTimeoutMs`; never rejects. */
export async function endRemembered(
  context: Pick<Context, 'jar' | 'ender'> & { readonly config: Pick<Context['config'], 'logoutTimeoutMs'> },
  cookieHeader: string | undefined,
  cookies: string[],
): Promise<LogoutResult> {
  const { config, jar } = context
  const remembered = await jar.read(cookieHeader)
  if (remembered.length === 0) return { ended: 0, pending: 0 }
  const deadline = startDeadline(config.logoutTimeoutMs)
  const left = await end(context, remembered, 'logout', deadline, cookies)
  deadline.clear()
  cookies.push(...(await jar.renew(left)))
  const pending = countIds(left)
  return { ended: countIds(remembered) - pending, pending }
}

function countIds(sessions: readonly { readonly sessionId: string }[]): number {
  return new Set(sessions.map(({ sessionId }) => sessionId)).size
}

function needsPost(): PortalSsoError {
  return new PortalSsoError(
    'method_not_allowed',
    'Signing out of the billing portal takes a click on this site.',
    {
      headers: { Allow: 'POST' },
    },
  )
}
