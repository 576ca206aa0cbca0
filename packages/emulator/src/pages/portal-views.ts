import type { EmulatorInvoice, EmulatorSubscription } from '../site/customer.js'
import { type Html, html } from '../util/html.js'
import { accountCard, accountForm, addressCards, addressForm } from './account-views.js'
import { date, displayName, field, money, price, tag } from './format.js'
import type { Page } from './page.js'
import { paymentCard, paymentForm } from './payment-views.js'
import { portalPage } from './portal-layout.js'
import { type SectionType, sectionPath } from './sections.js'
import { cancelForm, customFieldsForm, editForm, scheduledChanges } from './subscription-views.js'
import type { PortalVisit } from './visit.js'

type View = readonly [title: string, content: (visit: PortalVisit) => Html, lead?: string]
type SubscriptionView = readonly [
  title: string,
  content: (subscription: EmulatorSubscription, visit: PortalVisit) => Html,
]

const VIEWS: Readonly<Partial<Record<SectionType, View>>> = {
  account_details: ['Account', ({ customer }) => accountCard(customer)],
  portal_edit_account: ['Edit account', ({ customer }) => accountForm(customer)],
  portal_address: ['Addresses', ({ customer }) => addressCards(customer)],
  portal_edit_billing_address: [
    'Billing address',
    ({ customer }) => addressForm('portal_edit_billing_address', customer.billing_address),
  ],
  portal_edit_shipping_address: [
    'Shipping address',
    ({ customer }) => addressForm('portal_edit_shipping_address', customer.shipping_address),
  ],
  portal_payment_methods: ['Payment method', ({ customer }) => paymentCard(customer)],
  portal_view_payment_method: ['Payment method', ({ customer }) => paymentCard(customer)],
  portal_add_payment_method: ['Add a payment method', () => paymentForm('portal_add_payment_method')],
  portal_edit_payment_method: ['Edit payment method', () => paymentForm('portal_edit_payment_method')],
  portal_billing_history: ['Invoices', ({ customer }) => invoicesCard(customer.invoices ?? [])],
}

const SUBSCRIPTION_VIEWS: Readonly<Partial<Record<SectionType, SubscriptionView>>> = {
  sub_details: ['Subscription', (subscription) => subscriptionCard(subscription)],
  edit_subscription: ['Edit subscription', editForm],
  sub_cancel: ['Cancel subscription', cancelForm],
  scheduled_changes: ['Scheduled changes', scheduledChanges],
  portal_edit_subscription_cf: ['Custom fields', customFieldsForm],
  portal_choose_payment_method: [
    'Payment method of the subscription',
    (_, { customer }) => paymentCard(customer),
  ],
}

/** The page of a section; `undefined` for one of a subscription that the customer does not have. */
export function sectionPage(visit: PortalVisit): Page | undefined {
  const { section, subscription, customer } = visit
  const view = VIEWS[section]
  if (view !== undefined) return portalPage(visit, view[0], view[1](visit), view[2])
  const subscriptionView = SUBSCRIPTION_VIEWS[section]
  if (subscriptionView === undefined) return homePage(visit)
  if (subscription === undefined) return undefined
  const lead = html`${subscription.plan}, subscription <code>${subscription.id}</code> of ${displayName(customer)}`
  return portalPage(visit, subscriptionView[0], subscriptionView[1](subscription, visit), lead)
}

/** The portal's front page: who is signed in, and what they have. */
function homePage(visit: PortalVisit): Page {
  const { site, customer } = visit
  return portalPage(
    visit,
    `Hello, ${displayName(customer)}`,
    html`<section class="card" aria-labelledby="subscriptions">
<h2 id="subscriptions">Subscriptions</h2>
${subscriptionList(customer.subscriptions ?? [])}
</section>
<div class="pair">
${paymentCard(customer)}
${accountCard(customer)}
</div>
${invoicesCard(customer.invoices ?? [])}`,
    `Here you manage your account and billing with ${site}.`,
  )
}

function subscriptionList(subscriptions: readonly EmulatorSubscription[]): Html {
  if (subscriptions.length === 0) return html`<p>You have no subscriptions.</p>`
  return html`<ul class="plain">
${subscriptions.map(
  (subscription) => html`<li>
<span class="name"><a href="${sectionPath('sub_details', subscription.id)}">${subscription.plan}</a><small>${nextBilling(subscription)}</small></span>
<span>${price(subscription)}</span>
${tag(subscription.status)}
<a href="${sectionPath('edit_subscription', subscription.id)}" aria-label="Edit ${subscription.plan}">Edit</a>
</li>`,
)}
</ul>`
}

function nextBilling({ id, next_billing_at }: EmulatorSubscription): Html {
  return next_billing_at === undefined ? html`${id}` : html`${id}, next billing ${date(next_billing_at)}`
}

function subscriptionCard(subscription: EmulatorSubscription): Html {
  const { id, status, quantity, next_billing_at } = subscription
  return html`<section class="card" aria-label="Subscription">
<dl>
${field('Status', tag(status))}
${field('Price', price(subscription))}
${field('Quantity', String(quantity ?? 1))}
${field('Next billing', next_billing_at && date(next_billing_at))}
</dl>
<p class="actions"><a class="button" href="${sectionPath('edit_subscription', id)}">Edit</a>
<a href="${sectionPath('scheduled_changes', id)}">Scheduled changes</a>
<a href="${sectionPath('portal_edit_subscription_cf', id)}">Custom fields</a>
<a href="${sectionPath('portal_choose_payment_method', id)}">Payment method</a>
${status === 'cancelled' ? undefined : html`<a href="${sectionPath('sub_cancel', id)}">Cancel subscription</a>`}</p>
</section>`
}

function invoicesCard(invoices: readonly EmulatorInvoice[]): Html {
  return html`<section class="card" aria-labelledby="invoices">
<h2 id="invoices">Invoices</h2>
${invoices.length === 0 ? html`<p>You have no invoices.</p>` : invoiceTable(invoices)}
</section>`
}

/** On a narrow screen each row is a block of its own, so that no column is cut off. */
function invoiceTable(invoices: readonly EmulatorInvoice[]): Html {
  return html`<table class="folding">
<thead><tr><th scope="col">Invoice</th><th scope="col">Date</th><th scope="col">Status</th><th scope="col" class="amount">Total</th></tr></thead>
<tbody>
${invoices.map(
  (invoice) => html`<tr>
<td>${invoice.id}</td>
<td>${date(invoice.date)}</td>
<td>${tag(invoice.status)}</td>
<td class="amount">${money(invoice.total, invoice.currency_code)}</td>
</tr>`,
)}
</tbody>
</table>`
}
