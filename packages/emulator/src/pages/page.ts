import { createHash } from 'node:crypto'
import { Html, html } from '../util/html.js'
import { STYLE } from './style.js'

export interface Page {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const STYLE_HTML = new Html(STYLE)
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

const HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  // No form-action: the sign-out form is redirected to the host, on another origin, and Chromium holds a
  // form's whole redirect chain against that directive.
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'`,
}

export function htmlPage(status: number, title: string, content: Html): Page {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${STYLE_HTML}</style>
</head>
<body>
${content}
</body>
</html>
`
  return { status, headers: { ...HEADERS, 'content-type': 'text/html; charset=utf-8' }, body: document.text }
}

/** 302, as hosted portals do. The address is a path of ours or a URL that was checked when the session was made. */
export function redirectTo(target: string, cookie?: string): Page {
  // A URL as written may hold characters that a header can't; the parsed form has them encoded.
  const location = target.startsWith('/') ? target : new URL(target).href
  const headers = { ...HEADERS, location, ...(cookie !== undefined && { 'set-cookie': cookie }) }
  return { status: 302, headers, body: '' }
}
