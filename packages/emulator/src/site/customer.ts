/** Amounts are in the currency's smallest unit and times in unix seconds, as everywhere in Chargebee's API. */
export interface EmulatorSubscription {
  id: string
  /** What the customer reads on the page. */
  plan: string
  /** `amount` is for all of them. Default 1. */
  quantity?: number
  status: 'future' | 'in_trial' | 'active' | 'non_renewing' | 'paused' | 'cancelled'
  currency_code: string
  amount: number
  billing_period_unit: 'day' | 'week' | 'month' | 'year'
  next_billing_at?: number
  /** It pauses when the period ends. */
  scheduled_pause?: boolean
  /** A custom field of the site, which the customer may edit. */
  cf_note?: string
}

/** See {@link EmulatorSubscription} for units. */
export interface EmulatorInvoice {
  id: string
  status: 'paid' | 'posted' | 'payment_due' | 'not_paid' | 'voided' | 'pending'
  date: number
  total: number
  currency_code: string
}

/**
 * A customer of the emulated site, in Chargebee's field names. Subscriptions and invoices hang on the
 * customer here (in Chargebee they are resources of their own). Other fields may be given and are kept.
 */
export interface EmulatorCustomer {
  id: string
  email?: string
  first_name?: string
  last_name?: string
  company?: string
  phone?: string
  /** Language of the portal's pages, like `de`; they are in English, whatever it is. */
  locale?: string
  /** For the portal's own login; without one the customer has to sign up there first. */
  password?: string
  billing_address?: Readonly<Record<string, string>>
  /** `status` as of the customer's payment method; `valid` counts as having one. */
  payment_method?: { type: string; status: string; last4?: string }
  subscriptions?: readonly EmulatorSubscription[]
  invoices?: readonly EmulatorInvoice[]
  [field: string]: unknown
}

/** An entry of a portal session's `linked_customers`. */
export interface LinkedCustomer {
  object: 'linked_customer'
  customer_id: string
  email?: string
  has_billing_address: boolean
  has_payment_method: boolean
  has_active_subscription: boolean
}
