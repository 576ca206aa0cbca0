import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { absoluteUrl, redirectUrlProblem } from '../../src/site/url-rules.js'

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
