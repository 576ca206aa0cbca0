import { createHash } from 'node:crypto'
import type { Content } from './http.js'

/** A way on from a page: a link, or a button that posts. */
export type WayOn = { readonly label: string } & ({ readonly href: string } | { readonly postTo: string })

export interface Page {
  readonly title: string
  readonly text: string
  readonly waysOn: readonly WayOn[]
  /** Go on by itself to this address. */
  readonly refreshTo?: string
}

const STYLE = `
:root { color-scheme: light dark; font: 100%/1.55 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText }
main { box-sizing: border-box; width: 100%; max-width: 34rem; padding: 2rem 1.5rem }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem }
p { margin: 0 0 1.25rem; overflow-wrap: anywhere }
nav { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center }
a, button { font: inherit; color: LinkText; padding: .55rem 1rem; border: 1px solid currentColor; border-radius: .5rem; background: none; text-decoration: none; cursor: pointer }
a:focus-visible, button:focus-visible { outline: 3px solid Highlight; outline-offset: 2px }
`
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

// Stricter than what the host may have set, and in its place: these pages hold nothing but text, links and a form.
const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

/** A small static page: no script, nothing loaded. */
export function renderPage(page: Page): Content {
  const refresh = page.refreshTo
    ? `<meta http-equiv="refresh" content="0;url=${escapeHtml(page.refreshTo)}">`
    : ''
  // A form of a page without any referrer posts `Origin: null`, which browsers without Fetch Metadata leave us alone with.
  const referrer = page.waysOn.some((wayOn) => 'postTo' in wayOn)
    ? '<meta name="referrer" content="same-origin">'
    : ''
  return {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'X-Content-Type-Options': 'nosniff',
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">${referrer}${refresh}
<title>${escapeHtml(page.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(page.title)}</h1>
<p>${escapeHtml(page.text)}</p>
<nav>${page.waysOn.map(renderWayOn).join('\n')}</nav>
</main>
</body>
</html>
`,
  }
}

function renderWayOn(wayOn: WayOn): string {
  const label = escapeHtml(wayOn.label)
  // `_top`: a refused frame must not lead on inside the frame.
  if ('href' in wayOn) return `<a href="${escapeHtml(wayOn.href)}" target="_top">${label}</a>`
  return `<form method="post" action="${escapeHtml(wayOn.postTo)}" target="_top"><button>${label}</button></form>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
