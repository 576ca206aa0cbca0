import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPortalSso } from '../../src/index.js'
import { toConfig } from '../../src/options/config.js'

const API_KEY = 'test_K9s3cretKeyThatMustNotBePrinted'
const SECRET = 'a-secret-of-more-than-thirty-two-bytes!'
const GIVEN = {
  getCustomerId: () => null,
  site: 'acme-test',
  apiKey: API_KEY,
  baseUrl: 'https://www.acme.example',
}

function config(options: object = {}, env: Record<string, string> = {}) {
  return toConfig({ ...GIVEN, ...options } as never, env)
}

function textOf(options: object, env: Record<string, string> = {}): string {
  try {
    toConfig(options as never, env)
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError)
    return (error as TypeError).message
  }
  throw new Error(`accepted: ${inspect(options)}`)
}

describe('options', () => {
  it('has the documented defaults', () => {
    const { apiUrl, portalUrl, portalHosts, ...rest } = config()
    expect(apiUrl.origin).toBe('https://acme-test.chargebee.com')
    expect(portalUrl.origin).toBe('https://acme-test.chargebeeportal.com')
    expect([...portalHosts].sort()).toEqual(['acme-test.chargebee.com', 'acme-test.chargebeeportal.com'])
    expect(rest).toMatchObject({
      basePath: '',
      routes: {
        portal: '/portal_link',
        session: '/portal_session',
        logout: '/portal_logout',
        return: '/portal_return',
      },
      loginUrl: undefined,
      noCustomerUrl: undefined,
      returnUrl: '/',
      afterLogoutUrl: '/',
      maxSessions: 5,
      rateLimit: { points: 20, durationSeconds: 60 },
      timeoutMs: 10_000,
      logoutTimeoutMs: 3_000,
      crossSite: 'ask',
      onEvent: undefined,
    })
  })

  it('takes from the environment what is not given; undefined and empty variables are not given', () => {
    const env = {
      CHARGEBEE_SITE: 'env-site',
      CHARGEBEE_API_KEY: 'env_key',
      CHARGEBEE_API_URL: 'http://127.0.0.1:8480',
      CHARGEBEE_PORTAL_URL: 'http://localhost:8480/',
      PORTAL_SSO_BASE_URL: 'http://localhost:8080',
      PORTAL_SSO_SECRET: `${SECRET}, ${SECRET}2`,
    }
    const fromEnv = toConfig({ getCustomerId: () => null, site: undefined } as never, env)
    expect(fromEnv.site).toBe('env-site')
    expect(fromEnv.apiKey).toBe('env_key')
    expect(fromEnv.apiUrl.origin).toBe('http://127.0.0.1:8480')
    expect([...fromEnv.portalHosts]).toContain('localhost:8480')
    expect(fromEnv.baseUrl).toEqual({
      origin: 'http://localhost:8080',
      path: '',
      secure: false,
      takesReturn: true,
    })
    expect(fromEnv.secrets.loginState).toEqual([SECRET, `${SECRET}2`])
    const { jar: derived } = config({ apiKey: 'env_key' }).secrets
    expect(fromEnv.secrets.jar).toEqual([SECRET, `${SECRET}2`, ...derived])

    expect(config({}, env).site).toBe('acme-test')
    expect(config({}, { CHARGEBEE_API_URL: '' }).apiUrl.origin).toBe('https://acme-test.chargebee.com')
    expect(textOf({ ...GIVEN, site: undefined }, { CHARGEBEE_SITE: '' })).toMatch(
      /"site" is missing.*CHARGEBEE_SITE/,
    )
  })

  it('does not change what it was given, and later changes of it change nothing', () => {
    const hosts = ['billing.acme.example']
    const routes = { portal: '/billing' }
    const options = Object.freeze({ ...GIVEN, portalHosts: hosts, routes })
    const made = toConfig(options as never, {})
    hosts.push('evil.example')
    routes.portal = '/elsewhere'
    expect(made.portalHosts.has('evil.example')).toBe(false)
    expect(made.routes.portal).toBe('/billing')
  })

  it.each([
    ['getCustomerID', 'getCustomerId'],
    ['getcustomerid', 'getCustomerId'],
    ['base_url', 'baseUrl'],
    ['returnURL', 'returnUrl'],
    ['onErorr', 'onError'],
    ['apikey', 'apiKey'],
  ])('names the right option for the near miss %s', (wrong, right) => {
    expect(textOf({ ...GIVEN, [wrong]: undefined })).toBe(
      `portalSso(): unknown option "${wrong}". Did you mean "${right}"?`,
    )
  })

  it.each(['endSessions', 'debug'])('refuses %s, which it does not know', (name) => {
    expect(textOf({ ...GIVEN, [name]: 'x' })).toContain(`unknown option "${name}"`)
  })

  const wrong: [string, object][] = [
    ['getCustomerId', { getCustomerId: undefined }],
    ['getCustomerId', { getCustomerId: 'cust_1' }],
    ['site', { site: 'acme.evil.example/' }],
    ['site', { site: 'https://acme.chargebee.com' }],
    ['site', { site: '' }],
    ['site', { site: null }],
    ['site', { site: `a${'b'.repeat(63)}` }],
    ['apiKey', { apiKey: '' }],
    ['apiKey', { apiKey: 'with space' }],
    ['apiKey', { apiKey: 42 }],
    ['apiUrl', { apiUrl: 'http://acme.chargebee.com' }],
    ['apiUrl', { apiUrl: 'https://acme.chargebee.com/api/v2' }],
    ['apiUrl', { apiUrl: 'https://user:pw@acme.chargebee.com' }],
    ['portalUrl', { portalUrl: 'acme.chargebeeportal.com' }],
    ['portalHosts', { portalHosts: 'billing.acme.example' }],
    ['portalHosts', { portalHosts: ['https://billing.acme.example'] }],
    ['portalHosts', { portalHosts: ['billing.acme.example/path'] }],
    ['portalHosts', { portalHosts: ['a:99999'] }],
    ['portalHosts', { portalHosts: ['256.256.256.256'] }],
    ['portalHosts', { portalHosts: ['1.2.3'] }],
    ['baseUrl', { baseUrl: 'http://www.acme.example' }],
    ['baseUrl', { baseUrl: 'https://www.acme.example:3000' }],
    ['baseUrl', { baseUrl: 'https://www.acme.example/a//b' }],
    ['baseUrl', { baseUrl: 'https://www.acme.example/?x=1' }],
    ['baseUrl', { baseUrl: `https://www.acme.example/${'a'.repeat(230)}` }],
    ['basePath', { basePath: '/' }],
    ['basePath', { basePath: 'billing' }],
    ['basePath', { basePath: '/billing/' }],
    ['basePath', { basePath: '/a/../b' }],
    ['routes.portal', { routes: { portal: 'portal' } }],
    ['routes.logout', { routes: { logout: true } }],
    ['routes', { routes: { portal: '/x', session: '/x' } }],
    ['routes', { routes: [] }],
    ['secret', { secret: 'short' }],
    ['secret', { secret: [] }],
    ['secret', { secret: [SECRET, 'short'] }],
    ['secret', { secret: 42 }],
    ['previousApiKeys', { previousApiKeys: API_KEY }],
    ['previousApiKeys', { previousApiKeys: [''] }],
    ['getLoginId', { getLoginId: 'id' }],
    ['onPortalLogout', { onPortalLogout: true }],
    ['loginUrl', { loginUrl: 'https://evil.example/login' }],
    ['loginUrl', { loginUrl: '//evil.example' }],
    ['noCustomerUrl', { noCustomerUrl: 'pricing' }],
    ['returnUrl', { returnUrl: '/\\evil.example' }],
    ['returnUrl', { returnUrl: '/x/..//evil.example' }],
    ['afterLogoutUrl', { afterLogoutUrl: 'javascript:alert(1)' }],
    ['destinations', { destinations: { 'with space': () => '' } }],
    ['destinations.invoices', { destinations: { invoices: 'https://acme-test.chargebeeportal.com/x' } }],
    ['maxSessions', { maxSessions: 0 }],
    ['maxSessions', { maxSessions: 1.5 }],
    ['rateLimit', { rateLimit: true }],
    ['rateLimit.points', { rateLimit: { points: 0, durationSeconds: 60 } }],
    ['rateLimit.durationSeconds', { rateLimit: { points: 1 } }],
    ['timeoutMs', { timeoutMs: 499 }],
    ['timeoutMs', { timeoutMs: Number.POSITIVE_INFINITY }],
    ['logoutTimeoutMs', { logoutTimeoutMs: '3000' }],
    ['crossSite', { crossSite: 'never' }],
    ['crossSite', { crossSite: 'deny' }],
    ['crossSite', { crossSite: null }],
    ['routes', { routes: new Map([['portal', '/x']]) }],
    ['routes', { routes: new Date() }],
    ['destinations', { destinations: new Map() }],
    ['destinations', { destinations: [] }],
    ['login', { login: new Map() }],
    ['rateLimit', { rateLimit: new Date() }],
    ['pages', { pages: 'Acme' }],
    ['pages.accent', { pages: { accent: 'red;} body{' } }],
    ['pages.logoUrl', { pages: { logoUrl: 'http://cdn.example/x.png' } }],
    ['pages.lang', { pages: { lang: '"x' } }],
    ['pages.title', { pages: { title: 'a\nb' } }],
    ['pages.texts.timeout', { pages: { texts: { timeout: 'x' } } }],
    ['pages.labels.back', { pages: { labels: { back: '' } } }],
    ['onEvent', { onEvent: true }],
    ['onError', { onError: null }],
  ]
  it.each(wrong)('names the option %s for %o', (name, options) => {
    expect(textOf({ ...GIVEN, ...options })).toContain(`option "${name}"`)
  })

  it('names everything that is wrong at once', () => {
    const text = textOf({
      getCustomerId: 1,
      baseURL: 'x',
      maxSessions: 0,
      loginUrl: 'https://login.example/',
    })
    expect(text).toMatch(/^portalSso\(\): 7 options are wrong:\n- /)
    for (const part of [
      'Did you mean "baseUrl"?',
      '"site" is missing',
      '"apiKey" is missing',
      '"baseUrl" is missing',
      '"getCustomerId" is not a function',
      '"maxSessions" is out of range',
      'pass a path of your own that redirects there, and bring "return_to" back unchanged',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('says how to write it where it is used in a wrong way', () => {
    expect(textOf(undefined as never)).toContain('At the least: portalSso({ getCustomerId')
    class Request {}
    expect(textOf(new Request())).toContain('write app.use(portalSso({ … })), not app.use(portalSso)')
    expect(textOf({ ...GIVEN, pages: { texts: { time_out: { title: 'x', text: 'y' } } } })).toContain(
      'Did you mean "timeout"?',
    )
  })

  it('reads own properties only', () => {
    const polluted = {
      apiUrl: 'https://evil.example',
      crossSite: 'allow',
      onLogin: () => {},
      portal: '/evil',
    }
    Object.assign(Object.prototype, polluted, { CHARGEBEE_PORTAL_URL: 'https://evil.example' })
    try {
      const made = config({ routes: {} })
      expect(made.apiUrl.origin).toBe('https://acme-test.chargebee.com')
      expect(made.portalUrl.origin).toBe('https://acme-test.chargebeeportal.com')
      expect(made.crossSite).toBe('ask')
      expect(made.routes.portal).toBe('/portal_link')
      expect(textOf({ ...GIVEN, secret: SECRET, login: {} })).toContain('"login.onLogin" is missing')
    } finally {
      for (const name of [...Object.keys(polluted), 'CHARGEBEE_PORTAL_URL']) {
        delete (Object.prototype as Record<string, unknown>)[name]
      }
    }
  })

  it('names unknown routes and fields of rateLimit', () => {
    expect(textOf({ ...GIVEN, routes: { logOut: '/x' } })).toContain('Did you mean "logout"?')
    expect(textOf({ ...GIVEN, rateLimit: { points: 1, durationMs: 2 } })).toContain(
      'unknown rateLimit field "durationMs"',
    )
  })

  it('never prints a key or secret, whichever option it was pasted into', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'site',
          'apiKey',
          'apiUrl',
          'portalUrl',
          'baseUrl',
          'basePath',
          'secret',
          'loginUrl',
          'crossSite',
        ),
        fc.constantFrom(`${API_KEY} `, `https://x:${API_KEY}@acme.example`, ` ${SECRET}`, `${API_KEY}\n`),
        (option, value) => {
          const text = (() => {
            try {
              return String(toConfig({ ...GIVEN, [option]: value } as never, {}) && '')
            } catch (error) {
              return inspect(error)
            }
          })()
          expect(text).not.toContain(API_KEY)
          expect(text).not.toContain(SECRET)
        },
      ),
    )
  })

  it('shows no key or secret to whoever inspects what it built', () => {
    const portal = createPortalSso({ ...GIVEN, secret: SECRET, onEvent: false })
    const seen = inspect(portal, { depth: 20, showHidden: true })
    expect(seen).not.toContain(API_KEY)
    expect(seen).not.toContain(SECRET)
  })

  it('takes any port on loopback, https or http, and knows that Chargebee would refuse to come back there', () => {
    for (const origin of [
      'http://localhost:3000',
      'https://app.localhost:4444',
      'http://127.1.2.3:1',
      'http://[::1]:3000',
    ]) {
      expect(config({ baseUrl: origin }).baseUrl).toMatchObject({ origin, takesReturn: false })
    }
    for (const origin of [
      'http://localhost:8080',
      'https://localhost:8443',
      'http://localhost',
      'https://www.acme.example',
    ]) {
      expect(config({ baseUrl: origin }).baseUrl).toMatchObject({ origin, takesReturn: true })
    }
  })
})

describe('portalHosts', () => {
  it('are compared as addresses spell them, without the default port', () => {
    const { portalHosts } = config({ portalHosts: ['billing.acme.example:443', 'b.acme.example:8443'] })
    expect([...portalHosts]).toEqual(expect.arrayContaining(['billing.acme.example', 'b.acme.example:8443']))
  })
})
