import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { html } from '../../src/util/html.js'

describe('html', () => {
  test('no value opens or closes anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', ';', '#') }), (value) => {
        const { text } = html`<p title="${value}">${value}</p>`
        const inner = text.slice('<p title="'.length, -'</p>'.length)
        expect(inner.replace('">', '').replace(/&#\d+;/g, '')).not.toMatch(/[<>"'&]/)
      }),
    )
  })

  test('markup, lists, numbers and nothing', () => {
    expect(html`${html`<b>${1}</b>`}|${undefined}|${[html`<i>`, html`<u>`]}`.text).toBe('<b>1</b>||<i>\n<u>')
  })
})
