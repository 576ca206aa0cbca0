import { describe, expect, test } from 'vitest'
import type { ApiOptions } from '../../src/index.js'
import { expectChargebeeAnswer } from '../chargebee-schemas.js'
import { callApi, createForm, emulate, eventually, jsonOf } from '../helpers.js'

/** A call of this customer that the answer of can be held against what is known. */
async function refusal(call: Parameters<typeof callApi>[1], api?: ApiOptions) {
  const emulator = await emulate({ ...(api && { api }) })
  const response = await callApi(emulator, call)
  return { emulator, status: response.status, headers: response.headers, body: await jsonOf(response) }
}

describe('what is missing', () => {
  const MISSING = { api_error_code: 'invalid_request', error_code: 'param_required' }

  test.each([
    ['no customer', { form: '' }, 'customer[id]'],
    ['a blank one', { form: 'customer[id]=++' }, 'customer[id]'],
    ['no body', {}, 'customer[id]'],
    ['a blank token', { path: '/portal_sessions/x/activate', form: 'token=' }, 'token'],
    ['no token', { path: '/portal_sessions/x/activate' }, 'token'],
    [
      'a JSON body, which is not looked at',
      { form: '{"customer":{"id":"cus_ada"}}', headers: { 'content-type': 'application/json' } },
      'customer[id]',
    ],
  ])('%s', async (_, call, param) => {
    const { status, body } = await refusal(call)
    expectChargebeeAnswer(status, body)
    expect(body).toMatchObject({
      ...MISSING,
      param,
      error_param: param,
      message: `${param} : cannot be blank`,
    })
  })

  test('an unknown id of the path is named, without param', async () => {
    const { status, body } = await refusal({ method: 'GET', path: '/portal_sessions/nope' })
    expect([status, body.message, 'param' in body]).toEqual([404, 'nope not found', false])
    expect((await refusal({ method: 'GET', path: '/nope' })).body.message).toMatch(/couldn't find/)
  })
})

describe('switches, both ways', () => {
  test('headers of the wrong form', async () => {
    const wrong = {
      'chargebee-request-origin-ip': '10.0.0.1:80',
      'chargebee-request-origin-user': 'nobody',
      'chargebee-request-origin-user-encoded': '%%%',
      'chargebee-event-email': 'none',
      'chargebee-event-webhook': 'none',
      'chargebee-event-actions': 'none',
    }
    const right = {
      'chargebee-request-origin-ip': '2001:db8::1',
      'chargebee-request-origin-user': 'ada@example.com',
      'chargebee-request-origin-device': 'anything',
      'chargebee-event-email': 'all-disabled',
    }
    for (const [name, value] of Object.entries(wrong)) {
      const call = { form: createForm(), headers: { [name]: value } }
      const { status, body } = await refusal(call)
      expectChargebeeAnswer(status, body)
      expect([status, body.param]).toEqual([400, name])
      expect((await refusal(call, { malformedHeaders: 'ignored' })).status).toBe(200)
    }
    expect((await refusal({ form: createForm(), headers: right })).status).toBe(200)
    const encoded = { 'chargebee-request-origin-user-encoded': btoa('ada@example.com') }
    const both = { 'chargebee-request-origin-user': 'nobody', ...encoded }
    expect((await refusal({ form: createForm(), headers: both })).status).toBe(200)
  })

  test('settings of the site', async () => {
    for (const api of [{ ssoByApi: false }, { portalPublished: false }]) {
      const { status, body, emulator } = await refusal({ form: createForm() }, api)
      expectChargebeeAnswer(status, body)
      expect([status, body.api_error_code]).toEqual([400, 'configuration_incompatible'])
      const login = await fetch(`${emulator.portalUrl}/portal/login`)
      expect(login.status).toBe('portalPublished' in api ? 404 : 200)
    }
  })

  test('the rate limit counts calls with the right key, a minute long', async () => {
    const emulator = await emulate({ api: { rateLimit: 3 } })
    const status = async (key = emulator.apiKey) =>
      (await callApi({ ...emulator, apiKey: key }, { form: createForm() })).status
    for (let stranger = 0; stranger < 5; stranger++) expect(await status('wrong')).toBe(401)
    expect([await status(), await status(), await status()]).toEqual([200, 200, 200])
    const refused = await callApi(emulator, { form: createForm() })
    expectChargebeeAnswer(429, await jsonOf(refused))
    expect(refused.status).toBe(429)
    const seconds = Number(refused.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    emulator.advance(seconds * 1000)
    expect(await status()).toBe(200)
  })

  test('the limit of calls at the same time', async () => {
    const emulator = await emulate({ api: { maxConcurrent: 2 } })
    const call = () => callApi(emulator, { form: createForm() })
    void emulator.hold('create')
    const waiting = [call(), call()]
    await eventually(() => emulator.calls().length).toBe(2)
    expect((await call()).status).toBe(429)
    emulator.release()
    for (const { status } of await Promise.all(waiting)) expect(status).toBe(200)
    expect((await call()).status).toBe(200)
  })

  test('gzip', async () => {
    for (const gzip of [true, false]) {
      const { headers, body } = await refusal({ form: createForm() }, { gzip })
      expect(headers.get('content-encoding')).toBe(gzip ? 'gzip' : null)
      expect(body).toHaveProperty('portal_session')
    }
    const { headers } = await refusal(
      { form: createForm(), headers: { 'accept-encoding': 'br' } },
      { gzip: true },
    )
    expect(headers.get('content-encoding')).toBeNull()
  })

  test('an idempotency key on two paths', async () => {
    for (const [idempotencyScope, status] of [
      ['site', 422],
      ['path', 200],
    ] as const) {
      const emulator = await emulate({ api: { idempotencyScope } })
      const headers = { 'chargebee-idempotency-key': 'one' }
      await callApi(emulator, { form: createForm(), headers })
      const path = `/portal_sessions/${emulator.sessions()[0]?.id}/logout`
      expect((await callApi(emulator, { path, headers })).status).toBe(status)
    }
  })

  test('a bare 429 says when to come back', async () => {
    const emulator = await emulate()
    emulator.fail({ operation: 'create', status: 429 })
    emulator.fail({ operation: 'create', status: 429, headers: { 'Retry-After': '7' } })
    const after = async () => (await callApi(emulator, { form: createForm() })).headers.get('retry-after')
    expect([await after(), await after()]).toEqual(['1', '7'])
  })
})
