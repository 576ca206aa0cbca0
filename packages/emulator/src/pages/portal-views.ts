import type { EmulatorCustomer, EmulatorInvoice, EmulatorSubscription } from '../site/customers.js'
import type { PortalSessionRecord } from '../site/portal-sessions.js'
import { type Html, html } from '../util/html.js'
import { htmlPage, type Page } from './page.js'

const GOOD: ReadonlySet<string> = new Set(['active', 'in_trial', 'paid'])

/** The portal's front page: who is signed in, and what they have. */
export function homePage(site: string, customer: EmulatorCustomer, session: PortalSessionRecord): Page {
  const name = displayName(customer)
  return htmlPage(
    200,
    `Customer portal · ${site}`,
    html`${banner(site, customer)}
<main>
<h1>Hello, ${name}</h1>
<p class="lead">Here you manage your account and billing with ${site}.</p>
<section class="card" aria-labelledby="account">
<h2 id="account">Account</h2>
<dl>
<div><dt>Name</dt><dd>${name}</dd></div>
${field('Company', customer.company)}
${field('E-mail', customer.email)}
${field('Phone', customer.phone)}
${field('Billing address', customer.billing_address && Object.values(customer.billing_address).join(', '))}
<div><dt>Customer id</dt><dd><code>${customer.id}</code></dd></div>
</dl>
</section>
<section class="card" aria-labelledby="subscriptions">
<h2 id="subscriptions">Subscriptions</h2>
${subscriptionList(customer.subscriptions ?? [])}
</section>
<section class="card" aria-labelledby="invoices">
<h2 id="invoices">Invoices</h2>
${invoiceTable(customer.invoices ?? [])}
</section>
</main>
<footer>Portal session <code>${session.id}</code>, signed in ${session.login_at && dateTime(session.login_at)}. A local
emulator: nothing here is billed.</footer>`,
  )
}

/** Where the documented permalink leads. The emulator shows the subscription; it changes none. */
export function subscriptionPage(
  site: string,
  customer: EmulatorCustomer,
  subscription: EmulatorSubscription,
): Page {
  return htmlPage(
    200,
    `Edit subscription · ${site}`,
    html`${banner(site, customer)}
<main>
<h1>${subscription.plan}</h1>
<p class="lead">Subscription <code>${subscription.id}</code> of ${displayName(customer)}.</p>
<section class="card" aria-labelledby="subscription">
<h2 id="subscription">Edit subscription</h2>
<dl>
<div><dt>Status</dt><dd>${tag(subscription.status)}</dd></div>
<div><dt>Price</dt><dd>${price(subscription)}</dd></div>
${field('Next billing', subscription.next_billing_at && date(subscription.next_billing_at))}
</dl>
</section>
<p><a href="/portal/v2/home">All of your account</a></p>
</main>`,
  )
}

/** A page with one thing to say. */
export function messagePage(site: string, status: number, title: string, text: string): Page {
  return htmlPage(
    status,
    title,
    html`<main class="narrow">
<section class="card">
<h1>${title}</h1>
<p>${text}</p>
</section>
<p class="lead">Customer portal of ${site} (local emulator)</p>
</main>`,
  )
}

/**
 * One page for used, lapsed, ended and unknown alike. Its title is Chargebee's; its status is not documented
 * for this page (Chargebee.js reports a used session as 401 "Token has Expired").
 */
export function expiredPage(site: string): Page {
  return messagePage(
    site,
    401,
    'Session Expired',
    'This link was already used, is too old, or you were signed out. Go back to the website you came from and open the portal from there again.',
  )
}

export function wrongMethodPage(site: string, allow: string): Page {
  const page = messagePage(site, 405, 'Not allowed', 'This address can’t be used that way.')
  return { ...page, headers: { ...page.headers, allow } }
}

function banner(site: string, customer: EmulatorCustomer): Html {
  return html`<header>
<div class="brand">${site}<small>Customer portal · local emulator</small></div>
<span class="who">Signed in as ${customer.email ?? customer.id}</span>
<form method="post" action="/portal/logout"><button>Sign out</button></form>
</header>`
}

function subscriptionList(subscriptions: readonly EmulatorSubscription[]): Html {
  if (subscriptions.length === 0) return html`<p>You have no subscriptions.</p>`
  const items = subscriptions.map(
    (subscription) => html`<li>
<span class="name">${subscription.plan}<small>${nextBilling(subscription)}</small></span>
<span>${price(subscription)}</span>
${tag(subscription.status)}
<a href="/portal/permalink/subscriptions/${encodeURIComponent(subscription.id)}/edit">Edit</a>
</li>`,
  )
  return html`<ul class="plain">
${items}
</ul>`
}

function invoiceTable(invoices: readonly EmulatorInvoice[]): Html {
  if (invoices.length === 0) return html`<p>You have no invoices.</p>`
  const rows = invoices.map(
    (invoice) => html`<tr>
<td>${invoice.id}</td>
<td>${date(invoice.date)}</td>
<td>${tag(invoice.status)}</td>
<td class="amount">${money(invoice.total, invoice.currency_code)}</td>
</tr>`,
  )
  return html`<div class="scroll" tabindex="0" role="region" aria-labelledby="invoices"><table>
<thead><tr><th scope="col">Invoice</th><th scope="col">Date</th><th scope="col">Status</th><th scope="col" class="amount">Total</th></tr></thead>
<tbody>
${rows}
</tbody>
</table></div>`
}

function displayName(customer: EmulatorCustomer): string {
  const name = [customer.first_name, customer.last_name].filter(Boolean).join(' ')
  return name || customer.company || customer.email || customer.id
}

function field(label: string, value: Html | string | undefined | 0): Html | undefined {
  return value ? html`<div><dt>${label}</dt><dd>${value}</dd></div>` : undefined
}

function tag(status: string): Html {
  return html`<span class="${GOOD.has(status) ? 'tag good' : 'tag'}">${status.replaceAll('_', ' ')}</span>`
}

function nextBilling({ id, next_billing_at }: EmulatorSubscription): Html {
  return next_billing_at === undefined ? html`${id}` : html`${id}, next billing ${date(next_billing_at)}`
}

function price({ amount, currency_code, billing_period_unit }: EmulatorSubscription): string {
  return `${money(amount, currency_code)} per ${billing_period_unit}`
}

function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

function date(seconds: number): Html {
  const day = new Date(seconds * 1000)
  const text = day.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  })
  return html`<time datetime="${day.toISOString().slice(0, 10)}">${text}</time>`
}

function dateTime(seconds: number): Html {
  const moment = new Date(seconds * 1000)
  const text = moment.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  return html`<time datetime="${moment.toISOString()}">${text} UTC</time>`
}
