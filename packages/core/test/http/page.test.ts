import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { escapeHtml, renderPage } from '../../src/http/page.js'
import { PLAIN_LOOK, toLook } from '../../src/options/pages.js'

it('allows its own style and nothing else', () => {
  const { headers, body } = renderPage(PLAIN_LOOK, { title: 'T', text: 'x', waysOn: [] })
  const style = /<style>(.*)<\/style>/s.exec(body)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  expect(headers['Content-Security-Policy']).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
  )
  expect(body).not.toMatch(/<script|src=|url\((?!.)|@import/)
})

it('shows what it is given as text, wherever it stands', () => {
  const render = (text: string) =>
    renderPage(PLAIN_LOOK, {
      title: text,
      text,
      waysOn: [
        { label: text, href: text },
        { label: text, postTo: text },
      ],
      refreshTo: text,
    }).body
  // What could open or close a tag or an attribute stands as often in a page of strange texts as in one of plain ones.
  const marks = (body: string) => body.match(/[<>"']/g)?.length
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      expect(marks(render(text))).toBe(marks(render('plain')))
      expect(escapeHtml(text)).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/)
    }),
  )
})

it('lets a form say where it comes from, and a link not', () => {
  const withForm = renderPage(PLAIN_LOOK, {
    title: '',
    text: '',
    waysOn: [{ label: '', postTo: '/portal_logout' }],
  })
  expect(withForm.body).toContain('<meta name="referrer" content="same-origin">')
  const withLink = renderPage(PLAIN_LOOK, { title: '', text: '', waysOn: [{ label: '', href: '/' }] })
  expect(withLink.body).not.toContain('name="referrer"')
})

it('escapes without losing anything', () => {
  expect(escapeHtml(`&<>"'`)).toBe('&amp;&lt;&gt;&quot;&#39;')
})

it('lets its button lead wherever the host leads on to', () => {
  const { headers } = renderPage(PLAIN_LOOK, {
    title: '',
    text: '',
    waysOn: [{ label: '', postTo: '/portal_logout' }],
  })
  // The directive holds for the whole chain of redirects behind a form.
  expect(headers['Content-Security-Policy']).not.toContain('form-action')
})

it("shows the host's name, colour, logo and language, and loads the logo alone", () => {
  const look = toLook(
    { title: 'Acme <Tools>', accent: '#ffdd00', logoUrl: 'https://cdn.acme.example/a.svg', lang: 'de' },
    'https://www.acme.example',
    [],
  )
  const { headers, body } = renderPage(look, { title: 'T', text: 'x', waysOn: [{ label: 'Go', href: '/' }] })
  expect(body).toContain('<html lang="de">')
  expect(body).toContain('<title>T · Acme &lt;Tools&gt;</title>')
  expect(body).toContain('--accent: #ffdd00; --on-accent: #000')
  expect(body).toContain('src="https://cdn.acme.example/a.svg"')
  expect(headers['Content-Security-Policy']).toContain('img-src https://cdn.acme.example;')
})
