import { PortalSsoError } from '../errors.js'
import type { PortalRequest } from '../http/http.js'
import type { Config } from '../options/options.js'
import { isPortalUrl, MAX_URL_LENGTH } from '../safe-url.js'
import type { DeadlineClock } from '../time/deadline.js'
import { askHost } from './callbacks.js'

export interface DestinationRequest {
  readonly to: string
  readonly subscriptionId: string | undefined
}

/** What a query asks for. A parameter that is there twice is refused. */
export function toDestinationRequest(query: URLSearchParams): DestinationRequest | undefined {
  const to = query.getAll('to')
  if (to.length === 0) return undefined
  const subscriptionIds = query.getAll('subscription_id')
  if (to.length > 1 || subscriptionIds.length > 1) throw unknownDestination()
  return { to: String(to[0]), subscriptionId: subscriptionIds[0] }
}

/**
 * The `forward_url` for a named destination. The name chooses among what the host has configured; no part of an
 * address comes from the browser but a subscription's id, which Chargebee shows to its own customer only.
 */
export async function toForwardUrl(
  { clock, config }: { readonly clock: DeadlineClock; readonly config: Config },
  request: PortalRequest,
  asked: DestinationRequest,
): Promise<string> {
  const custom = config.destinations.get(asked.to)
  if (custom) {
    const given = await askHost(request, { clock, timeoutMs: config.timeoutMs }, custom)
    return checkForwardUrl(asked.to, given, config.portalHosts)
  }
  if (asked.to === 'edit-subscription') return toEditSubscriptionUrl(config.portalUrl, asked.subscriptionId)
  throw unknownDestination()
}

/** The one deep link that Chargebee documents (knowledge base article 221730). */
function toEditSubscriptionUrl(portalUrl: URL, subscriptionId: string | undefined): string {
  const id = subscriptionId ?? ''
  // Encoding leaves dots as they are, and `..` would lead out of the path.
  if (!/^[\x21-\x7e]{1,50}$/.test(id) || /^\.{1,2}$/.test(id)) throw unknownDestination()
  return `${portalUrl.origin}/portal/permalink/subscriptions/${encodeURIComponent(id)}/edit`
}

function checkForwardUrl(name: string, value: unknown, hosts: ReadonlySet<string>): string {
  if (typeof value === 'string' && value.length <= MAX_URL_LENGTH && isPortalUrl(value, hosts)) return value
  throw new TypeError(
    `portalSso(): destination "${name}" gave no address that the portal may forward to: it takes an absolute address ` +
      `of at most ${MAX_URL_LENGTH} characters on the portal's host, or on one of "portalHosts"`,
  )
}

function unknownDestination(): PortalSsoError {
  return new PortalSsoError('unknown_destination', 'This link leads to no page of the billing portal.')
}
