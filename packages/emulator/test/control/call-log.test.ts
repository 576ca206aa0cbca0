import { expect, test } from 'vitest'
import {
  CallLog,
  MAX_ANSWER_CHARACTERS,
  MAX_ANSWERS,
  MAX_CALLS,
  MAX_UNAUTHENTICATED,
} from '../../src/control/call-log.js'
import { Clock } from '../../src/util/clock.js'
import { callApi, createForm, emulate, jsonOf } from '../helpers.js'

const CALL = { operation: 'create', method: 'POST', path: '/api/v2/portal_sessions', headers: {} } as const

/** A call whose parameter has this many characters. */
const callOf = (log: CallLog, characters: number) =>
  log.add({ ...CALL, params: new Map([['x', 'y'.repeat(characters)]]) })

const answered = (log: CallLog, call: ReturnType<typeof callOf>, status: number) =>
  log.answered(call, { status, headers: {}, body: '' }, undefined)

test('large calls push old ones out: 16 million characters are remembered', () => {
  const log = new CallLog(new Clock())
  for (let count = 0; count < 600; count++) answered(log, callOf(log, 60_000), 200)
  const size = JSON.stringify(log.snapshot()).length
  expect(size).toBeGreaterThan(15_000_000)
  expect(size).toBeLessThan(17_000_000)
  expect(log.newest(1)).toMatchObject([{ id: 600 }])
})

test('small ones as well: 10,000 calls are remembered', () => {
  const log = new CallLog(new Clock())
  for (let count = 0; count < MAX_CALLS + 10; count++) answered(log, callOf(log, 1), 200)
  expect(log.size).toBe(MAX_CALLS)
  expect(log.snapshot()[0]).toMatchObject({ id: 11 })
})

test('calls without the right key push no other call out', () => {
  const log = new CallLog(new Clock())
  answered(log, callOf(log, 1), 200)
  for (let count = 0; count < MAX_UNAUTHENTICATED + 100; count++) answered(log, callOf(log, 20_000), 401)
  const statuses = log.snapshot().map(({ status }) => status)
  expect([statuses[0], statuses.length]).toEqual([200, MAX_UNAUTHENTICATED + 1])
})

test('of the newest calls the answer is there to read, cut where it is long', () => {
  const log = new CallLog(new Clock())
  for (let count = 0; count < MAX_ANSWERS + 50; count++) {
    log.answered(callOf(log, 1), { status: 200, headers: {}, body: 'y'.repeat(50_000) }, undefined)
  }
  const answers = log.newest(MAX_CALLS).map((call) => log.answerOf(call)?.length)
  expect(answers.filter(Boolean)).toEqual(Array(MAX_ANSWERS).fill(MAX_ANSWER_CHARACTERS))
  expect(answers.indexOf(undefined)).toBe(MAX_ANSWERS)
})

test('over HTTP: the log stays bounded, and the next call works', async () => {
  const emulator = await emulate()
  await callApi(emulator, { form: createForm() })
  const stranger = { ...emulator, apiKey: 'wrong' }
  for (let round = 0; round < 11; round++) {
    await Promise.all(Array.from({ length: 50 }, () => callApi(stranger, { form: 'x=1' })))
  }
  const calls = emulator.calls()
  expect(calls.filter(({ status }) => status === 401)).toHaveLength(MAX_UNAUTHENTICATED)
  expect(calls[0]).toMatchObject({ id: 1, status: 200 })
  expect(await jsonOf(await callApi(emulator, { form: createForm() }))).toHaveProperty('portal_session')
})
