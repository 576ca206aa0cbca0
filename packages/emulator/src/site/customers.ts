import { copyOf } from '../util/plain-data.js'
import type { EmulatorCustomer, EmulatorSubscription, LinkedCustomer } from './customer.js'
import { checkCustomer } from './customer-checks.js'

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
    const copy = copyOf(customer)
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
    ...(customer.email && { email: customer.email }),
    has_billing_address: customer.billing_address !== undefined,
    has_payment_method: customer.payment_method?.status === 'valid',
    has_active_subscription: (customer.subscriptions ?? []).some(({ status }) =>
      LIVE_SUBSCRIPTION.has(status),
    ),
  }
}
