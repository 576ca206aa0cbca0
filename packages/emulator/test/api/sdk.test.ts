import { describe, expect, test } from 'vitest'
import { createForm, emulate, jsonOf, REDIRECT_URL, rejectionOf, sdkFor } from '../helpers.js'

const request = { customer: { id: 'cus_ada' }, redirect_url: REDIRECT_URL }

describe('the official SDK as client', () => {
  test('creates a session with a one-time access URL that lives an hour', async () => {
    const emulator = await emulate()
    const {
      portal_session: session,
      httpStatusCode,
      isIdempotencyReplayed,
    } = await sdkFor(emulator).portalSession.create(request)
    expect(httpStatusCode).toBe(200)
    expect(isIdempotencyReplayed).toBe(false)
    expect(session).toMatchObject({ status: 'created', customer_id: 'cus_ada', redirect_url: REDIRECT_URL })
    expect(session.id).toMatch(/^portal___test__[A-Za-z0-9]{24}$/)
    expect(session.access_url).toBe(`${emulator.portalUrl}/portal/access/${session.token}`)
    expect(session.expires_at).toBe(session.created_at + 3600)
    expect(Math.abs(session.created_at - Date.now() / 1000)).toBeLessThan(60)
    expect(session).not.toHaveProperty('login_at')
  })

  test('does not echo forward_url, which only sessions() shows', async () => {
    const emulator = await emulate()
    const forwardUrl = `${emulator.portalUrl}/portal/permalink/subscriptions/sub_ada_team/edit`
    const { portal_session } = await sdkFor(emulator).portalSession.create({
      ...request,
      forward_url: forwardUrl,
    })
    expect(portal_session).not.toHaveProperty('forward_url')
    expect(emulator.sessions()[0]?.forward_url).toBe(forwardUrl)
  })

  test('lists the customer and others with the same e-mail address as linked', async () => {
    const emulator = await emulate()
    const { portal_session } = await sdkFor(emulator).portalSession.create({ customer: { id: 'cus_grace' } })
    expect(portal_session.linked_customers).toEqual([
      expect.objectContaining({
        customer_id: 'cus_grace',
        has_payment_method: false,
        has_billing_address: true,
      }),
      expect.objectContaining({ customer_id: 'cus_grace_labs', has_active_subscription: true }),
    ])
  })

  test('retrieves a session as it is now, also after its hour', async () => {
    const emulator = await emulate()
    const { portalSession } = sdkFor(emulator)
    const { portal_session: created } = await portalSession.create(request)
    expect((await portalSession.retrieve(created.id)).portal_session).toEqual(created)
    emulator.advance(3_600_000)
    expect((await portalSession.retrieve(created.id)).portal_session).toEqual(created)
    await fetch(created.access_url, { redirect: 'manual' })
    expect((await portalSession.retrieve(created.id)).portal_session.status).toBe('created')
  })

  test('logs a session out, and again without any change', async () => {
    const emulator = await emulate()
    const { portalSession } = sdkFor(emulator)
    const { portal_session: created } = await portalSession.create(request)
    emulator.advance(10_000)
    const { portal_session: ended } = await portalSession.logout(created.id)
    expect(ended).toMatchObject({ status: 'logged_out', logout_ipaddress: '127.0.0.1' })
    expect(ended.logout_at).toBeGreaterThanOrEqual(created.created_at + 10)
    emulator.advance(10_000)
    expect((await portalSession.logout(created.id)).portal_session).toEqual(ended)
    expect((await fetch(created.access_url, { redirect: 'manual' })).status).toBe(401)
  })

  test('is refused an activation of a session that does not wait for one', async () => {
    const emulator = await emulate()
    const { portalSession } = sdkFor(emulator)
    const { portal_session: created } = await portalSession.create(request)
    expect(await rejectionOf(portalSession.activate(created.id, { token: created.token }))).toMatchObject({
      http_status_code: 409,
      api_error_code: 'invalid_state_for_request',
    })
    expect(await rejectionOf(portalSession.activate(created.id, { token: 'another' }))).toMatchObject({
      http_status_code: 400,
      param: 'token',
    })
    expect(await rejectionOf(portalSession.activate(created.id, { token: '' }))).toMatchObject({
      param: 'token',
    })
    expect(emulator.sessions()[0]?.status).toBe('created')
  })

  test('gets the port rule word for word', async () => {
    const { portalSession } = sdkFor(await emulate())
    const refused = portalSession.create({ ...request, redirect_url: 'https://localhost:4444/test' })
    const { headers: _, ...error } = (await rejectionOf(refused)) as Record<string, unknown>
    expect(error).toEqual({
      message: 'redirect_url :  Only [443, 80, 8443, 8080] ports are allowed',
      type: 'invalid_request',
      api_error_code: 'invalid_request',
      param: 'redirect_url',
      error_code: 'UNSUPPORTED_PORT',
      error_msg: ' Only [443, 80, 8443, 8080] ports are allowed',
      error_param: 'redirect_url',
      http_status_code: 400,
    })
  })

  test.each([
    ['an unknown customer', { customer: { id: 'nobody' } }, 404, 'resource_not_found', 'customer[id]'],
    ['no customer', { redirect_url: REDIRECT_URL }, 400, 'invalid_request', 'customer[id]'],
    ['a customer id of 51', { customer: { id: 'x'.repeat(51) } }, 400, 'param_wrong_value', 'customer[id]'],
    [
      'a relative redirect_url',
      { ...request, redirect_url: '/users/' },
      400,
      'param_wrong_value',
      'redirect_url',
    ],
    [
      'a script as redirect_url',
      { ...request, redirect_url: 'javascript:1' },
      400,
      'param_wrong_value',
      'redirect_url',
    ],
    [
      'a redirect_url of 251',
      { ...request, redirect_url: `${REDIRECT_URL}?`.padEnd(251, 'x') },
      400,
      'param_wrong_value',
      'redirect_url',
    ],
    [
      'a relative forward_url',
      { ...request, forward_url: '/portal' },
      400,
      'param_wrong_value',
      'forward_url',
    ],
    [
      'a forward_url of 251',
      { ...request, forward_url: 'https://x.example/'.padEnd(251, 'x') },
      400,
      'param_wrong_value',
      'forward_url',
    ],
  ])('is refused %s', async (_, input, status, code, param) => {
    const emulator = await emulate()
    const error = await rejectionOf(sdkFor(emulator).portalSession.create(input))
    expect(error).toMatchObject({ http_status_code: status, api_error_code: code, param, error_param: param })
    expect(emulator.sessions()).toEqual([])
  })

  test('may use all of the limits', async () => {
    const id = 'x'.repeat(50)
    const emulator = await emulate({ customers: [{ id }] })
    const { portal_session } = await sdkFor(emulator).portalSession.create(
      {
        customer: { id },
        redirect_url: `${REDIRECT_URL}?`.padEnd(250, 'x'),
        forward_url: 'https://x.example/'.padEnd(250, 'x'),
      },
      { 'chargebee-business-entity-id': 'x'.repeat(50), 'chargebee-idempotency-key': 'x'.repeat(100) },
    )
    expect(portal_session.customer_id).toBe(id)
  })

  test('is refused ids that are unknown', async () => {
    const { portalSession } = sdkFor(await emulate())
    const refused = [
      portalSession.retrieve('portal_unknown'),
      portalSession.logout('portal_unknown'),
      portalSession.activate('portal_unknown', { token: 'x' }),
    ]
    for (const promise of refused) {
      expect(await rejectionOf(promise)).toMatchObject({
        http_status_code: 404,
        api_error_code: 'resource_not_found',
        message: 'portal_unknown not found',
      })
      expect(await rejectionOf(promise)).not.toHaveProperty('param')
    }
  })

  test('is refused with a wrong key', async () => {
    const emulator = await emulate()
    const error = await rejectionOf(
      sdkFor({ ...emulator, apiKey: 'test_wrong' }).portalSession.create(request),
    )
    expect(error).toMatchObject({
      http_status_code: 401,
      api_error_code: 'api_authentication_failed',
      error_code: 'api_authentication_invalid_key',
    })
  })

  test('is replayed for an idempotency key', async () => {
    const emulator = await emulate()
    const { portalSession } = sdkFor(emulator)
    const headers = { 'chargebee-idempotency-key': 'click-1' }
    const first = await portalSession.create(request, headers)
    const second = await portalSession.create(request, headers)
    expect(second.isIdempotencyReplayed).toBe('true')
    expect(second.portal_session).toEqual(first.portal_session)
    expect(emulator.sessions()).toHaveLength(1)
    expect(emulator.calls().map(({ replayed, idempotencyKey }) => [replayed, idempotencyKey])).toEqual([
      [false, 'click-1'],
      [true, 'click-1'],
    ])
  })
})

test('calls() tells what arrived, without the key, in copies that cannot be changed', async () => {
  const emulator = await emulate({ apiKey: 'test_secret_of_mine' })
  await sdkFor(emulator).portalSession.create(request)
  const [call] = emulator.calls()
  expect(call).toMatchObject({
    operation: 'create',
    method: 'POST',
    path: '/api/v2/portal_sessions',
    params: createForm(),
    status: 200,
    replayed: false,
  })
  expect(JSON.stringify(emulator.calls())).not.toContain(btoa('test_secret_of_mine:'))
  expect(call?.headers).not.toHaveProperty('authorization')
  expect(() => Object.assign(call?.headers ?? {}, { added: 'x' })).toThrow(TypeError)
  expect(() => Object.assign(emulator.sessions()[0] ?? {}, { status: 'logged_out' })).toThrow(TypeError)
  expect(emulator.sessions()[0]?.status).toBe('created')
  const before = emulator.calls()
  await jsonOf(await fetch(`${emulator.apiUrl}/api/v2/plans`))
  expect(before).toHaveLength(1)
  expect(emulator.calls()[1]).toMatchObject({ operation: 'unknown', status: 401 })
})
