import { type BillingSessions, openSessions } from './billing-sessions.js'
import { type Html, html } from './html.js'
import { layout, type PageContext } from './layout.js'
import { type DemoUser, demoPassword, demoUsers } from './users.js'

export function homePage(context: PageContext): string {
  const next = context.user
    ? html`<a class="button" href="/account">Go to your account</a>`
    : html`<a class="button" href="/login">Sign in to the demo</a>`
  return layout(
    'Know what your customers do next',
    context,
    html`<section class="hero">
  <h1>Know what your customers do next</h1>
  <p class="lead">Events, funnels and retention in one calm place. Billing is looked after by Chargebee,
  one click away and without a second login.</p>
  <p class="actions">${next} <a class="button quiet" href="/pricing">See pricing</a></p>
</section>
<section class="grid three" aria-label="What this demo shows">
  <div class="card"><p class="step">1</p><h2>Sign in here</h2>
    <p>With an account of this site. Chargebee never sees the password.</p></div>
  <div class="card"><p class="step">2</p><h2>Manage billing</h2>
    <p>A plain link. One click creates a portal session and opens the customer portal, signed in.</p></div>
  <div class="card"><p class="step">3</p><h2>Sign out here</h2>
    <p>The portal sessions of this browser end as well, in every tab.</p></div>
</section>`,
  )
}

export interface LoginForm {
  /** Where to go afterwards; a path on this host. */
  readonly returnTo: string
  /** What to fill in. */
  readonly email?: string | undefined
  readonly failed?: boolean
}

export function loginPage({ returnTo, email = '', failed = false }: LoginForm): string {
  const chosen = demoUsers.find((user) => user.email === email)
  return layout(
    'Sign in',
    {},
    html`<h1>Sign in</h1>
${failed && html`<p class="notice bad" role="alert">That e-mail address and password do not match.</p>`}
<div class="grid even">
<form class="card stack" method="post" action="/login">
  <input type="hidden" name="return_to" value="${returnTo}">
  <label>E-mail address
    <input name="email" type="email" autocomplete="username" required value="${email}"></label>
  <label>Password
    <input name="password" type="password" autocomplete="current-password" required
      value="${!failed && chosen && demoPassword}"></label>
  <button class="button">Sign in</button>
</form>
<section class="card stack" aria-labelledby="who">
  <h2 id="who">Who do you want to be?</h2>
  <ul class="people">${demoUsers.map((user) => person(user, returnTo))}</ul>
  <p class="small">Choosing fills in the form. Everyone's password is <code>${demoPassword}</code>.</p>
</section>
</div>`,
  )
}

function person(user: DemoUser, returnTo: string): Html {
  const query = new URLSearchParams({ as: user.email, return_to: returnTo })
  const billing = user.customerId ? html`customer <code>${user.customerId}</code>` : 'no billing record yet'
  return html`<li><a class="person" href="/login?${query.toString()}"><b>${user.name}</b>
    <span>${user.email}</span><span>${billing}</span></a></li>`
}

const billingActions = html`<p class="actions"><a class="button" href="/portal_link">Manage billing</a>
      <a class="button quiet" href="/account/billing">Open by script</a></p>
    <p class="small">Opens the Chargebee customer portal. You are signed in there already.</p>`

export function accountPage(user: DemoUser, sessions: BillingSessions): string {
  return layout(
    'Account',
    { user },
    html`<h1>Good to see you, ${user.name.split(' ')[0]}</h1>
<div class="grid two">
  <section class="card stack" aria-labelledby="billing">
    <h2 id="billing">Plan and billing</h2>
    <p>${
      user.customerId
        ? 'Change your plan, payment method or billing address, and download your invoices.'
        : 'You have no plan yet. Choose one, and your invoices will be here.'
    }</p>
    ${
      user.customerId
        ? billingActions
        : html`<p class="actions"><a class="button" href="/portal_link">Manage billing</a></p>
    <p class="small">Leads to the prices until there is something to manage.</p>`
    }
  </section>
  <section class="card stack" aria-labelledby="profile">
    <h2 id="profile">Profile</h2>
    <dl>
      <div><dt>Name</dt><dd>${user.name}</dd></div>
      <div><dt>E-mail address</dt><dd>${user.email}</dd></div>
      <div><dt>Customer id</dt><dd>${user.customerId ? html`<code>${user.customerId}</code>` : 'none'}</dd></div>
    </dl>
  </section>
</div>
${openSessions(sessions, user.customerId)}
<section class="card stack" aria-labelledby="events">
  <h2 id="events">Events this week</h2>
  ${weekChart}
</section>`,
  )
}

const week = [
  ['Mon', 412],
  ['Tue', 538],
  ['Wed', 497],
  ['Thu', 671],
  ['Fri', 604],
  ['Sat', 288],
  ['Sun', 251],
] as const

const weekChart = html`<table class="chart">
  <caption class="unseen">Events per day, in thousands</caption>
  <tbody>${week.map(
    ([day, thousands]) =>
      html`<tr><th scope="row">${day}</th><td><meter max="700" value="${thousands}"></meter></td>
      <td>${thousands} k</td></tr>`,
  )}</tbody>
</table>`

/** Opens the portal from a script: see `assets/billing.js`. */
export function billingPage(user: DemoUser): string {
  return layout(
    'Billing',
    { user },
    html`<div class="narrow">
<h1>Billing</h1>
<section class="card stack">
  <p>A single-page app has no link to follow. It asks for a portal session with
  <code>POST /portal_session</code> and goes to the session's <code>access_url</code>.</p>
  <p class="actions"><button class="button" id="open-billing" type="button">Open billing</button></p>
  <p id="billing-status" role="status"></p>
</section>
<p><a href="/account">Back to your account</a></p>
</div>
<script src="/assets/billing.js" type="module"></script>`,
  )
}

const plans = [
  { name: 'Starter', price: '€0', text: 'Ten thousand events a month, for a side project.' },
  { name: 'Team', price: '€49', text: 'A million events, funnels, and five seats.' },
  { name: 'Business', price: '€249', text: 'Everything, with an export to your own warehouse.' },
]

export function pricingPage({ user }: PageContext): string {
  const guest = user?.customerId === null
  return layout(
    'Pricing',
    { user },
    html`<h1>Pricing</h1>
${
  guest &&
  html`<p class="notice">You have no billing record yet, ${user.name}, so there is no portal to open. In a real
  app the checkout starts here.</p>`
}
<div class="grid three">${plans.map(
      (plan) => html`<section class="card stack"><h2>${plan.name}</h2>
  <p class="price">${plan.price} <span>a month</span></p><p>${plan.text}</p>
  <p class="actions"><a class="button${plan === plans[1] ? '' : ' quiet'}" href="${user ? '/account' : '/login'}"
    aria-label="${user ? 'To your account' : 'Sign in to choose'}: ${plan.name}">${user ? 'To your account' : 'Sign in to choose'}</a></p></section>`,
    )}</div>`,
  )
}
