import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormError, parseFormBody } from '../src/form-body.js'
import { html } from '../src/html.js'
import { routeOf } from '../src/operations.js'
import { absoluteUrl, redirectUrlProblem } from '../src/url-rules.js'

describe('parseFormBody', () => {
  const part = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/[[\]]/.test(text))
  const name = fc
    .tuple(part, fc.array(part, { maxLength: 2 }))
    .map(([root, rest]) => root + rest.map((key) => `[${key}]`).join(''))

  test('gives back what a client encoded', () => {
    const forms = fc.uniqueArray(fc.tuple(name, fc.string({ unit: 'grapheme' })), {
      selector: ([key]) => key.split('[', 1)[0],
    })
    fc.assert(
      fc.property(forms, (pairs) => {
        expect([...parseFormBody(new URLSearchParams(pairs).toString())]).toEqual(pairs)
      }),
    )
  })

  test('refuses every doubled name, wherever it stands', () => {
    const doubled = fc.tuple(
      name,
      fc.array(fc.tuple(name, fc.string()), { maxLength: 4 }),
      fc.nat({ max: 4 }),
    )
    fc.assert(
      fc.property(doubled, ([twice, others, at]) => {
        const pairs = [...others]
        pairs.splice(at, 0, [twice, '1'])
        pairs.push([twice, '2'])
        expect(() => parseFormBody(new URLSearchParams(pairs).toString())).toThrow(FormError)
      }),
    )
  })

  test('reads anything or refuses it, and never changes what an object is', () => {
    const pieces = fc.constantFrom(
      'customer',
      '__proto__',
      'constructor',
      '[',
      ']',
      'id',
      '=',
      '&',
      '%',
      '%5B',
      '+',
      'é',
    )
    const anything = fc.oneof(
      fc.string(),
      fc.array(pieces).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(anything, (body) => {
        try {
          for (const [key, value] of parseFormBody(body)) {
            expect(key).toMatch(/^[^[\]]+(\[[^[\]]*\])*$/)
            expect(typeof value).toBe('string')
          }
        } catch (error) {
          expect(error).toBeInstanceOf(FormError)
        }
        expect(Object.keys(Object.prototype)).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })
})

describe('redirect_url', () => {
  const allowed = ['443', '80', '8443', '8080']

  test('takes http and https on the four ports, and no other port', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true, withFragments: true }),
        fc.nat({ max: 65_535 }),
        (url, port) => {
          const parsed = new URL(url)
          parsed.port = ''
          expect(redirectUrlProblem(parsed.href)).toBeUndefined()
          const withPort = parsed.href.replace(parsed.host, `${parsed.host}:${port}`)
          expect(redirectUrlProblem(withPort)).toBe(allowed.includes(String(port)) ? undefined : 'port')
        },
      ),
    )
  })

  test.each([
    ['http://localhost:8080/portal_return', undefined],
    ['https://localhost:8443', undefined],
    ['HTTPS://example.com:443/x', undefined],
    ['http://[::1]:8080/', undefined],
    ['http://example.com:443/', undefined],
    ['http://localhost:3000/', 'port'],
    ['https://localhost:4444/test', 'port'],
    ['https://example.com:08081/', 'port'],
    ['', 'not-absolute'],
    ['/portal_return', 'not-absolute'],
    ['//example.com/', 'not-absolute'],
    ['example.com', 'not-absolute'],
    ['http:example.com', 'not-absolute'],
    ['http:///example.com', 'not-absolute'],
    ['https://', 'not-absolute'],
    ['https://exa mple.com', 'not-absolute'],
    [' https://example.com', 'not-absolute'],
    ['https://example.com/\n', 'not-absolute'],
    ['https://example.com\\x', 'not-absolute'],
    ['https://example.com:99999/', 'not-absolute'],
    ['ftp://example.com/', 'not-absolute'],
    ['javascript:alert(1)', 'not-absolute'],
    ['data:text/html,x', 'not-absolute'],
  ])('%j: %s', (url, problem) => {
    expect(redirectUrlProblem(url)).toBe(problem)
  })

  test('whatever passes is an http(s) URL as it stands, and fits a header once parsed', () => {
    const prefixes = fc.constantFrom(
      '',
      'http:',
      'https:',
      'http://',
      'https://',
      'HTTP://h',
      'https://h:',
      'https://h/',
    )
    fc.assert(
      fc.property(prefixes, fc.string({ unit: 'binary' }), (prefix, rest) => {
        const parsed = absoluteUrl(prefix + rest)
        if (parsed === undefined) return
        expect(parsed.protocol).toMatch(/^https?:$/)
        expect(parsed.host).not.toBe('')
        expect(parsed.href).toMatch(/^[\x21-\x7e]+$/)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('routeOf', () => {
  test('an id comes back as it was encoded, and never reaches another path', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }),
        fc.constantFrom('logout', 'activate'),
        (id, operation) => {
          const path = `/api/v2/portal_sessions/${encodeURIComponent(id)}/${operation}`
          expect(routeOf('POST', path)).toEqual({ operation, id })
        },
      ),
    )
  })
})

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
