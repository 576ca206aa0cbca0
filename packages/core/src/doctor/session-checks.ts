import { randomUUID } from 'node:crypto'
import { ChargebeeFailure } from '../chargebee/failure.js'
import { isSessionId, type PortalSession } from '../chargebee/portal-session.js'
import { toHelp } from '../help.js'
import { toRedirectUrl } from '../http/route-table.js'
import type { Config } from '../options/options.js'
import { findDoubt } from '../sessions/doubt.js'
import { askAboutRefusal, askAfterEnd, askOfOpen, askOfUnknown } from './facts.js'
import { spell, toWrong } from './failures.js'
import type { Check, Fact } from './report.js'
import type { SiteCalls } from './site-calls.js'

/** One life of a portal session, from open to ended, and what else the site can be asked on the way. */
export async function checkSession(
  calls: SiteCalls,
  config: Config,
  customerId: string,
): Promise<{ checks: Check[]; facts: Fact[] }> {
  const idempotencyKey = randomUUID()
  const redirectUrl = toRedirectUrl(config, config.basePath)
  let session: PortalSession
  try {
    session = await calls.create(customerId, redirectUrl, idempotencyKey)
  } catch (error) {
    if (!(error instanceof ChargebeeFailure)) throw error
    const check = error.isNotFound
      ? unknownCustomer(customerId, config.site, error)
      : toWrong('create', error, 'create')
    return { checks: [check], facts: askAboutRefusal(error) }
  }
  const checks: Check[] = [
    {
      name: 'create',
      outcome: 'ok',
      text: 'a portal session was opened: the key may do it, the site allows it',
    },
    checkAccessUrl(session, customerId, config),
    checkRedirectUrl(config, redirectUrl),
  ]
  if (!isSessionId(session.id)) return { checks, facts: [] }
  const facts: Fact[] = []
  try {
    checks.push(await checkRetrieve(calls, session))
    const createAgain = () => calls.create(customerId, redirectUrl, idempotencyKey)
    facts.push(...(await askOfOpen(calls, session, config.site, createAgain)))
  } finally {
    checks.push(await checkLogout(calls, session))
  }
  facts.push(...(await askAfterEnd(calls, session)), ...(await askOfUnknown(calls, config)))
  return { checks, facts }
}

function unknownCustomer(customerId: string, site: string, failure: ChargebeeFailure): Check {
  return {
    ...toWrong('create', failure, 'create'),
    text: `${spell(failure)}; the site "${site}" has no customer "${customerId}"`,
    mend: 'Give an id as Chargebee has it (Customers, column "Customer ID"), of a customer of this site: a test site has its own.',
  }
}

function checkAccessUrl(session: PortalSession, customerId: string, config: Config): Check {
  const name = 'access-url'
  const doubt = findDoubt(session, customerId, config.portalHosts)
  if (doubt === undefined) {
    return { name, outcome: 'ok', text: `the portal opens at ${new URL(session.access_url).host}` }
  }
  return {
    name,
    outcome: 'wrong',
    text: doubt.reason,
    mend:
      doubt.mend ??
      'Look at CHARGEBEE_API_URL: what answers there answers with something else than was asked for.',
    help: toHelp('chargebee_invalid'),
  }
}

function checkRedirectUrl({ baseUrl }: Config, redirectUrl: string | undefined): Check {
  const name = 'redirect-url'
  if (redirectUrl !== undefined) {
    return {
      name,
      outcome: 'ok',
      text: `Chargebee takes the address that brings customers back to ${new URL(redirectUrl).host}`,
    }
  }
  const text = `none was sent: Chargebee takes none on the port of ${new URL(baseUrl.origin).host}`
  return { name, outcome: 'skipped', text }
}

async function checkRetrieve(calls: SiteCalls, { id }: PortalSession): Promise<Check> {
  const name = 'retrieve'
  try {
    const found = await calls.retrieve(id)
    if (found?.status === 'created') return { name, outcome: 'ok', text: 'it is found, and is "created"' }
    return {
      name,
      outcome: 'wrong',
      text: found ? `it is found, and is "${String(found.status)}"` : 'Chargebee knows nothing of it',
      mend: 'Say so in an issue, with all of this report.',
    }
  } catch (error) {
    if (!(error instanceof ChargebeeFailure)) throw error
    return toWrong(name, error, 'retrieve')
  }
}

async function checkLogout(calls: SiteCalls, { id }: PortalSession): Promise<Check> {
  const name = 'logout'
  try {
    await calls.logout(id)
    return { name, outcome: 'ok', text: 'it is ended' }
  } catch (error) {
    if (!(error instanceof ChargebeeFailure)) throw error
    const wrong = toWrong(name, error, 'logout')
    return { ...wrong, text: `${wrong.text}. Nobody has seen its address, which is dead within the hour` }
  }
}
