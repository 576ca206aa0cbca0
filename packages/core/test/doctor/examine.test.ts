import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type FaultRule, startEmulator } from '@portal-sso/emulator'
import { describe, expect, it, onTestFinished } from 'vitest'
import { examine } from '../../src/doctor/examine.js'
import { testClock } from '../test-clock.ts'
import { checkOf, named, setUp } from './patient.ts'

describe('a set-up that is right', () => {
  it('is well, without a call that makes anything', async () => {
    const { emulator, examine } = await setUp()
    const report = await examine()
    expect(report).toMatchObject({
      ok: true,
      version: '1.2.3',
      node: process.versions.node,
      site: 'acme-test',
    })
    expect([named(report, 'wrong'), named(report, 'warning'), named(report, 'skipped')]).toEqual([
      [],
      [],
      ['create'],
    ])
    expect(report.facts).toEqual([])
    expect(emulator.calls().map(({ operation }) => operation)).toEqual(['retrieve'])
  })

  it('with a customer: one session is opened, looked at and ended', async () => {
    const { emulator, examine } = await setUp()
    const report = await examine({ customerId: 'c1' })
    expect(report.ok).toBe(true)
    expect(report.checks.filter(({ outcome }) => outcome !== 'ok')).toEqual([])
    expect(report.checks.map(({ name }) => name)).toEqual([
      ...['node', 'CHARGEBEE_SITE', 'CHARGEBEE_API_KEY', 'CHARGEBEE_API_URL', 'CHARGEBEE_PORTAL_URL'],
      ...['PORTAL_SSO_BASE_URL', 'PORTAL_SSO_SECRET', 'reach', 'clock', 'time'],
      ...['create', 'access-url', 'redirect-url', 'retrieve', 'logout'],
    ])
    expect(emulator.sessions()).toMatchObject([
      { customer_id: 'c1', status: 'logged_out', redirect_url: 'http://localhost:8080/portal_return' },
    ])
  })

  it('with a customer: the site answers what is documented nowhere', async () => {
    const { examine } = await setUp()
    const { facts } = await examine({ customerId: 'c1' })
    expect(Object.fromEntries(facts.map(({ question, answer }) => [question, answer]))).toEqual({
      'keep-alive of an answer': 'timeout=65',
      'host of the access URL': 'another than {site}.chargebee.com and {site}.chargebeeportal.com',
      'life of the access URL': '3600 s',
      'further fields of a session': 'none',
      'create again with the same idempotency key': 'the same session',
      'activate with a wrong token, of a session that is created': '400 param_wrong_value',
      'retrieve of an ended session': '200 logged_out, with logout_at',
      'logout of an ended session': '200',
      'retrieve of an unknown session': '404 resource_not_found',
      'logout of an unknown session': '404',
      'activate of an unknown session': '404 resource_not_found',
      'create for an unknown customer': '404 resource_not_found',
      'retrieve with a malformed chargebee-request-origin-ip': '400',
    })
  })

  it.each([
    [
      { api: { malformedHeaders: 'ignored' } },
      'retrieve with a malformed chargebee-request-origin-ip',
      '404: not looked at',
    ],
    [
      { login: { wrongToken: 404 } },
      'activate with a wrong token, of a session that is created',
      '404 resource_not_found',
    ],
  ] as const)('tells a site that answers otherwise: %j', async (options, question, answer) => {
    const { examine } = await setUp(options)
    const { facts } = await examine({ customerId: 'c1' })
    expect(facts).toContainEqual({ question, answer })
  })
})

describe('a site with habits of its own is well', () => {
  it.each([
    [{ api: { gzip: true } }],
    [{ api: { maxConcurrent: 1 } }],
    [{ api: { idempotencyScope: 'path' } }],
    [{ login: { wrongToken: 401 } }],
    [{ login: { secondActivate: 'refused' } }],
  ] as const)('%j', async (options) => {
    const { examine, emulator } = await setUp(options)
    const report = await examine({ customerId: 'c1' })
    expect(named(report, 'wrong')).toEqual([])
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['logged_out'])
  })

  it.each([
    ['create', 'truncated'],
    ['create', 'reset-after'],
    ['retrieve', 'reset'],
    ['logout', 'truncated'],
    ['logout', 'reset-after'],
  ] as const)('%s that is cut (%s) is made again, and leaves nothing', async (operation, kind) => {
    const { examine, emulator } = await setUp()
    emulator.fail({ operation, kind })
    const report = await examine({ customerId: 'c1' })
    expect(named(report, 'wrong')).toEqual([])
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['logged_out'])
  })
})

