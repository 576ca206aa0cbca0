import type { EmulatorCustomer } from '../site/customer.js'

/** Fields of the emulator's own that Chargebee's customer does not have. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'password',
  'subscriptions',
  'invoices',
  'payment_method',
  'billing_address',
])

/** Chargebee's resource `customer`, with the fields that its description requires, as a new customer has them. */
export function toCustomerResource(customer: EmulatorCustomer): Record<string, unknown> {
  const given = Object.fromEntries(Object.entries(customer).filter(([name]) => !OWN_FIELDS.has(name)))
  const { billing_address, payment_method } = customer
  return {
    auto_collection: 'on',
    net_term_days: 0,
    allow_direct_debit: false,
    created_at: 0,
    taxability: 'taxable',
    deleted: false,
    promotional_credits: 0,
    refundable_credits: 0,
    excess_payments: 0,
    unbilled_charges: 0,
    ...given,
    ...(billing_address && { billing_address: { ...billing_address, object: 'billing_address' } }),
    ...(payment_method && { payment_method: { ...payment_method, object: 'payment_method' } }),
    object: 'customer',
  }
}
