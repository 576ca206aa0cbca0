import { createHash } from 'node:crypto'
import type { PageLook } from '../options/pages.js'
import type { Content } from './http.js'
import type { PageText } from './texts.js'

/** A way on from a page: a link, or a button that posts. */
export type WayOn = { readonly label: string } & ({ readonly href: string } | { readonly postTo: string })

export interface Page extends PageText {
  /** The first one is the main button. */
  readonly waysOn: readonly WayOn[]
  /** The page goes on to this address by itself. */
  readonly refreshTo?: string
}

const STYLE = `
:root { color-scheme: light dark; --back: #f5f6f8; --card: #fff; --text: #1b1f24; --soft: #57606a; --line: #d8dee4; font: 100%/1.55 system-ui, sans-serif }
@media (prefers-color-scheme: dark) { :root { --back: #0f1216; --card: #171b21; --text: #e6e9ed; --soft: #a3acb6; --line: #2d343c } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back); color: var(--text) }
main { box-sizing: border-box; width: calc(100% - 2rem); max-width: 30rem; margin: 1rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem }
header { display: flex; align-items: center; gap: .6rem; margin: 0 0 1.5rem; color: var(--soft); overflow-wrap: anywhere }
header img { max-width: 10rem; height: 2rem; object-fit: contain }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .6rem; overflow-wrap: anywhere }
p { margin: 0 0 1.75rem; color: var(--soft); overflow-wrap: anywhere }
nav { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: center }
form { margin: 0 }
a, button { font: inherit; color: inherit; cursor: pointer }
.main { display: inline-block; padding: .6rem 1.1rem; border: 0; border-radius: .5rem; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none }
a:focus-visible, button:focus-visible { outline: 3px solid Highlight; outline-offset: 3px }
@media (max-width: 24rem) { main { padding: 1.5rem 1.25rem } .main, form { width: 100%; box-sizing: border-box; text-align: center } }
@media (forced-colors: active) { .main { border: 1px solid } }
`

/** A small static page. It has no script and loads nothing but the host's own logo. */
export function renderPage(look: PageLook, page: Page): Content {
  const style = `${STYLE}:root { --accent: ${look.accent}; --on-accent: ${look.onAccent} }\n`
  const refresh = page.refreshTo
    ? `\n<meta http-equiv="refresh" content="0;url=${escapeHtml(page.refreshTo)}">`
    : ''
  const posts = page.waysOn.some((wayOn) => 'postTo' in wayOn)
  // A form on a page with `no-referrer` posts `Origin: null`. Without Fetch Metadata that is refused.
  const referrer = posts ? '\n<meta name="referrer" content="same-origin">' : ''
  return {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': toPolicy(style, look, posts),
      'X-Content-Type-Options': 'nosniff',
    },
    body: `<!doctype html>
<html lang="${escapeHtml(look.lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">${referrer}${refresh}
<title>${escapeHtml(look.title ? `${page.title} · ${look.title}` : page.title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${renderHeader(look)}<h1>${escapeHtml(page.title)}</h1>
<p>${escapeHtml(page.text)}</p>
<nav>${page.waysOn.map(renderWayOn).join('\n')}</nav>
</main>
</body>
</html>
`,
  }
}

/**
 * Replaces the policy that the host may have set, and is stricter. A page with a button names no `form-action`: the
 * directive holds for all redirects that follow a form, and `afterLogoutUrl` may redirect to another website.
 */
function toPolicy(style: string, { logo }: PageLook, posts: boolean): string {
  const hash = createHash('sha256').update(style).digest('base64')
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    ...(logo ? [`img-src ${logo.source}`] : []),
    ...(posts ? [] : ["form-action 'none'"]),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function renderHeader({ title, logo }: PageLook): string {
  if (!title && !logo) return ''
  // The name stands beside the picture, so the picture needs no text.
  const image = logo ? `<img src="${escapeHtml(logo.url)}" alt="">` : ''
  return `<header>${image}${title ? `<span>${escapeHtml(title)}</span>` : ''}</header>\n`
}

function renderWayOn(wayOn: WayOn, index: number): string {
  const label = escapeHtml(wayOn.label)
  const style = index === 0 ? ' class="main"' : ''
  // `_top`: a refused frame must not lead on inside the frame.
  if ('href' in wayOn) return `<a${style} href="${escapeHtml(wayOn.href)}" target="_top">${label}</a>`
  return `<form method="post" action="${escapeHtml(wayOn.postTo)}" target="_top"><button${style}>${label}</button></form>`
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