describe('a site that is set up wrong', () => {
  it.each([
    ['the setting "single sign-on by API" is off', { ssoByApi: false }],
    ['the portal is not published', { portalPublished: false }],
  ])('%s', async (_, api) => {
    const { examine, emulator } = await setUp({ api })
    const report = await examine({ customerId: 'c1' })
    expect(report.ok).toBe(false)
    expect(checkOf(report, 'create')).toMatchObject({
      outcome: 'wrong',
      text: expect.stringMatching(
        /^400 configuration_incompatible; .*Single Sign-On API" is off or not published/,
      ),
      mend: 'Check the Chargebee site settings.',
      help: '#chargebee_refused',
    })
    expect(report.facts).toEqual([{ question: 'create, refused', answer: '400 configuration_incompatible' }])
    expect(emulator.sessions()).toEqual([])
  })

  it('the customer is not known', async () => {
    const { examine } = await setUp()
    const report = await examine({ customerId: 'c2' })
    expect(checkOf(report, 'create')).toMatchObject({
      outcome: 'wrong',
      text: '404 resource_not_found; the site "acme-test" has no customer "c2"',
      help: '#customer_unknown',
    })
    expect(report.facts).toEqual([
      { question: 'create for an unknown customer', answer: '404 resource_not_found' },
    ])
  })

  it('the key is another one', async () => {
    const { examine, emulator } = await setUp()
    const report = await examine({ customerId: 'c1', env: { CHARGEBEE_API_KEY: 'another' } })
    expect(checkOf(report, 'reach')).toMatchObject({
      outcome: 'wrong',
      text: expect.stringMatching(/^401 api_authentication_failed .*does not accept the API key/),
      mend: 'Check CHARGEBEE_API_KEY.',
      help: '#chargebee_refused',
    })
    expect(named(report, 'skipped')).toEqual(['create'])
    expect(emulator.sessions()).toEqual([])
  })

  it('the key may read only', async () => {
    const { examine, emulator } = await setUp()
    emulator.fail({ operation: 'create', status: 403 })
    const report = await examine({ customerId: 'c1' })
    expect(named(report, 'wrong')).toEqual(['create'])
    expect(checkOf(report, 'create')?.text).toMatch(
      /^403 api_authorization_failed; .*it takes a full-access key/,
    )
  })

  it('the key may write only: the session shows it', async () => {
    const { examine, emulator } = await setUp()
    emulator.fail({ operation: 'retrieve', status: 403, times: Number.POSITIVE_INFINITY })
    const report = await examine({ customerId: 'c1' })
    expect(named(report, 'wrong')).toEqual(['reach', 'retrieve'])
    expect(emulator.sessions()).toMatchObject([{ status: 'logged_out' }])
  })

  it('there is no site of this name', async () => {
    const { examine, emulator } = await setUp()
    emulator.fail({ operation: '*', body: { api_error_code: 'site_not_found', message: 'x' }, status: 404 })
    expect(checkOf(await examine(), 'reach')).toMatchObject({
      outcome: 'wrong',
      text: '404 site_not_found; Chargebee knows no site of this name; test sites end in -test',
      mend: 'Check CHARGEBEE_SITE.',
    })
  })

  it('the return address is refused for its port', async () => {
    const { examine, emulator } = await setUp()
    const body = { api_error_code: 'invalid_request', error_code: 'UNSUPPORTED_PORT', message: 'x' }
    emulator.fail({ operation: 'create', status: 400, body })
    expect(checkOf(await examine({ customerId: 'c1' }), 'create')).toMatchObject({
      outcome: 'wrong',
      text: expect.stringMatching(/^400 invalid_request \(UNSUPPORTED_PORT\); /),
      mend: 'Check PORTAL_SSO_BASE_URL.',
    })
  })
})

