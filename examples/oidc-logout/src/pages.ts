import { frame, type Html, html, signedInCorner, signInCorner } from '@portal-sso/example-shared'

const links = [
  ['/', 'Start'],
  ['/portal_link', 'Billing'],
] as const

const footer =
  'Acme Analytics is a made-up service. Its customers sign in at an OpenID provider, and a sign-out there reaches the billing portal.'

function page(title: string, corner: Html, content: Html): string {
  return frame(title, { links, corner, footer }, content)
}

export function homePage(): string {
  return page(
    'One sign-out for everything',
    signInCorner('/login'),
    html`<section class="hero">
  <h1>One sign-out for everything</h1>
  <p class="lead">Sign in at the provider as <code>ada</code> or <code>grace</code>, with any password. Open the portal. Then sign out
  at the provider, and see that the portal session has ended, although this site was not even open.</p>
  <p class="actions"><a class="button" href="/login">Sign in at the provider</a></p>
</section>`,
  )
}

export interface AccountPage {
  readonly name: string
  /** The provider's own sign-out page. */
  readonly signOutThere: string
}

export function accountPage({ name, signOutThere }: AccountPage): string {
  return page(
    'Account',
    signedInCorner(name, '/logout'),
    html`<h1>Good to see you, ${name}</h1>
<div class="grid two">
  <section class="card stack" aria-labelledby="billing">
    <h2 id="billing">Plan and billing</h2>
    <p>Opens the Chargebee customer portal, signed in.</p>
    <p class="actions"><a class="button" href="/portal_link">Manage billing</a></p>
  </section>
  <section class="card stack" aria-labelledby="elsewhere">
    <h2 id="elsewhere">Sign out elsewhere</h2>
    <p>At the provider's own page. It tells this site from server to server, and the portal session of this login ends.</p>
    <p class="actions"><a class="button quiet" href="${signOutThere}">Sign out at the provider</a></p>
  </section>
</div>`,
  )
}

export function pendingPage(): string {
  return page(
    'Signed out',
    signInCorner('/login'),
    html`<div class="narrow"><h1>You are signed out here</h1>
<p class="notice bad" role="alert">Your billing portal could not be ended yet, because it did not answer. On a computer that
others use too, sign out in the portal itself, or try again.</p>
<form method="post" action="/portal_logout"><button class="button">Try again</button></form></div>`,
  )
}
