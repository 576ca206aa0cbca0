import { checkCustomer } from './customer-checks.js'

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

const LIVE_SUBSCRIPTION: ReadonlySet<EmulatorSubscription['status']> = new Set([
  'active',
  'in_trial',
  'non_renewing',
])

export const MAX_CUSTOMERS = 10_000

export class Customers {
  readonly #byId = new Map<string, EmulatorCustomer>()

  /** @throws {TypeError} what is wrong with which customer */
  constructor(customers: readonly EmulatorCustomer[]) {
    if (!Array.isArray(customers)) throw new TypeError("customers: an array like [{ id: 'cus_1', email: … }]")
    for (const [index, customer] of customers.entries()) this.add(customer, `customers[${index}]`)
  }

  /**
   * @returns the emulator's own copy
   * @throws {TypeError} what is wrong with it
   */
  add(customer: EmulatorCustomer, where = 'customer'): EmulatorCustomer {
    checkCustomer(customer, where)
    if (this.#byId.has(customer.id)) throw new TypeError(`${where}.id: '${customer.id}' is there twice`)
    if (this.#byId.size >= MAX_CUSTOMERS) throw new TypeError(`${where}: at most ${MAX_CUSTOMERS} customers`)
    const copy = structuredClone(customer)
    this.#byId.set(copy.id, copy)
    return copy
  }

  /** Oldest first. */
  all(): EmulatorCustomer[] {
    return [...this.#byId.values()]
  }

  get size(): number {
    return this.#byId.size
  }

  find(id: string): EmulatorCustomer | undefined {
    return this.#byId.get(id)
  }

  /** Who signs in to the portal with these: several where one person has several records. */
  withPassword(email: string, password: string): EmulatorCustomer[] {
    return this.#withEmail(email).filter((customer) => password !== '' && customer.password === password)
  }

  /**
   * Activates the portal account of those with this e-mail address that have none yet. Chargebee first checks
   * the address with a mail; nothing is sent here.
   *
   * @returns whether there was such a customer
   */
  setFirstPassword(email: string, password: string): boolean {
    const waiting = this.#withEmail(email).filter((customer) => customer.password === undefined)
    if (password === '') return false
    for (const customer of waiting) customer.password = password
    return waiting.length > 0
  }

  /**
   * The customer first, then those with the same e-mail address: Chargebee offers one person with several
   * records a choice of accounts. That a session made by the API lists the others too is inferred.
   */
  linkedTo(customer: EmulatorCustomer): LinkedCustomer[] {
    const others = this.#withEmail(customer.email ?? '').filter((other) => other !== customer)
    return [customer, ...others].map(toLinkedCustomer)
  }

  #withEmail(email: string): EmulatorCustomer[] {
    const wanted = email.trim().toLowerCase()
    return [...this.#byId.values()].filter(
      (customer) => wanted !== '' && customer.email?.toLowerCase() === wanted,
    )
  }
}

function toLinkedCustomer(customer: EmulatorCustomer): LinkedCustomer {
  return {
    object: 'linked_customer',
    customer_id: customer.id,
    ...(customer.email !== undefined && { email: customer.email }),
    has_billing_address: customer.billing_address !== undefined,
    has_payment_method: customer.payment_method?.status === 'valid',
    has_active_subscription: (customer.subscriptions ?? []).some(({ status }) =>
      LIVE_SUBSCRIPTION.has(status),
    ),
  }
}