describe('an API that does not answer as it should', () => {
  it.each([
    [
      '429',
      { status: 429 },
      /^429 api_request_limit_exceeded$/,
      /limit of calls is used up/,
      'chargebee_unavailable',
    ],
    ['503', { status: 503 }, /^503 internal_temporary_error$/, /try again later/, 'chargebee_unavailable'],
    [
      '502 of a balancer',
      { status: 502 },
      /^502 internal_error$/,
      /try again later/,
      'chargebee_unavailable',
    ],
    ['a page', { body: '<html>' }, /^200$/, /not the API of Chargebee/, 'chargebee_invalid'],
    [
      'a redirect',
      { status: 302, body: {}, headers: { location: 'https://example.com' } },
      /^302$/,
      /not the API/,
      'chargebee_invalid',
    ],
    ['a cut', { kind: 'reset' }, /^ECONNRESET$/, /firewall/, 'chargebee_unavailable'],
  ] satisfies [string, Omit<FaultRule, 'operation'>, RegExp, RegExp, string][])(
    '%s',
    async (_, fault, text, mend, help) => {
      const { examine, emulator } = await setUp()
      emulator.fail({ operation: '*', times: Number.POSITIVE_INFINITY, ...fault })
      const report = await examine({ customerId: 'c1' })
      expect(report.ok).toBe(false)
      expect(checkOf(report, 'reach')).toEqual({
        name: 'reach',
        outcome: 'wrong',
        text: expect.stringMatching(text),
        mend: expect.stringMatching(mend),
        help: `#${help}`,
      })
      expect(emulator.sessions()).toEqual([])
    },
  )

  it('the limit of calls of a site', async () => {
    const { examine } = await setUp({ api: { rateLimit: 1 } })
    expect((await examine()).ok).toBe(true)
    expect(checkOf(await examine(), 'reach')?.text).toBe('429 api_request_limit_exceeded')
  })

  it('nothing listens', async () => {
    const { examine, emulator } = await setUp()
    await emulator.close()
    expect(checkOf(await examine(), 'reach')).toMatchObject({ outcome: 'wrong', text: 'ECONNREFUSED' })
  })

  it('no host of this name', async () => {
    const { examine } = await setUp()
    const report = await examine({ env: { CHARGEBEE_API_URL: 'https://nowhere.invalid' } })
    expect(checkOf(report, 'reach')?.outcome).toBe('wrong')
    expect(checkOf(report, 'clock')?.outcome).toBe('skipped')
  })

  it('silence ends at the deadline', async () => {
    const { examine, emulator, clock } = await setUp()
    const held = emulator.hold('retrieve')
    const examined = examine()
    await held
    await clock.advance(10_000)
    expect(checkOf(await examined, 'reach')).toMatchObject({ text: 'no answer in time', help: '#timeout' })
  })

  it('slowness is a warning', async () => {
    const { examine, emulator, clock } = await setUp()
    const held = emulator.hold('retrieve')
    const examined = examine()
    await held
    await clock.advance(4_000)
    emulator.release()
    const report = await examined
    expect(report.ok).toBe(true)
    expect(checkOf(report, 'time')).toMatchObject({ outcome: 'warning', text: 'a call takes 4000 ms' })
  })

  it.each([
    ['ahead of', 300],
    ['behind', -300],
  ])('a clock that is %s', async (where, seconds) => {
    const { examine } = await setUp()
    const report = await examine({ clock: testClock(Date.now() + seconds * 1000) })
    expect(report.ok).toBe(false)
    expect(checkOf(report, 'clock')?.text).toMatch(
      new RegExp(`^this machine's clock is (?:299|30\\d|29\\d) s ${where} Chargebee's$`),
    )
  })
})

