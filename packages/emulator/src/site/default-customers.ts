import type { EmulatorCustomer } from './customer.js'

const DAY = 86_400

/** Of each customer that has one; it is shown on the front page, and no secret. */
const PASSWORD = 'portal'

/**
 * The customers of a site for which none are given. Grace has two records under one e-mail address; Alan has bought
 * nothing; Hedy neither, and she has no password yet.
 */
export function defaultCustomers(nowSeconds: number): EmulatorCustomer[] {
  return [
    {
      id: 'cus_ada',
      first_name: 'Ada',
      last_name: 'Lovelace',
      email: 'ada@example.com',
      company: 'Analytical Engines Ltd',
      password: PASSWORD,
      billing_address: { line1: '12 St James’s Square', city: 'London', country: 'GB' },
      payment_method: { type: 'card', status: 'valid' },
      subscriptions: [
        {
          id: 'sub_ada_team',
          plan: 'Team, 5 seats',
          status: 'active',
          currency_code: 'EUR',
          amount: 4900,
          billing_period_unit: 'month',
          next_billing_at: nowSeconds + 12 * DAY,
        },
        {
          id: 'sub_ada_archive',
          plan: 'Archive storage',
          status: 'non_renewing',
          currency_code: 'EUR',
          amount: 9000,
          billing_period_unit: 'year',
        },
      ],
      invoices: [
        { id: 'INV-1042', status: 'paid', date: nowSeconds - 18 * DAY, total: 4900, currency_code: 'EUR' },
        { id: 'INV-1017', status: 'paid', date: nowSeconds - 48 * DAY, total: 4900, currency_code: 'EUR' },
        { id: 'INV-0961', status: 'paid', date: nowSeconds - 78 * DAY, total: 13900, currency_code: 'EUR' },
      ],
    },
    {
      id: 'cus_grace',
      first_name: 'Grace',
      last_name: 'Hopper',
      email: 'grace@example.com',
      company: 'Compilers Inc.',
      password: PASSWORD,
      billing_address: { line1: '1 Harbor Road', city: 'Arlington', country: 'US' },
      payment_method: { type: 'card', status: 'expired' },
      subscriptions: [
        {
          id: 'sub_grace_business',
          plan: 'Business, 25 seats',
          status: 'active',
          currency_code: 'USD',
          amount: 24900,
          billing_period_unit: 'month',
          next_billing_at: nowSeconds + 3 * DAY,
        },
      ],
      invoices: [
        {
          id: 'INV-1051',
          status: 'payment_due',
          date: nowSeconds - 2 * DAY,
          total: 24900,
          currency_code: 'USD',
        },
        { id: 'INV-1023', status: 'paid', date: nowSeconds - 32 * DAY, total: 24900, currency_code: 'USD' },
      ],
    },
    {
      id: 'cus_grace_labs',
      first_name: 'Grace',
      last_name: 'Hopper',
      email: 'grace@example.com',
      company: 'Compilers Labs',
      password: PASSWORD,
      subscriptions: [
        {
          id: 'sub_grace_labs_trial',
          plan: 'Team, 3 seats',
          status: 'in_trial',
          currency_code: 'USD',
          amount: 2900,
          billing_period_unit: 'month',
          next_billing_at: nowSeconds + 9 * DAY,
        },
      ],
    },
    {
      id: 'cus_alan',
      first_name: 'Alan',
      last_name: 'Turing',
      email: 'alan@example.com',
      password: PASSWORD,
    },
    {
      id: 'cus_hedy',
      first_name: 'Hedy',
      last_name: 'Lamarr',
      email: 'hedy@example.com',
    },
  ]
}
