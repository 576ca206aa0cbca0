import type { EmulatorCustomer, EmulatorSubscription } from '../site/customer.js'
import { ACCOUNT_FIELDS, ADDRESS_FIELDS } from './account-views.js'
import { type SectionType, sectionPath } from './sections.js'
import type { News } from './visit.js'

export type Params = ReadonlyMap<string, string>

interface Done {
  /** Where the browser goes. */
  readonly to: string
  /** The callback of Chargebee.js that is told; its name is Chargebee's. */
  readonly news?: News
}

const DAY = 86_400
const PERIOD_SECONDS = { day: DAY, week: 7 * DAY, month: 30 * DAY, year: 365 * DAY } as const
const MAX_TEXT = 150

/** What each button does to a subscription, and which callback of Chargebee.js hears of it. */
const SUBSCRIPTION_ACTIONS: Readonly<
  Record<string, readonly [callback: string, change: (subscription: EmulatorSubscription) => void]>
> = {
  cancel: ['subscriptionCancelled', (it) => void Object.assign(it, { status: 'non_renewing' })],
  keep: ['scheduledCancellationRemoved', (it) => void Object.assign(it, { status: 'active' })],
  pause: ['subscriptionPaused', (it) => void Object.assign(it, { status: 'paused' })],
  resume: ['subscriptionResumed', (it) => void Object.assign(it, { status: 'active' })],
  reactivate: ['subscriptionReactivated', (it) => void Object.assign(it, { status: 'active' })],
  schedule_pause: ['subscriptionPaused', (it) => void Object.assign(it, { scheduled_pause: true })],
  unschedule_pause: ['scheduledPauseRemoved', (it) => void delete it.scheduled_pause],
  extend: [
    'subscriptionExtended',
    (it) => {
      if (it.next_billing_at !== undefined) it.next_billing_at += PERIOD_SECONDS[it.billing_period_unit]
    },
  ],
}

/**
 * A form of the portal, sent by the customer whose it is.
 *
 * @returns `undefined` when it makes no sense
 */
export function submitForm(
  section: SectionType,
  customer: EmulatorCustomer,
  subscription: EmulatorSubscription | undefined,
  params: Params,
): Done | undefined {
  switch (section) {
    case 'portal_edit_account':
      Object.assign(customer, texts(ACCOUNT_FIELDS, params))
      return { to: sectionPath('account_details') }
    case 'portal_edit_billing_address':
      customer.billing_address = texts(ADDRESS_FIELDS, params)
      return { to: sectionPath('portal_address') }
    case 'portal_edit_shipping_address':
      customer.shipping_address = texts(ADDRESS_FIELDS, params)
      return { to: sectionPath('portal_address') }
    case 'portal_payment_methods':
      if (params.get('action') !== 'remove') return undefined
      delete customer.payment_method
      return paymentDone('paymentSourceRemove')
    case 'portal_add_payment_method':
    case 'portal_edit_payment_method':
      if (!/^\d{4}$/.test(params.get('last4') ?? '')) return undefined
      customer.payment_method = { type: 'card', status: 'valid', last4: params.get('last4') ?? '' }
      return paymentDone(section === 'portal_add_payment_method' ? 'paymentSourceAdd' : 'paymentSourceUpdate')
    default:
      return subscription && submitSubscription(section, subscription, params)
  }
}

function paymentDone(callback: string): Done {
  return { to: sectionPath('portal_payment_methods'), news: { callback, status: 'success' } }
}

function submitSubscription(
  section: SectionType,
  subscription: EmulatorSubscription,
  params: Params,
): Done | undefined {
  const done = (callback: string): Done => ({
    to: sectionPath('sub_details', subscription.id),
    news: { callback, subscriptionId: subscription.id },
  })
  if (section === 'portal_edit_subscription_cf') {
    subscription.cf_note = (params.get('cf_note') ?? '').slice(0, MAX_TEXT)
    return done('subscriptionCustomFieldsChanged')
  }
  const name = params.get('action') ?? ''
  if (name === 'change') {
    const quantity = Number(params.get('quantity'))
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > 10_000) return undefined
    const each = subscription.amount / (subscription.quantity ?? 1)
    Object.assign(subscription, { quantity, amount: Math.round(each * quantity) })
    return done('subscriptionChanged')
  }
  const action = Object.hasOwn(SUBSCRIPTION_ACTIONS, name) ? SUBSCRIPTION_ACTIONS[name] : undefined
  if (action === undefined) return undefined
  action[1](subscription)
  return done(action[0])
}

function texts(
  fields: readonly (readonly [name: string, label: string, autocomplete: string, max: number])[],
  params: Params,
): Record<string, string> {
  return Object.fromEntries(
    fields.map(([name, , , max]) => [name, (params.get(name) ?? '').trim().slice(0, max)]),
  )
}
