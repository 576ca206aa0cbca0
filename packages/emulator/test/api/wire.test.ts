import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { expectChargebeeAnswer } from '../chargebee-schemas.js'
import { callApi, createForm, emulate, jsonOf, REDIRECT_URL } from '../helpers.js'

describe('authentication', () => {
  test.each([
    ['no credentials', {}, 'api_authentication_failed'],
    ['another scheme', { authorization: 'Bearer test_emulator_api_key' }, 'api_authentication_failed'],
    ['what is not base64', { authorization: 'Basic %%%' }, 'api_authentication_failed'],
    ['an empty key', { authorization: `Basic ${btoa(':')}` }, 'api_authentication_failed'],
    [
      'the beginning of the key',
      { authorization: `Basic ${btoa('test_emulator:')}` },
      'api_authentication_failed',
    ],
    [
      'a key with more behind it',
      { authorization: `Basic ${btoa('test_emulator_api_key2:')}` },
      'api_authentication_failed',
    ],
    [
      'a password',
      { authorization: `Basic ${btoa('test_emulator_api_key:x')}` },
      'basic_authentication_failed',
    ],
  ])('refuses %s', async (_, headers, code) => {
    const emulator = await emulate()
    const response = await fetch(`${emulator.apiUrl}/api/v2/portal_sessions`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(createForm()),
    })
    const body = await jsonOf(response)
    expectChargebeeAnswer(401, body)
    expect([response.status, body.api_error_code]).toEqual([401, code])
    expect(emulator.sessions()).toEqual([])
  })
})

describe('paths and methods', () => {
  test.each([
    ['POST', '/plans', 404],
    ['DELETE', '/customers', 405],
    ['POST', '/customers/x', 405],
    ['GET', '/__proto__', 404],
    ['GET', '/portal_sessions/x/constructor', 404],
    ['POST', '/portal_sessions/', 404],
    ['POST', '/portal_sessionsx/logout', 404],
    ['POST', '/portal_sessions/x/y', 404],
    ['POST', '/portal_sessions/x/logout/', 404],
    ['POST', '/portal_sessions/%E0%A4%A/logout', 404],
    ['POST', '/portal_sessions/..%2Fcustomers/logout', 404],
    ['POST', '/logout', 404],
    ['GET', '/portal_sessions', 405],
    ['DELETE', '/portal_sessions/x', 405],
    ['POST', '/portal_sessions/x', 405],
    ['GET', '/portal_sessions/x/logout', 405],
    ['GET', '/portal_sessions/x/activate', 405],
  ])('%s %s is %i', async (method, path, status) => {
    const response = await callApi(await emulate(), { method, path })
    expect(response.status).toBe(status)
    expectChargebeeAnswer(status, await jsonOf(response))
  })

  test('HEAD does nothing', async () => {
    const emulator = await emulate()
    expect((await callApi(emulator, { method: 'HEAD' })).status).toBe(405)
  })

  test('another version of the API is not there', async () => {
    const emulator = await emulate()
    const response = await fetch(`${emulator.apiUrl}/api/v1/portal_sessions`, {
      headers: { authorization: `Basic ${btoa(`${emulator.apiKey}:`)}` },
    })
    expect(response.status).toBe(404)
  })
})

describe('forms', () => {
  test.each([
    ['a doubled parameter', 'customer[id]=cus_ada&customer[id]=cus_grace', 'customer[id]'],
    [
      'a parameter doubled in another spelling',
      'customer[id]=cus_ada&customer%5Bid%5D=cus_grace',
      'customer[id]',
    ],
    ['a plain name beside a nested one', 'customer=cus_grace&customer[id]=cus_ada', 'customer'],
    ['unbalanced brackets', 'customer[id=cus_ada', 'customer[id'],
    ['a name that only looks alike', 'customer[__proto__][id]=cus_ada', 'customer[id]'],
    ['the customer under __proto__', '__proto__[customer][id]=cus_ada', 'customer[id]'],
  ])('refuses %s', async (_, form, param) => {
    const emulator = await emulate()
    const body = await jsonOf(await callApi(emulator, { form }))
    expectChargebeeAnswer(400, body)
    expect(body.param).toBe(param)
    expect(emulator.sessions()).toEqual([])
  })

  test('refuses a JSON body', async () => {
    const emulator = await emulate()
    const headers = { 'content-type': 'application/json' }
    const response = await callApi(emulator, { form: '{"customer":{"id":"cus_ada"}}', headers })
    expectChargebeeAnswer(response.status, await jsonOf(response))
    expect(response.status).toBe(400)
  })

  test('reads what a form encodes, and lets unknown parameters pass', async () => {
    const id = 'é +&=%[x]'
    const emulator = await emulate({ customers: [{ id }] })
    const response = await callApi(emulator, { form: { 'customer[id]': id, unknown: 'x', redirect_url: '' } })
    expect(response.status).toBe(200)
    expect(emulator.sessions()[0]).toMatchObject({ customer_id: id })
    expect(emulator.sessions()[0]).not.toHaveProperty('redirect_url')
    expect(emulator.calls()[0]?.params).toEqual({ 'customer[id]': id, unknown: 'x', redirect_url: '' })
  })

  test('a body of more than 64 KB is refused and the next call works', async () => {
    const emulator = await emulate()
    const response = await callApi(emulator, { form: `x=${'y'.repeat(10_000_000)}` })
    expect(response.status).toBe(413)
    expect(await jsonOf(response)).toMatchObject({ type: 'invalid_request', http_status_code: 413 })
    expect((await callApi(emulator, { form: createForm() })).status).toBe(200)
  })

  test('a client that goes away in the middle of its request leaves no trace', async () => {
    const emulator = await emulate()
    const socket = connect(Number(new URL(emulator.apiUrl).port), '127.0.0.1')
    await new Promise((resolve) => {
      socket.write(
        'POST /api/v2/portal_sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ncustomer',
        resolve,
      )
    })
    socket.resetAndDestroy()
    expect((await callApi(emulator, { form: createForm() })).status).toBe(200)
    expect(emulator.calls()).toHaveLength(1)
  })
})

