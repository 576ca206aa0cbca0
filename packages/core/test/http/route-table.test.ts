import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRouteTable } from '../../src/http/route-table.js'
import { toConfig } from '../../src/options/config.js'

function table(options: object = {}) {
  const given = {
    getCustomerId: () => null,
    site: 'acme',
    apiKey: 'key',
    baseUrl: 'https://www.acme.example',
  }
  return createRouteTable(toConfig({ ...given, ...options } as never, {}))
}

describe('the route table', () => {
  // The worked examples of `RouteTable.find`.
  it.each([
    ['', '/portal_link', '/portal_link?to=plan', '', '/shop/portal_link'],
    ['', '/portal_link', '/billing/portal_link', '/billing', '/shop/billing/portal_link'],
    ['/billing', '/billing/portal_link', '/billing/portal_link', '/billing', '/shop/billing/portal_link'],
    ['/billing', '/', '/billing/portal_link', '/billing', '/shop/billing/portal_link'],
  ])('with basePath %j: path %s of %s is below %j, at %s', (basePath, path, url, mountPath, publicPath) => {
    const { find } = table({ baseUrl: 'https://www.acme.example/shop', ...(basePath && { basePath }) })
    const redirectUrl = `https://www.acme.example/shop${mountPath}/portal_return`
    expect(find(path, url)).toMatchObject({ name: 'portal', mountPath, publicPath, redirectUrl })
  })

  it.each([
    ['at the root', {}, '/portal_link', '/portal_link', '', '/portal_link'],
    ['with a query', {}, '/portal_link', '/portal_link?to=x?y', '', '/portal_link'],
    ['with a trailing slash', {}, '/portal_link/', '/portal_link/', '', '/portal_link'],
    ['mounted', {}, '/portal_link', '/billing/portal_link', '/billing', '/billing/portal_link'],
    ['nested', {}, '/portal_link', '/a/b/portal_link?x', '/a/b', '/a/b/portal_link'],
    [
      'with basePath',
      { basePath: '/billing' },
      '/billing/portal_link',
      '/billing/portal_link',
      '/billing',
      '/billing/portal_link',
    ],
    [
      'mounted, with basePath',
      { basePath: '/b' },
      '/b/portal_link',
      '/a/b/portal_link',
      '/a/b',
      '/a/b/portal_link',
    ],
    [
      'stripped, and named as basePath',
      { basePath: '/b' },
      '/portal_link',
      '/a/b/portal_link',
      '/a/b',
      '/a/b/portal_link',
    ],
    [
      'behind a proxy',
      { baseUrl: 'https://www.acme.example/app' },
      '/portal_link',
      '/m/portal_link',
      '/m',
      '/app/m/portal_link',
    ],
    ['moved', { routes: { portal: '/go' } }, '/go', '/go', '', '/go'],
    ['as an absolute target', {}, '/portal_link', 'http://evil.example/portal_link?x', '', '/portal_link'],
    ['below a pattern', {}, '/', '/portal_link?x', '', '/portal_link'],
    ['below a pattern, with basePath', { basePath: '/b' }, '/', '/b/portal_link', '/b', '/b/portal_link'],
  ])('finds the portal link %s', (_, options, path, url, mountPath, publicPath) => {
    expect(table(options).find(path, url)).toMatchObject({ name: 'portal', mountPath, publicPath })
  })

  it.each([
    ['another path', {}, '/', '/'],
    ['another case', {}, '/Portal_link', '/Portal_link'],
    ['a doubled slash', {}, '//portal_link', '//portal_link'],
    ['two trailing slashes', {}, '/portal_link//', '/portal_link//'],
    ['an encoded letter', {}, '/portal%5Flink', '/portal%5Flink'],
    ['more behind it', {}, '/portal_link/x', '/portal_link/x'],
    ['an encoded mount', {}, '/portal_link', '/b%69lling/portal_link'],
    ['a doubled slash in the mount', {}, '/portal_link', '/a//b/portal_link'],
    ['a backslash in the mount', {}, '/portal_link', '/a\\b/portal_link'],
    ['dots in the mount', {}, '/portal_link', '/a/../portal_link'],
    ['a scheme without an address', {}, '/portal_link', 'javascript:/portal_link'],
    ['a path that was rewritten', {}, '/portal_link', '/something/else'],
    ['the route without basePath', { basePath: '/billing' }, '/portal_link', '/portal_link'],
    ['a route that is off', { routes: { portal: false } }, '/portal_link', '/portal_link'],
    ['a return address over the limit', {}, '/portal_link', `/${'m'.repeat(250)}/portal_link`],
    ['a name from Object', {}, '/__proto__', '/__proto__'],
  ])('leaves alone %s', (_, options, path, url) => {
    expect(table(options).find(path, url)).toBeUndefined()
  })

  it('never gives a public path that would lead to another origin, whatever is in front', () => {
    const { find } = table()
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 12 }), (mount) => {
        const route = find('/portal_link', `${mount}/portal_link`)
        if (!route) return
        const url = new URL(route.publicPath, 'https://www.acme.example')
        expect(url.href).toBe(`https://www.acme.example${mount}/portal_link`)
      }),
      { numRuns: 5_000 },
    )
  })

  it.each([
    ['at the root', {}, '/account', '/account?x', 'https://www.acme.example/portal_return'],
    ['mounted, where the return route is not known to be', {}, '/a', '/a/a', 'https://www.acme.example/home'],
    ['never reached', {}, undefined, '', 'https://www.acme.example/home'],
    [
      'with basePath',
      { basePath: '/billing' },
      undefined,
      '',
      'https://www.acme.example/billing/portal_return',
    ],
    ['with the return route off', { routes: { return: false } }, '/a', '/a', 'https://www.acme.example/home'],
  ])("brings customers of the host's own pages back: %s", (_, options, path, url, expected) => {
    const { find, returnForHost } = table({ returnUrl: '/home', ...options })
    if (path !== undefined) find(path, url)
    expect(returnForHost()).toBe(expected)
  })
})
