import { type Html, html } from './html.js'
import type { DemoUser } from './users.js'

/** The signed-in user, or `undefined`: what every page of the host knows. */
export interface PageContext {
  readonly user?: DemoUser | undefined
}

/** A whole page of the host around `content`. */
export function layout(title: string, { user }: PageContext, content: Html): string {
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
    <a href="/pricing">Pricing</a>
    <a href="/account">Account</a>
    <a href="/portal_link">Billing</a>
  </nav>
  ${user ? signedInCorner(user) : html`<a class="button quiet" href="/login">Sign in</a>`}
</header>
<main id="content">${content}</main>
<footer>
  <p>Acme Analytics is a made-up service. It shows how a site takes its signed-in customers to their
  Chargebee customer portal.</p>
</footer>
</body>
</html>
`.toString()
}

function signedInCorner(user: DemoUser): Html {
  return html`<form class="corner" method="post" action="/logout">
    <span class="who">${user.name}</span>
    <button class="button quiet">Sign out</button>
  </form>`
}
