import type { Query } from '../kit/query.js'

/** What has an effect on the portal link, and is kept where an address leads back to it. */
export function knownOf(query: Query): Query {
  return query.filter(([name]) => name === 'to' || name === 'subscription_id')
}
