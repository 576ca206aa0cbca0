import { type Html, html } from '@portal-sso/example-shared'
import type { Customer, LinkedCustomer } from './customer.js'
import { layout } from './layout.js'
import { signInPath } from './settings.js'

export interface HomeContext {
  readonly customer?: Customer | undefined
  readonly showsDemoPeople: boolean
}

export function homePage({ customer, showsDemoPeople }: HomeContext): string {
  const next = customer
    ? html`<a class="button" href="/account">Go to your account</a>`
    : html`<a class="button" href="${signInPath}">Sign in with Chargebee</a>
      <a class="button quiet" href="${signInPath}&amp;signup">Sign up</a>`
  return layout(
    'Know what your customers do next',
    customer,
    html`<section class="hero">
  <h1>One account, and it is your billing account</h1>
  <p class="lead">Acme Analytics has no passwords of its own. Whoever is a customer at Chargebee signs in there, and
  is signed in here.</p>
  <p class="actions">${next}</p>
</section>
${showsDemoPeople && !customer && people}
<section class="grid three" aria-label="What this demo shows">
  <div class="card"><p class="step">1</p><h2>Sign in at Chargebee</h2>
    <p>On its own page. This site sees neither the password nor a form for it.</p></div>
  <div class="card"><p class="step">2</p><h2>Come back signed in</h2>
    <p>Chargebee confirms to the server who it was. What stands in the address is not believed.</p></div>
  <div class="card"><p class="step">3</p><h2>Sign out here</h2>
    <p>The sign-in at Chargebee ends with it, and so do the portal sessions of this browser.</p></div>
</section>`,
  )
}

const demoPeople = [
  ['Ada Lovelace', 'ada@example.com', 'one account'],
  ['Grace Hopper', 'grace@example.com', 'two accounts to choose from'],
  ['Hedy Lamarr', 'hedy@example.com', 'no password yet: signs up'],
] as const

const people = html`<section class="card stack wide" aria-labelledby="who">
  <h2 id="who">Who do you want to be?</h2>
  <ul class="people">${demoPeople.map(([name, email, text]) => person(name, email, text))}</ul>
  <p class="small">Choosing fills in the e-mail address at Chargebee. Everyone's password is <code>portal</code>;
  Hedy chooses hers.</p>
</section>`

function person(name: string, email: string, text: string): Html {
  const signup = email.startsWith('hedy') ? '&signup' : ''
  return html`<li><a class="person" href="${`${signInPath}&email=${encodeURIComponent(email)}${signup}`}"><b>${name}</b>
    <span>${email}</span><span>${text}</span></a></li>`
}

export function accountPage(customer: Customer): string {
  return layout(
    'Account',
    customer,
    html`<h1>You are signed in</h1>
<div class="grid two">
  <section class="card stack" aria-labelledby="billing">
    <h2 id="billing">Plan and billing</h2>
    <p>Change your plan, payment method or billing address, and download your invoices.</p>
    <p class="actions"><a class="button" href="/portal_link">Manage billing</a></p>
    <p class="small">Opens the Chargebee customer portal. You are signed in there already.</p>
  </section>
  <section class="card stack" aria-labelledby="profile">
    <h2 id="profile">What Chargebee has confirmed</h2>
    <dl>
      <div><dt>Customer id</dt><dd><code>${customer.id}</code></dd></div>
      <div><dt>E-mail address</dt><dd>${customer.email ?? 'not given'}</dd></div>
    </dl>
  </section>
</div>
<section class="card stack" aria-labelledby="linked">
  <h2 id="linked">Your accounts</h2>
  <div class="scroll" role="group" aria-label="Table" tabindex="0"><table class="list"><thead><tr><th scope="col">Customer id</th><th scope="col">E-mail address</th>
  <th scope="col">Subscription</th></tr></thead>
  <tbody>${customer.linkedCustomers.map(linkedCustomer)}</tbody></table></div>
</section>`,
  )
}

function linkedCustomer({ id, email, hasActiveSubscription }: LinkedCustomer): Html {
  return html`<tr><td><code>${id}</code></td><td>${email}</td>
  <td>${hasActiveSubscription ? 'active' : 'none active'}</td></tr>`
}

export function signedOutPage(): string {
  return layout(
    'Signed out',
    undefined,
    html`<div class="narrow"><h1>You are signed out</h1>
<p>Here, and at Chargebee too.</p>
<p class="actions"><a class="button" href="${signInPath}">Sign in again</a></p></div>`,
  )
}

/** Signed out here, but Chargebee did not confirm the end of `pending` sessions. */
export function signOutPendingPage(pending: number): string {
  const sessions = pending === 1 ? 'One session' : `${pending} sessions`
  return layout(
    'Signed out',
    undefined,
    html`<div class="narrow"><h1>You are signed out here</h1>
<p class="notice bad" role="alert">${sessions} at Chargebee could not be ended yet, because it did not answer.
On a computer that others use too, please try again.</p>
<form method="post" action="/portal_logout"><button class="button">Try again</button></form></div>`,
  )
}

export function notFoundPage(customer: Customer | undefined): string {
  return messagePage('Not found', customer, 'There is no such page', 'It may have moved.')
}

export function notAllowedPage(customer: Customer | undefined): string {
  return messagePage('Not allowed', customer, 'This form was sent by another website', 'Nothing was changed.')
}

/** Says nothing about the error: that belongs in the log. */
export function errorPage(): string {
  const text = 'It is our fault and has been noted. Please try again in a minute.'
  return messagePage('Something went wrong', undefined, 'Something went wrong', text)
}

function messagePage(title: string, customer: Customer | undefined, heading: string, text: string): string {
  return layout(
    title,
    customer,
    html`<div class="narrow"><h1>${heading}</h1>
<p>${text}</p>
<p class="actions"><a class="button" href="/">Go to the start</a></p></div>`,
  )
}
