import { ChargebeeFailure } from '../chargebee/failure.js'
import { isSessionId, type PortalSession } from '../chargebee/portal-session.js'
import type { Config } from '../options/options.js'
import { spell } from './failures.js'
import type { Fact } from './report.js'
import { type SiteCalls, unknownId } from './site-calls.js'

// What Chargebee does not document, and what is built on it here. Answers are statuses, codes and names of fields: they
// are there to be pasted where everybody reads them.

const KNOWN_FIELDS: readonly string[] = [
  ...[
    'id',
    'token',
    'access_url',
    'redirect_url',
    'status',
    'created_at',
    'expires_at',
    'customer_id',
    'object',
  ],
  ...['login_at', 'logout_at', 'login_ipaddress', 'logout_ipaddress', 'linked_customers'],
]

const UNKNOWN_CUSTOMER = 'create for an unknown customer'

async function ask(question: string, call: () => Promise<string>): Promise<Fact> {
  try {
    return { question, answer: await call() }
  } catch (error) {
    if (!(error instanceof ChargebeeFailure)) throw error
    return { question, answer: spell(error) }
  }
}

/** What a site says that does not let the portal be opened: which error, is nowhere written. */
export function askAboutRefusal(failure: ChargebeeFailure): Fact[] {
  const question = failure.isNotFound ? UNKNOWN_CUSTOMER : 'create, refused'
  return [{ question, answer: spell(failure) }]
}

/** Of a session that was opened and is not ended yet. */
export async function askOfOpen(
  calls: SiteCalls,
  session: PortalSession,
  site: string,
  createAgain: () => Promise<PortalSession>,
): Promise<Fact[]> {
  const { created_at, expires_at, access_url } = session
  const keepAlive = calls.lastHead()?.keepAlive
  const unknownFields = Object.keys(session).filter((name) => !KNOWN_FIELDS.includes(name))
  return [
    { question: 'keep-alive of an answer', answer: keepAlive ?? 'none' },
    { question: 'host of the access URL', answer: toHostAnswer(access_url, site) },
    {
      question: 'life of the access URL',
      answer: expires_at === undefined ? 'no expires_at' : `${expires_at - created_at} s`,
    },
    { question: 'further fields of a session', answer: unknownFields.join(', ') || 'none' },
    await ask('create again with the same idempotency key', async () => {
      const again = await createAgain()
      if (again.id === session.id) return 'the same session'
      if (isSessionId(again.id)) await calls.logout(again.id)
      return 'another session'
    }),
    await ask('activate with a wrong token, of a session that is created', async () => {
      const { status } = await calls.activate(session.id, unknownId('token'))
      return `200 ${status}`
    }),
  ]
}

function toHostAnswer(accessUrl: string, site: string): string {
  const host = URL.canParse(accessUrl) ? new URL(accessUrl).host : 'none'
  const isUsual = host === `${site}.chargebee.com` || host === `${site}.chargebeeportal.com`
  return isUsual
    ? host.replace(site, '{site}')
    : 'another than {site}.chargebee.com and {site}.chargebeeportal.com'
}

export async function askAfterEnd(calls: SiteCalls, { id }: PortalSession): Promise<Fact[]> {
  return [
    await ask('retrieve of an ended session', async () => {
      const found = await calls.retrieve(id)
      return found
        ? `200 ${found.status}, ${found.logout_at ? 'with' : 'without'} logout_at`
        : notFound(calls)
    }),
    await ask('logout of an ended session', async () => {
      await calls.logout(id)
      return statusOf(calls)
    }),
  ]
}

/** Of sessions and customers that there are none of: nothing is made. */
export async function askOfUnknown(calls: SiteCalls, config: Config): Promise<Fact[]> {
  const id = unknownId('portal_sso_doctor')
  return [
    await ask('retrieve of an unknown session', async () => {
      const found = await calls.retrieve(id)
      return found ? `200 ${found.status}` : notFound(calls)
    }),
    await ask('logout of an unknown session', async () => {
      await calls.logout(id)
      return statusOf(calls)
    }),
    await ask('activate of an unknown session', async () => {
      const { status } = await calls.activate(id, unknownId('token'))
      return `200 ${status}`
    }),
    await ask(UNKNOWN_CUSTOMER, async () => {
      const made = await calls.create(unknownId('c').slice(0, 30), undefined, unknownId('key'))
      if (isSessionId(made.id)) await calls.logout(made.id)
      return '200, a session'
    }),
    await askOfMalformedHeader(config, id),
  ]
}

const statusOf = (calls: SiteCalls) => String(calls.lastHead()?.status ?? 'unknown')
// The calls tell Chargebee's own "not found" from any other 404.
const notFound = (calls: SiteCalls) => `${statusOf(calls)} resource_not_found`

/** Not through the SDK: the middleware sends no such header. */
async function askOfMalformedHeader({ apiUrl, apiKey, timeoutMs }: Config, id: string): Promise<Fact> {
  const question = 'retrieve with a malformed chargebee-request-origin-ip'
  try {
    const answer = await fetch(new URL(`/api/v2/portal_sessions/${id}`, apiUrl), {
      headers: {
        authorization: `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`,
        'chargebee-request-origin-ip': 'no address',
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    await answer.body?.cancel()
    return { question, answer: answer.status === 404 ? '404: not looked at' : `${answer.status}` }
  } catch {
    return { question, answer: 'no answer' }
  }
}
