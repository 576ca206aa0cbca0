import { expect, test } from 'vitest'
import type { OperationPattern } from '../../src/index.js'
import { callApi, createForm, emulate, rejectionOf, until } from '../helpers.js'

const create = { form: createForm() }

test('a held call has arrived, is not processed, and goes on when released', async () => {
  const emulator = await emulate()
  const held = emulator.hold('create')
  const calls = [callApi(emulator, create), callApi(emulator, create)]
  expect(await held).toMatchObject({ operation: 'create', status: null, params: createForm() })
  await until(() => emulator.calls().length === 2)
  expect(emulator.sessions()).toEqual([])
  emulator.release()
  expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200])
  expect(emulator.sessions()).toHaveLength(2)
  expect((await callApi(emulator, create)).status).toBe(200)
})

test('other operations pass', async () => {
  const emulator = await emulate()
  const held = emulator.hold('logout')
  expect((await callApi(emulator, create)).status).toBe(200)
  const path = `/portal_sessions/${emulator.sessions()[0]?.id}`
  const logout = callApi(emulator, { path: `${path}/logout` })
  await held
  expect((await callApi(emulator, { method: 'GET', path })).status).toBe(200)
  expect(emulator.sessions()[0]?.status).toBe('created')
  emulator.release()
  await logout
  expect(emulator.sessions()[0]?.status).toBe('logged_out')
})

test('* holds everything, and each hold tells of its own first call', async () => {
  const emulator = await emulate()
  const [all, creates] = [emulator.hold('*'), emulator.hold('create')]
  const retrieve = callApi(emulator, { method: 'GET', path: '/portal_sessions/x' })
  expect(await all).toMatchObject({ operation: 'retrieve' })
  const created = callApi(emulator, create)
  expect(await creates).toMatchObject({ operation: 'create' })
  emulator.release()
  expect([(await retrieve).status, (await created).status]).toEqual([404, 200])
})

test('a call whose client gave up is processed all the same once it is released', async () => {
  const emulator = await emulate()
  const held = emulator.hold('create')
  const impatient = new AbortController()
  const call = fetch(`${emulator.apiUrl}/api/v2/portal_sessions`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${emulator.apiKey}:`)}` },
    body: new URLSearchParams(createForm()),
    signal: impatient.signal,
  })
  await held
  impatient.abort()
  await rejectionOf(call)
  emulator.release()
  await until(() => emulator.sessions().length === 1)
  expect((await callApi(emulator, create)).status).toBe(200)
})

test('a fault that was set meanwhile meets the released call', async () => {
  const emulator = await emulate()
  const held = emulator.hold('create')
  const call = callApi(emulator, create)
  await held
  emulator.fail({ operation: 'create', status: 503 })
  emulator.release()
  expect((await call).status).toBe(503)
})

test('close() cuts held calls at once and processes none of them', async () => {
  const emulator = await emulate()
  const held = emulator.hold('create')
  const call = rejectionOf(callApi(emulator, create))
  await held
  await emulator.close()
  expect(await call).toBeInstanceOf(TypeError)
  expect(emulator.sessions()).toEqual([])
  await emulator.close()
  expect(await rejectionOf(callApi(emulator, create))).toBeInstanceOf(TypeError)
})

test('who waits for a call that never came is told so', async () => {
  const emulator = await emulate()
  const released = emulator.hold('create')
  emulator.release()
  await expect(released).rejects.toThrow("hold('create'): release() came before")
  const closed = emulator.hold('activate')
  await emulator.close()
  await expect(closed).rejects.toThrow("hold('activate'): the emulator was closed")
})

test.each([undefined, '', 'delete', 'toString'])('%j is not an operation', async (operation) => {
  const emulator = await emulate()
  expect(() => emulator.hold(operation as OperationPattern)).toThrow(TypeError)
})
