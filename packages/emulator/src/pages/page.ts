import { createHash } from 'node:crypto'
import { Html, html } from '../util/html.js'
import { STYLE } from './style.js'

export interface Page {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface Look {
  /** Sources that may show the page in a frame. Default none. */
  readonly frameAncestors?: string
  /** Path of the page's own script, a module, if any. */
  readonly script?: string
  readonly bodyAttributes?: Html
  /** Beside the style of all pages. */
  readonly style?: string
  /** The page may ask this server for data. */
  readonly connects?: boolean
}

/** Markup of a style, and its hash for the policy. */
const styles = new Map<string, { markup: Html; hash: string }>()

function styleOf(extra: string): { markup: Html; hash: string } {
  const known = styles.get(extra)
  if (known !== undefined) return known
  const text = STYLE + extra
  const style = { markup: new Html(text), hash: createHash('sha256').update(text).digest('base64') }
  styles.set(extra, style)
  return style
}

/** Told to the page around a frame what happens in it. */
export const FRAME_SCRIPT = '/portal/v2/frame.js'

/** Pages of this machine: an address of the machine other than 127.0.0.1 can't be named in a policy. */
const THIS_MACHINE = [
  "'self'",
  ...['http', 'https'].flatMap((scheme) =>
    ['localhost', '*.localhost', '127.0.0.1'].map((host) => `${scheme}://${host}:*`),
  ),
].join(' ')

/** The in-app portal: pages of this machine may show it in a frame, as chargebee.js does. */
export const FRAMEABLE: Look = { frameAncestors: THIS_MACHINE, script: FRAME_SCRIPT }

const HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

export function htmlPage(status: number, title: string, content: Html, look: Look = {}): Page {
  const { script, bodyAttributes, frameAncestors = "'none'", connects = false } = look
  const { markup, hash } = styleOf(look.style ?? '')
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${markup}</style>${script && html`<script type="module" src="${script}"></script>`}
</head>
<body ${bodyAttributes}>
${content}
</body>
</html>
`
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    'img-src data:',
    script !== undefined && "script-src 'self'",
    connects && "connect-src 'self'",
    "base-uri 'none'",
    `frame-ancestors ${frameAncestors}`,
    // No form-action: the sign-out form is redirected to the host, on another origin, and Chromium holds a
    // form's whole redirect chain against that directive.
  ]
  const headers = {
    ...HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.filter(Boolean).join('; '),
  }
  return { status, headers, body: document.text }
}

/** 302, as hosted portals do. The address is a path of ours or a URL that was checked when the session was made. */
export function redirectTo(target: string, cookie?: string): Page {
  // A URL as written may hold characters that a header can't; the parsed form has them encoded.
  const location = target.startsWith('/') ? target : new URL(target).href
  const headers = {
    ...HEADERS,
    'content-security-policy': `default-src 'none'; base-uri 'none'; frame-ancestors ${THIS_MACHINE}`,
    location,
    ...(cookie !== undefined && { 'set-cookie': cookie }),
  }
  return { status: 302, headers, body: '' }
}
