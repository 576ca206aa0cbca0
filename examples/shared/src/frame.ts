import { type Html, html } from './html.js'

/** What differs from one example site to the next. */
export interface Frame {
  /** Links at the top: address and text. */
  readonly links: readonly (readonly [href: string, text: string])[]
  /** At the top right: who is signed in, or how to. */
  readonly corner: Html
  readonly footer: string
}

/** A whole page of the made-up company around `content`. */
export function frame(title: string, { links, corner, footer }: Frame, content: Html): string {
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
    ${links.map(([href, text]) => html`<a href="${href}">${text}</a>`)}
  </nav>
  ${corner}
</header>
<main id="content">${content}</main>
<footer>
  <p>${footer}</p>
</footer>
</body>
</html>
`.toString()
}

/** Who is signed in, with the button that signs out. */
export function signedInCorner(name: string, signOutPath: string): Html {
  return html`<form class="corner" method="post" action="${signOutPath}">
    <span class="who">${name}</span>
    <button class="button quiet">Sign out</button>
  </form>`
}

export function signInCorner(signInPath: string): Html {
  return html`<a class="button quiet" href="${signInPath}">Sign in</a>`
}
