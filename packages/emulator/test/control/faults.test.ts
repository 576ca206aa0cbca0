import { describe, expect, test } from 'vitest'
import type { FaultRule } from '../../src/index.js'
import { ERROR_STATUSES, expectChargebeeAnswer } from '../chargebee-schemas.js'
import { callApi, createForm, emulate, jsonOf, rejectionOf, until } from '../helpers.js'

const create = { form: createForm() }

/** The code of what ended a call, wherever fetch has put it. */
function codeOf(error: unknown): unknown {
  return (error as { cause?: { code?: unknown } }).cause?.code
}

describe('answers', () => {
  test.each(ERROR_STATUSES)('status %i alone is Chargebee’s own error', async (status) => {
    const emulator = await emulate()
    emulator.fail({ operation: 'create', status })
    const response = await callApi(emulator, create)
    expect(response.status).toBe(status)
    expectChargebeeAnswer(status, await jsonOf(response))
    expect(emulator.sessions()).toEqual([])
    expect(emulator.calls()).toEqual([expect.objectContaining({ operation: 'create', status })])
    expect((await callApi(emulator, create)).status).toBe(200)
  })

  test.each([502, 504, 520])('status %i is a page of something in front of Chargebee', async (status) => {
    const emulator = await emulate()
    emulator.fail({ operation: 'create', status })
    const response = await callApi(emulator, create)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toContain(`<h1>${status}</h1>`)
  })

  test('204 and redirects have no body', async () => {
    const emulator = await emulate()
    emulator.fail({ operation: 'create', status: 204 })
    emulator.fail({
      operation: 'retrieve',
      status: 302,
      headers: { Location: `${emulator.apiUrl}/elsewhere` },
    })
    expect(await (await callApi(emulator, create)).text()).toBe('')
    const path = '/portal_sessions/x'
    const headers = { authorization: `Basic ${btoa(`${emulator.apiKey}:`)}` }
    const response = await fetch(`${emulator.apiUrl}/api/v2${path}`, { headers, redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([302, `${emulator.apiUrl}/elsewhere`])
  })

  test('a limit brings the headers that it was given', async () => {
    const emulator = await emulate()
    emulator.fail({ operation: 'create', status: 429, headers: { 'Retry-After': '7' } })
    const response = await callApi(emulator, create)
    expect(response.headers.get('retry-after')).toBe('7')
    expect(await jsonOf(response)).toMatchObject({ api_error_code: 'api_request_limit_exceeded' })
  })

  test.each<[string, FaultRule['body'], string, string]>([
    ['an object', { portal_session: {} }, '{"portal_session":{}}', 'application/json;charset=utf-8'],
    ['an array', [], '[]', 'application/json;charset=utf-8'],
    ['text', '{"portal_ses', '{"portal_ses', 'application/json;charset=utf-8'],
    ['a page', '<p>hello', '<p>hello', 'text/html;charset=utf-8'],
    ['bytes', Buffer.from('null'), 'null', 'application/json;charset=utf-8'],
    ['nothing', '', '', 'application/json;charset=utf-8'],
  ])('a body that is %s, with 200 unless said otherwise', async (_, body, text, type) => {
    const emulator = await emulate()
    emulator.fail({ operation: 'create', ...(body !== undefined && { body }) })
    const response = await callApi(emulator, create)
    expect([response.status, await response.text()]).toEqual([200, text])
    expect(response.headers.get('content-type')).toBe(type)
    expect(emulator.sessions()).toEqual([])
  })

  test('headers beat those that go with the body, in any case', async () => {
    const emulator = await emulate()
    emulator.fail({
      operation: 'create',
      status: 418,
      body: 'tea',
      headers: { 'CONTENT-type': 'text/plain' },
    })
    const response = await callApi(emulator, create)
    expect([response.status, response.headers.get('content-type')]).toEqual([418, 'text/plain'])
  })
})

describe('which calls', () => {
  test('only the operation that was named', async () => {
    const emulator = await emulate()
    emulator.fail({ operation: 'logout', status: 500 })
    expect((await callApi(emulator, create)).status).toBe(200)
    const path = `/portal_sessions/${emulator.sessions()[0]?.id}`
    expect((await callApi(emulator, { method: 'GET', path })).status).toBe(200)
    expect((await callApi(emulator, { path: `${path}/activate`, form: { token: 'x' } })).status).toBe(400)
    expect((await callApi(emulator, { path: `${path}/logout` })).status).toBe(500)
    expect(emulator.sessions()[0]?.status).toBe('created')
    expect((await callApi(emulator, { path: `${path}/logout` })).status).toBe(200)
  })

  test('* is all of them, also what is none', async () => {
    const emulator = await emulate()
    emulator.fail({ operation: '*', status: 503, times: 3 })
    const statuses = [
      await callApi(emulator, create),
      await callApi(emulator, { path: '/customers' }),
      await callApi(emulator, { method: 'GET', path: '/portal_sessions/x' }),
      await callApi(emulator, create),
    ].map(({ status }) => status)
    expect(statuses).toEqual([503, 503, 503, 200])
  })

  test('rules are used in the order in which they were given', async () => {
    const emulator = await emulate()
    emulator.fail({ operation: 'create', status: 500, times: 2 })
    emulator.fail({ operation: '*', status: 503 })
    const statuses = []
    for (let click = 0; click < 4; click += 1) statuses.push((await callApi(emulator, create)).status)
    expect(statuses).toEqual([500, 500, 503, 200])
  })

  test('Infinity holds until it is taken back', async () => {
    const emulator = await emulate()
    const recover = emulator.fail({ operation: 'create', status: 500, times: Number.POSITIVE_INFINITY })
    for (let click = 0; click < 5; click += 1) expect((await callApi(emulator, create)).status).toBe(500)
    recover()
    expect((await callApi(emulator, create)).status).toBe(200)
  })

  test('a fault comes before the key is looked at', async () => {
    const emulator = await emulate()
    emulator.fail({ operation: 'create', status: 503 })
    expect((await callApi(emulator, { ...create, headers: { authorization: 'Basic eA==' } })).status).toBe(
      503,
    )
  })
})

describe('kinds', () => {
  const keyed = { ...create, headers: { 'chargebee-idempotency-key': 'click-1' } }

  test('reset: not processed', async () => {
    const emulator = await emulate()
    emulator.fail({ operation: 'create', kind: 'reset' })
    expect(['ECONNRESET', 'UND_ERR_SOCKET']).toContain(codeOf(await rejectionOf(callApi(emulator, keyed))))
    expect(emulator.sessions()).toEqual([])
    expect(emulator.calls()).toEqual([expect.objectContaining({ operation: 'create', status: null })])
    expect((await callApi(emulator, keyed)).headers.has('chargebee-idempotency-replayed')).toBe(false)
  })

  test('reset-after: processed, and the same key brings the same session', async () => {
    const emulator = await emulate()
    emulator.fail({ operation: 'create', kind: 'reset-after' })
    expect(['ECONNRESET', 'UND_ERR_SOCKET']).toContain(codeOf(await rejectionOf(callApi(emulator, keyed))))
    expect(emulator.calls()[0]?.status).toBeNull()
    const [made] = emulator.sessions()
    const again = await jsonOf(await callApi(emulator, keyed))
    expect(again).toMatchObject({ portal_session: { id: made?.id } })
    expect(emulator.sessions()).toHaveLength(1)
  })

  test('truncated: the true answer breaks off, the call is processed', async () => {
    const emulator = await emulate()
    emulator.fail({ operation: 'create', kind: 'truncated' })
    const response = await callApi(emulator, keyed)
    expect(response.status).toBe(200)
    expect(await rejectionOf(response.text())).toBeInstanceOf(TypeError)
    expect(emulator.sessions()).toHaveLength(1)
  })

  test.each(['', 'x', '{"portal_session":{}}'])(
    'truncated with a body of its own (%j): not processed',
    async (body) => {
      const emulator = await emulate()
      emulator.fail({ operation: 'create', kind: 'truncated', status: 201, body })
      const response = await callApi(emulator, keyed)
      expect(response.status).toBe(201)
      expect(await rejectionOf(response.text())).toBeInstanceOf(TypeError)
      expect(emulator.sessions()).toEqual([])
    },
  )

  test('no-end: half of the true answer and then silence, until the emulator closes', async () => {
    const emulator = await emulate()
    emulator.fail({ operation: 'create', kind: 'no-end' })
    const response = await callApi(emulator, create)
    expect(response.status).toBe(200)
    const reader = response.body?.getReader()
    const { value } = (await reader?.read()) ?? {}
    const text = new TextDecoder().decode(value)
    expect(text).toContain('{"portal_session":{"object"')
    expect(text).not.toContain('}}')
    const rest = rejectionOf(reader?.read() ?? Promise.resolve())
    await emulator.close()
    expect(await rest).toBeInstanceOf(TypeError)
    expect(emulator.sessions()).toHaveLength(1)
  })

  test('no-headers: received and never answered, until the emulator closes', async () => {
    const emulator = await emulate()
    emulator.fail({ operation: 'create', kind: 'no-headers' })
    const pending = rejectionOf(callApi(emulator, create))
    await until(() => emulator.calls().length === 1)
    // Another call is answered meanwhile: if the first were to be, it would have been by now.
    expect((await callApi(emulator, create)).status).toBe(200)
    await emulator.close()
    expect(await pending).toBeInstanceOf(TypeError)
    expect(emulator.calls().map(({ status }) => status)).toEqual([null, 200])
    expect(emulator.sessions()).toHaveLength(1)
  })
})

describe('wrong rules are refused', () => {
  test.each<[unknown, RegExp]>([
    [undefined, /a rule like/],
    [{ status: 500 }, /operation is 'create', .* or '\*'; got undefined/],
    [{ operation: 'delete', status: 500 }, /operation is .*; got "delete"/],
    [{ operation: 'create' }, /say what should happen/],
    [{ operation: 'create', times: 0, status: 500 }, /times/],
    [{ operation: 'create', times: 1.5, status: 500 }, /times/],
    [{ operation: 'create', status: 99 }, /status/],
    [{ operation: 'create', status: 101 }, /status/],
    [{ operation: 'create', status: '500' }, /status/],
    [{ operation: 'create', kind: 'slow' }, /kind is 'no-headers'.*; got "slow"/],
    [{ operation: 'create', kind: 'reset', status: 500 }, /sends no answer/],
    [{ operation: 'create', kind: 'no-headers', body: '' }, /sends no answer/],
    [{ operation: 'create', body: 5 }, /body/],
    [{ operation: 'create', body: null }, /body/],
    [{ operation: 'create', headers: { 'retry-after': '1' } }, /headers go with/],
    [{ operation: 'create', status: 500, headers: { 'retry after': '1' } }, /retry after/],
    [{ operation: 'create', status: 500, headers: { 'retry-after': 1 } }, /retry-after/],
    [{ operation: 'create', status: 500, headers: { 'retry-after': 'a\r\nb' } }, /retry-after/],
    [{ operation: 'create', state: 500 }, /no 'state'/],
  ])('%j', async (rule, text) => {
    const emulator = await emulate()
    expect(() => emulator.fail(rule as FaultRule)).toThrow(TypeError)
    expect(() => emulator.fail(rule as FaultRule)).toThrow(text)
    expect((await callApi(emulator, create)).status).toBe(200)
  })
})
