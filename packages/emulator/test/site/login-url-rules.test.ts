import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkLoginUrl, type LoginUrlRules, readAllowedDomains } from '../../src/site/login-url-rules.js'

function rules(changes: Partial<LoginUrlRules> = {}): LoginUrlRules {
  const allowedDomains = readAllowedDomains(['shop.example', '*.apps.example', '127.0.0.1', '[::1]'])
  return { allowedDomains, anyPort: false, keepQuery: false, ...changes }
}

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
const query = fc.option(fc.webQueryParameters(), { nil: undefined })
const path = fc.webPath()

describe('checkLoginUrl', () => {
  test('takes an allowed domain on an allowed port, and drops query and fragment unless they are kept', () => {
    const host = fc.oneof(
      fc.constantFrom('shop.example', 'SHOP.example', '127.0.0.1', '[::1]'),
      label.map((name) => `${name}.apps.example`),
    )
    const port = fc.constantFrom('', ':80', ':443', ':8080', ':8443')
    fc.assert(
      fc.property(
        fc.constantFrom('http', 'https'),
        host,
        port,
        path,
        query,
        (scheme, name, at, where, search) => {
          const text = `${scheme}://${name}${at}${where}${search === undefined ? '' : `?${search}`}#f`
          const parsed = new URL(text)
          expect(checkLoginUrl(text, rules({ keepQuery: true }))).toEqual({ url: parsed.href })
          expect(checkLoginUrl(text, rules())).toEqual({ url: `${parsed.origin}${parsed.pathname}` })
        },
      ),
    )
  })

  test('takes no other port, unless any will do', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), (port) => {
        const text = `http://127.0.0.1:${port}/`
        const allowed = [80, 443, 8080, 8443].includes(port)
        expect(checkLoginUrl(text, rules()).problem).toBe(allowed ? undefined : 'port')
        expect(checkLoginUrl(text, rules({ anyPort: true })).problem).toBeUndefined()
      }),
    )
  })

  test('takes no empty label for a subdomain', () => {
    for (const text of ['http://%2eapps.example', 'http://..apps.example', 'http://x..apps.example'])
      expect(checkLoginUrl(text, rules()).problem, text).toBe('domain')
    expect(checkLoginUrl('http://x.apps.example/', rules()).problem).toBeUndefined()
  })

  test('whatever is pieced together, it leads to an allowed domain or is refused', () => {
    const piece = fc.constantFrom(
      ...['shop.example', 'apps.example', 'x.apps.example', 'evil.example', '127.0.0.1', '127.1', '[::1]'],
      ...[
        'http:',
        'https:',
        '//',
        '/',
        '\\',
        '@',
        ':',
        '.',
        '。',
        '%2e',
        '%2f',
        '?',
        '#',
        '\t',
        '\n',
        ' ',
        '8080',
      ],
      ...['javascript:', 'user', '\u0000', 'ＳＨＯＰ', '­'],
    )
    const text = fc
      .tuple(
        fc.constantFrom('', 'http://', 'https://', 'http://shop.example'),
        fc.array(piece, { maxLength: 6 }),
      )
      .map(([start, rest]) => start + rest.join(''))
    fc.assert(
      fc.property(fc.oneof(text, fc.webUrl(), fc.string({ unit: 'binary' })), (candidate) => {
        const { url, problem } = { url: undefined, ...checkLoginUrl(candidate, rules({ keepQuery: true })) }
        if (url === undefined) {
          expect(problem).toMatch(/^(not-absolute|user-info|domain|port)$/)
          return
        }
        // Parsed anew, as the browser does that gets it.
        const { hostname, protocol, username, password, port } = new URL(url)
        expect(hostname).toMatch(/^(shop\.example|.+\.apps\.example|127\.0\.0\.1|\[::1\])$/)
        expect([protocol.slice(0, 4), username, password]).toEqual(['http', '', ''])
        expect(['', '80', '443', '8080', '8443']).toContain(port)
        expect(url).toMatch(/^[\x21-\x7e]+$/)
      }),
      { numRuns: 3000 },
    )
  })

  test.each([
    ['https://apps.example/', 'domain'],
    ['https://evilapps.example/', 'domain'],
    ['https://www.shop.example/', 'domain'],
    ['https://shop.example./', 'domain'],
    ['https://shop.example.evil.example/', 'domain'],
    ['https://evil.example/shop.example', 'domain'],
    ['https://evil.example?shop.example', 'domain'],
    ['https://evil.example#@shop.example', 'domain'],
    ['https://shop.example@evil.example/', 'user-info'],
    ['https://user:pw@shop.example/', 'user-info'],
    ['https://shop.example\\@evil.example/', 'not-absolute'],
    ['//shop.example/', 'not-absolute'],
    ['https:shop.example', 'not-absolute'],
    ['https:///shop.example', 'not-absolute'],
    ['https://shop\t.example/', 'not-absolute'],
  ])('%j: %s', (text, problem) => {
    expect(checkLoginUrl(text, rules())).toEqual({ problem })
  })
})

describe('readAllowedDomains', () => {
  test('gives names as a parsed URL has them', () => {
    expect(readAllowedDomains(['Example.COM', '*.Müller.example', '[0:0::1]', '127.1'])).toEqual([
      'example.com',
      '*.xn--mller-kva.example',
      '[::1]',
      '127.0.0.1',
    ])
  })

  test.each([
    '',
    '*',
    '*.',
    'https://example.com',
    'example.com/',
    'example.com:443',
    'a b',
    'a@b',
    '**.a',
    'a,b',
    '*.*.a',
  ])('refuses %j', (domain) => {
    expect(() => readAllowedDomains([domain])).toThrow(TypeError)
  })
})