describe('a session that is not as it should be', () => {
  it('opens on a host that is not listed', async () => {
    const { examine, emulator } = await setUp()
    const report = await examine({
      customerId: 'c1',
      env: { CHARGEBEE_PORTAL_URL: 'https://portal.example' },
    })
    // The API's own host is listed: here it is another one that answers.
    expect(report.ok).toBe(true)
    const elsewhere = await startEmulator({ customers: [{ id: 'c1' }] })
    onTestFinished(() => elsewhere.close())
    const proxy = createServer(async (req, res) => {
      const chunks = await req.toArray()
      const answer = await fetch(new URL(req.url ?? '/', elsewhere.apiUrl), {
        method: req.method ?? 'GET',
        headers: {
          authorization: req.headers.authorization ?? '',
          'content-type': 'application/x-www-form-urlencoded',
        },
        ...(req.method === 'POST' && { body: Buffer.concat(chunks) }),
      })
      res.writeHead(answer.status, { 'content-type': 'application/json' })
      res.end(await answer.text())
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void proxy.close())
    const apiUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const other = await examine({
      customerId: 'c1',
      env: { CHARGEBEE_API_URL: apiUrl, CHARGEBEE_PORTAL_URL: emulator.portalUrl },
    })
    expect(named(other, 'wrong')).toEqual(['access-url'])
    const { host } = new URL(elsewhere.portalUrl)
    expect(checkOf(other, 'access-url')).toMatchObject({
      text: 'the access URL is not on a host of the portal',
      mend: expect.stringContaining(`portalHosts: ['${host}']`),
      help: '#chargebee_invalid',
    })
    // The proxy hands no idempotency key on, so that the second create makes a second session.
    expect(elsewhere.sessions().map(({ status }) => status)).toEqual(['logged_out', 'logged_out'])

    const listed = await examine({
      customerId: 'c1',
      env: { CHARGEBEE_API_URL: apiUrl, CHARGEBEE_PORTAL_URL: emulator.portalUrl },
      options: { getCustomerId: () => null, portalHosts: [host] },
    })
    expect(listed.ok).toBe(true)
  })

  it("is another customer's, and is ended all the same", async () => {
    const { examine, emulator } = await setUp({ customers: [{ id: 'c1' }, { id: 'c2' }] })
    // Made for c2, and answered to c1's call.
    const made = await fetch(`${emulator.apiUrl}/_emulator/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customer_id: 'c2' }),
    })
    const { portal_session } = (await made.json()) as { portal_session: unknown }
    emulator.fail({ operation: 'create', status: 200, body: { portal_session } })
    const report = await examine({ customerId: 'c1' })
    expect(checkOf(report, 'access-url')).toMatchObject({
      outcome: 'wrong',
      text: 'the portal session is for another customer',
    })
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['logged_out', 'logged_out'])
  })

  it('can not be ended', async () => {
    const { examine, emulator } = await setUp()
    emulator.fail({ operation: 'logout', status: 503, times: 2 })
    const report = await examine({ customerId: 'c1' })
    expect(named(report, 'wrong')).toEqual(['logout'])
    expect(checkOf(report, 'logout')?.text).toContain('dead within the hour')
  })

  it('comes back to nowhere on a port that Chargebee does not take', async () => {
    const { examine } = await setUp()
    const report = await examine({ customerId: 'c1', env: { PORTAL_SSO_BASE_URL: 'http://localhost:3000' } })
    expect(report.ok).toBe(true)
    expect([named(report, 'warning'), named(report, 'skipped')]).toEqual([
      ['PORTAL_SSO_BASE_URL'],
      ['redirect-url'],
    ])
  })
})

describe('settings', () => {
  const nothing = { version: '1.2.3', options: undefined, customerId: 'c1', clock: testClock() }

  it('are told all at once, and no call is made', async () => {
    const report = await examine({ ...nothing, env: {} })
    expect(report).toMatchObject({ ok: false, site: null, facts: [] })
    expect(named(report, 'wrong')).toEqual(['CHARGEBEE_SITE', 'CHARGEBEE_API_KEY', 'PORTAL_SSO_BASE_URL'])
    expect(checkOf(report, 'CHARGEBEE_API_KEY')).toEqual({
      name: 'CHARGEBEE_API_KEY',
      outcome: 'wrong',
      text: 'is missing',
      mend: 'Pass a full-access API key, without white space, or set CHARGEBEE_API_KEY.',
    })
    expect(named(report, 'skipped')).toEqual(['reach'])
  })

  it('that are wrong beside what calls take do not keep the site from being asked', async () => {
    const { examine } = await setUp()
    const report = await examine({
      customerId: 'c1',
      env: { PORTAL_SSO_BASE_URL: 'ftp://acme', PORTAL_SSO_SECRET: 'short', CHARGEBEE_API_KEY: 'another' },
    })
    expect(named(report, 'wrong')).toEqual(['PORTAL_SSO_BASE_URL', 'PORTAL_SSO_SECRET', 'reach'])
  })

  it.each([
    ['CHARGEBEE_SITE', 'acme.chargebee.com'],
    ['CHARGEBEE_API_URL', 'http://acme.chargebee.com'],
    ['CHARGEBEE_PORTAL_URL', 'https://user:pass@acme.chargebeeportal.com'],
    ['PORTAL_SSO_BASE_URL', 'https://www.acme.com:3000'],
    ['PORTAL_SSO_SECRET', 'too-short-for-a-secret'],
  ])('%s=%s is wrong', async (name, value) => {
    const { env } = await setUp()
    const report = await examine({ ...nothing, env: { ...env, [name]: value }, customerId: undefined })
    expect(checkOf(report, name)?.outcome).toBe('wrong')
    expect(JSON.stringify(report)).not.toContain(value)
  })

  it('that nothing reads are warned of', async () => {
    const { examine } = await setUp()
    const report = await examine({
      env: { CHARGEBEE_APIKEY: 'x', PORTAL_SSO_COLOUR: 'x', CHARGEBEE_WEBHOOK_PASSWORD: 'x' },
    })
    expect(named(report, 'warning')).toEqual(['CHARGEBEE_APIKEY', 'PORTAL_SSO_COLOUR'])
    expect(checkOf(report, 'CHARGEBEE_APIKEY')?.mend).toBe('Did you mean CHARGEBEE_API_KEY?')
  })

  it('of the code are looked at where they are given', async () => {
    const { examine } = await setUp()
    const report = await examine({ options: { getCustomerId: 1, returnURL: '/', maxSessions: 0 } })
    expect(named(report, 'wrong')).toEqual(['options', 'getCustomerId', 'maxSessions'])
    expect(checkOf(report, 'options')).toMatchObject({
      text: 'unknown option "returnURL"',
      mend: 'Did you mean "returnUrl"?',
    })
  })
})
