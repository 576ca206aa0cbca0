import { isSessionId, type PortalSession } from '../chargebee/portal-session.js'
import { isPortalUrl, isSecure, MAX_ACCESS_URL_LENGTH, parseUrl } from '../safe-url.js'

export interface Doubt {
  readonly reason: string
  /** What the people who run the host can do about it. */
  readonly mend?: string
}

/** A doubtful session is not handed out: it may be another customer's, or its address may lead anywhere. */
export function findDoubt(
  session: PortalSession,
  customerId: string,
  hosts: ReadonlySet<string>,
): Doubt | undefined {
  if (!isSessionId(session.id)) return { reason: 'the id of the portal session has an impossible form' }
  if (session.status !== 'created') return { reason: 'the portal session is not a new one' }
  if (session.customer_id !== customerId) return { reason: 'the portal session is for another customer' }
  if (!isWritable(session)) return { reason: 'the portal session can not be written as JSON' }
  const address: unknown = session.access_url
  // Visible ASCII: anything else does not fit into a `Location`, and a URL has no need of it.
  if (
    typeof address !== 'string' ||
    address.length > MAX_ACCESS_URL_LENGTH ||
    // A backslash is a slash for a URL parser, and none for other readers.
    !/^[\x21-\x5b\x5d-\x7e]+$/.test(address)
  ) {
    return { reason: 'the access URL has an impossible form' }
  }
  if (isPortalUrl(address, hosts)) return undefined
  const url = parseUrl(address)
  const mend =
    url &&
    isSecure(url) &&
    `Chargebee's access URL is on a host that is not listed; if it is yours, add portalHosts: ['${url.host}']`
  return { reason: 'the access URL is not on a host of the portal', ...(mend && { mend }) }
}

/** A session that can't be written as JSON (nested too deeply, for one) would fail after it was handed out. */
function isWritable(session: PortalSession): boolean {
  try {
    JSON.stringify(session)
    return true
  } catch {
    return false
  }
}
