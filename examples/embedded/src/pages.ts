import { type DemoUser, frame, html, signedInCorner, signInCorner } from '@portal-sso/example-shared'

const FOOTER = 'Acme Analytics is a made-up service. Here the customer portal opens inside its own page.'

export function startPage(): string {
  return frame(
    'Billing in place',
    { links: [['/', 'Billing']], corner: signInCorner('/login'), footer: FOOTER },
    html`<section class="hero">
  <h1>Billing without leaving the page</h1>
  <p class="lead">The customer portal opens in place, by Chargebee.js.</p>
  <p class="actions"><a class="button" href="/login">Sign in to the demo</a></p>
</section>`,
  )
}

export function billingPage(shown: { user: DemoUser; site: string; chargebeeJs: string }): string {
  const { user, site, chargebeeJs } = shown
  return frame(
    'Billing',
    { links: [['/', 'Billing']], corner: signedInCorner(user.name, '/logout'), footer: FOOTER },
    html`<section class="hero">
  <h1>Billing of ${user.name}</h1>
  <p class="lead">Subscriptions, invoices and payment method, inside this page.</p>
  <p class="actions"><button class="button" id="manage-billing" data-site="${site}" disabled>Manage billing</button></p>
  <p id="billing-said" role="status"></p>
</section>
<script src="${chargebeeJs}"></script>
<script src="/public/billing.js" type="module"></script>`,
  )
}
