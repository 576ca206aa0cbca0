/** Longest values of a customer, in characters (source: Chargebee's API description, v2, `Customer`). */
export const CUSTOMER_LENGTHS = {
  id: 50,
  first_name: 150,
  last_name: 150,
  email: 70,
  phone: 50,
  company: 250,
  locale: 50,
} as const

/** The same of its `billing_address`, which has no other fields that can be given. */
export const ADDRESS_LENGTHS = {
  first_name: 150,
  last_name: 150,
  email: 70,
  company: 250,
  phone: 50,
  line1: 150,
  line2: 150,
  line3: 150,
  city: 50,
  state_code: 50,
  state: 50,
  zip: 20,
  country: 50,
} as const
