import type { EmulatorCustomer } from '../site/customer.js'

/** Fields of the emulator's own that Chargebee's customer does not have. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'password',
  'subscriptions',
  'invoices',
  'payment_method',
  'billing_address',
  'shipping_address',
])

/** Chargebee's resource `customer`, with the fields that its description requires, as a new customer has them. */
export function toCustomerResource(customer: EmulatorCustomer): Record<string, unknown> {
  const given = filled(customer, ([name]) => !OWN_FIELDS.has(name))
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
    ...(billing_address && { billing_address: { ...filled(billing_address), object: 'billing_address' } }),
    ...(payment_method && { payment_method: toPaymentMethod(customer.id, payment_method) }),
    object: 'customer',
  }
}

/** The last digits are those of the card, which is a resource of its own. Chargebee's test gateway is called `chargebee`. */
function toPaymentMethod(
  customerId: string,
  { last4: _, ...given }: NonNullable<EmulatorCustomer['payment_method']>,
): Record<string, unknown> {
  return { gateway: 'chargebee', reference_id: `tok_${customerId}`, ...given, object: 'payment_method' }
}

/** A blank text is no value. */
function filled(
  fields: Readonly<Record<string, unknown>>,
  isWanted: (entry: [string, unknown]) => boolean = () => true,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter((entry) => entry[1] !== '' && isWanted(entry)))
}
