import { type Html, html } from '@portal-sso/example-shared'
import type { Customer } from './customer.js'
import { signInPath } from './settings.js'

/** A whole page of the site around `content`. `customer`: who is signed in, if anybody. */
export function layout(title: string, customer: Customer | undefined, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Acme Analytics</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/style.css">
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header class="bar">
  <a class="brand" href="/"><img src="/assets/icon.svg" alt="" width="28" height="28">Acme Analytics</a>
  <nav aria-label="Main">
    <a href="/account">Account</a>
    <a href="/portal_link">Billing</a>
  </nav>
  ${customer ? signedInCorner(customer) : html`<a class="button quiet" href="${signInPath}">Sign in</a>`}
</header>
<main id="content">${content}</main>
<footer>
  <p>Acme Analytics is a made-up service without passwords of its own: its customers sign in at Chargebee.</p>
</footer>
</body>
</html>
`.toString()
}

function signedInCorner({ id, email }: Customer): Html {
  return html`<form class="corner" method="post" action="/sign-out">
    <span class="who">${email ?? id}</span>
    <button class="button quiet">Sign out</button>
  </form>`
}
