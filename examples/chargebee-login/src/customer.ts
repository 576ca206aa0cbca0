import type { PublicPortalSession } from '@portal-sso/express'

/**
 * Who is signed in. This site has no users of its own: this is what Chargebee said when it confirmed the sign-in,
 * and all that is kept of it in the session.
 */
export interface Customer {
  readonly id: string
  readonly email?: string | undefined
  /** All accounts of this e-mail address, the one that was chosen among them. */
  readonly linkedCustomers: readonly LinkedCustomer[]
}

export interface LinkedCustomer {
  readonly id: string
  readonly email?: string | undefined
  readonly hasActiveSubscription: boolean
}

/** From what `onLogin` gets. */
export function toCustomer({ customer_id, linked_customers = [] }: PublicPortalSession): Customer {
  const linkedCustomers = linked_customers.map((linked) => ({
    id: linked.customer_id,
    email: linked.email,
    hasActiveSubscription: linked.has_active_subscription,
  }))
  const email = linkedCustomers.find(({ id }) => id === customer_id)?.email
  return { id: customer_id, email, linkedCustomers }
}
