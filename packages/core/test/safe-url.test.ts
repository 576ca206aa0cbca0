import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLoopback, isMountPath, isPortalUrl, isSecure, toLocalPath, withQuery } from '../src/safe-url.js'

const ORIGIN = 'https://www.acme.example'

/** Pieces that have led redirects astray elsewhere, in any order, among ordinary ones. */
const address = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '/',
        '//',
        '\\',
        '..',
        '.',
        '@',
        ':',
        '?',
        '#',
        '%2f',
        '%5c',
        '%09',
        '\t',
        '\n',
        '\r',
        ' ',
        '\0',
      ),
      fc.constantFrom(
        'evil.example',
        'https:',
        'http:',
        'javascript:',
        'data:',
        'www.acme.example',
        'a',
        '。',
        '／',
      ),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))

describe('toLocalPath', () => {
  it('never gives a path that leads a browser to another origin', () => {
    fc.assert(
      fc.property(address, fc.constantFrom('', '/'), (text, prefix) => {
        const path = toLocalPath(prefix + text, ORIGIN)
        if (path === undefined) return
        expect(path).toMatch(/^\/(?!\/)[\x21-\x7e]*$/)
        // As a browser reads it in a `Location` header.
        expect(new URL(path, `${ORIGIN}/somewhere`).origin).toBe(ORIGIN)
      }),
      { numRuns: 5_000 },
    )
  })

  it.each(['/', '/account', '/a/b?c=d#e', '/a%2Fb', '/~me', '/x?next=https://evil.example'])(
    'takes %s',
    (path) => {
      expect(toLocalPath(path, ORIGIN)).toBe(path)
    },
  )

  it.each([
    '',
    'account',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'https://www.acme.example/',
    '/a/..//b',
    '/a b',
  ])('refuses %j', (path) => {
    expect(toLocalPath(path, ORIGIN)).toBeUndefined()
  })
})

describe('withQuery', () => {
  it('adds one parameter, encoded, that a browser reads back, before any fragment', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          '/login',
          '/login?',
          '/login?a=1',
          '/login?return_to=/old&b=2',
          '/login#top',
          '/l?x#y?z#',
        ),
        fc.string({ unit: 'grapheme' }),
        (path, value) => {
          const before = new URL(path, ORIGIN)
          const url = new URL(withQuery(path, 'return_to', value), ORIGIN)
          expect(url.searchParams.getAll('return_to')).toEqual([value])
          expect(url.hash).toBe(before.hash)
          before.searchParams.delete('return_to')
          url.searchParams.delete('return_to')
          expect([...url.searchParams]).toEqual([...before.searchParams])
        },
      ),
    )
  })
})

describe('isMountPath', () => {
  it('holds no character that could end a path, leave it, or be read in two ways', () => {
    fc.assert(
      fc.property(address, (text) => {
        const mount = `/${text}`
        if (!isMountPath(mount)) return
        expect(mount).not.toMatch(/[%\\\s"<>?#]|\/\//)
        expect(new URL(mount, ORIGIN).pathname).toBe(mount)
      }),
      { numRuns: 5_000 },
    )
  })

  it.each(['', '/billing', '/a/b', '/BILLING', '/~acme/x.y'])('takes %j', (path) => {
    expect(isMountPath(path)).toBe(true)
  })

  it.each(['/', '/a/', '//a', 'a', '/a%62', '/a\\b', '/..', '/a/./b', 'http://x'])('refuses %j', (path) => {
    expect(isMountPath(path)).toBe(false)
  })
})

describe('isPortalUrl', () => {
  const hosts = new Set(['acme.chargebeeportal.com', '127.0.0.1:8480', 'billing.acme.example'])

  it('takes nothing that a browser would open elsewhere', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('https://acme.chargebeeportal.com', 'https://', 'http://', ''),
        address,
        (start, text) => {
          if (!isPortalUrl(start + text, hosts)) return
          const url = new URL(start + text)
          expect(hosts.has(url.host)).toBe(true)
          expect(isSecure(url)).toBe(true)
        },
      ),
      { numRuns: 5_000 },
    )
  })

  it.each([
    'https://acme.chargebeeportal.com/portal/access/x',
    'http://127.0.0.1:8480/portal/access/x',
    'https://billing.acme.example:443/x',
  ])('takes %s', (url) => {
    expect(isPortalUrl(url, hosts)).toBe(true)
  })

  it.each([
    'http://acme.chargebeeportal.com/x',
    'https://acme.chargebeeportal.com:444/x',
    'https://acme.chargebeeportal.com@evil.example/',
    'https://acme.chargebeeportal.com.evil.example/',
    'https://user@acme.chargebeeportal.com/',
    '//acme.chargebeeportal.com/x',
    'javascript:alert(1)',
    ' https://acme.chargebeeportal.com/x',
    'https://acme.charge\tbeeportal.com/x',
  ])('refuses %j', (url) => {
    expect(isPortalUrl(url, hosts)).toBe(false)
  })
})

describe('isLoopback', () => {
  it.each(['localhost', 'app.localhost', '127.0.0.1', '127.255.0.9', '[::1]'])('knows %s', (host) => {
    expect(isLoopback(host)).toBe(true)
  })
  it.each(['localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', 'notlocalhost', '[::2]', ''])(
    'does not take %j for it',
    (host) => {
      expect(isLoopback(host)).toBe(false)
    },
  )
})