describe('headers', () => {
  test.each([
    ['chargebee-business-entity-id', 51],
    ['chargebee-idempotency-key', 101],
  ])('refuses a %s of %i characters', async (name, length) => {
    const emulator = await emulate()
    const headers = { [name]: 'x'.repeat(length) }
    const body = await jsonOf(await callApi(emulator, { form: createForm(), headers }))
    expectChargebeeAnswer(400, body)
    expect(body.param).toBe(name)
    expect(emulator.sessions()).toEqual([])
  })
})

describe('idempotency keys', () => {
  const keyed = (key = 'click-1') => ({ headers: { 'chargebee-idempotency-key': key } })
  const create = { form: createForm(), ...keyed() }

  test('a replay is the same answer to the byte, with a header that says so', async () => {
    const emulator = await emulate()
    const first = await callApi(emulator, create)
    const id = emulator.sessions()[0]?.id
    await callApi(emulator, { path: `/portal_sessions/${id}/logout` })
    const second = await callApi(emulator, create)
    expect(first.headers.get('chargebee-idempotency-replayed')).toBeNull()
    expect(second.headers.get('chargebee-idempotency-replayed')).toBe('true')
    expect(await second.text()).toBe(await first.text())
  })

  test('is forgotten after 30 minutes, not before', async () => {
    const emulator = await emulate()
    await callApi(emulator, create)
    emulator.advance(29 * 60_000)
    await callApi(emulator, create)
    expect(emulator.sessions()).toHaveLength(1)
    emulator.advance(60_000)
    expect((await callApi(emulator, create)).headers.get('chargebee-idempotency-replayed')).toBeNull()
    expect(emulator.sessions()).toHaveLength(2)
  })

  test('another body or path with the same key is refused', async () => {
    const emulator = await emulate()
    await callApi(emulator, create)
    const others = [
      { form: createForm('cus_grace'), ...keyed() },
      { path: `/portal_sessions/${emulator.sessions()[0]?.id}/logout`, ...keyed() },
    ]
    for (const other of others) {
      const body = await jsonOf(await callApi(emulator, other))
      expectChargebeeAnswer(422, body)
    }
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['created'])
  })

  test('the same body on another path is another request', async () => {
    const emulator = await emulate()
    await callApi(emulator, { form: createForm() })
    await callApi(emulator, { form: createForm() })
    const statuses = []
    for (const { id } of emulator.sessions()) {
      statuses.push(
        (await callApi(emulator, { path: `/portal_sessions/${id}/logout`, ...keyed('end') })).status,
      )
    }
    expect(statuses).toEqual([200, 422])
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['logged_out', 'created'])
  })

  test('one key at the same time makes one session; other keys and none make their own', async () => {
    const emulator = await emulate()
    const responses = await Promise.all(Array.from({ length: 20 }, () => callApi(emulator, create)))
    const replays = responses.filter((response) => response.headers.has('chargebee-idempotency-replayed'))
    expect(replays).toHaveLength(19)
    expect(emulator.sessions()).toHaveLength(1)
    await Promise.all([
      callApi(emulator, { form: createForm(), ...keyed('click-2') }),
      callApi(emulator, { form: createForm() }),
      callApi(emulator, { form: createForm() }),
    ])
    expect(emulator.sessions()).toHaveLength(4)
  })

  test('a refusal is not stored', async () => {
    const emulator = await emulate()
    const refused = { form: { 'customer[id]': 'nobody', redirect_url: REDIRECT_URL }, ...keyed() }
    expect((await callApi(emulator, refused)).status).toBe(404)
    expect((await callApi(emulator, create)).status).toBe(200)
  })
})

test('ids and tokens are never the same', async () => {
  const emulator = await emulate()
  await Promise.all(Array.from({ length: 200 }, () => callApi(emulator, { form: createForm() })))
  const sessions = emulator.sessions()
  expect(new Set(sessions.flatMap(({ id, token }) => [id, token])).size).toBe(400)
})
