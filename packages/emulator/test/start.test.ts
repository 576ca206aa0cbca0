import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type EmulatorCustomer, type EmulatorOptions, startEmulator } from '../src/index.js'
import { listen } from '../src/util/listen.js'
import { callApi, createForm, emulate, rejectionOf } from './helpers.js'

test('env is what a host needs, with two origins that answer', async () => {
  const emulator = await emulate({ site: 'other-test', apiKey: 'test_other' })
  expect(emulator.env).toEqual({
    CHARGEBEE_SITE: 'other-test',
    CHARGEBEE_API_KEY: 'test_other',
    CHARGEBEE_API_URL: emulator.apiUrl,
    CHARGEBEE_PORTAL_URL: emulator.portalUrl,
  })
  expect(emulator.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect((await callApi(emulator, { form: createForm() })).status).toBe(200)
})

test('fifty run side by side in one process, and one starts in well under 100 ms', async () => {
  const emulators = await Promise.all(Array.from({ length: 50 }, () => emulate()))
  expect(new Set(emulators.map(({ apiUrl }) => apiUrl)).size).toBe(50)
  const answers = emulators.map((emulator) => callApi(emulator, { form: createForm() }))
  for (const { status } of await Promise.all(answers)) expect(status).toBe(200)
  for (const emulator of emulators) expect(emulator.sessions()).toHaveLength(1)
  // About one millisecond; the fastest of some, so that it does not matter what else the machine does.
  const times: number[] = []
  for (let round = 0; round < 20; round++) {
    const before = performance.now()
    await emulate()
    times.push(performance.now() - before)
  }
  expect(Math.min(...times)).toBeLessThan(100)
})

test('several run side by side and know nothing of each other', async () => {
  const [one, two] = [await emulate(), await emulate()]
  await callApi(one, { form: createForm() })
  expect([one.sessions().length, two.sessions().length, two.calls().length]).toEqual([1, 0, 0])
})

test('listens on the loopback interface only', async () => {
  const server = await listen(0)
  onTestFinished(() => void server.close())
  expect((server.address() as AddressInfo).address).toBe('127.0.0.1')
})

test('a taken port is said plainly, and is free again after close()', async () => {
  const first = await startEmulator()
  const port = Number(new URL(first.apiUrl).port)
  expect(await rejectionOf(startEmulator({ port }))).toMatchObject({
    message: `port ${port} is already in use: stop the other program or choose another port`,
    code: 'EADDRINUSE',
  })
  await first.close()
  const second = await emulate({ port })
  expect(second.apiUrl).toBe(first.apiUrl)
})

test('the customers that were given are copied', async () => {
  const customers: EmulatorCustomer[] = [{ id: 'cus_x', email: 'x@example.com' }]
  const emulator = await emulate({ customers })
  Object.assign(customers[0] ?? {}, { email: 'changed@example.com' })
  await callApi(emulator, { form: createForm('cus_x') })
  expect(emulator.sessions()[0]?.linked_customers).toMatchObject([{ email: 'x@example.com' }])
})

describe('wrong options are refused', () => {
  const subscription = {
    id: 's',
    plan: 'p',
    status: 'active',
    currency_code: 'EUR',
    amount: 1,
    billing_period_unit: 'month',
  }
  test.each<[unknown, RegExp]>([
    ['8480', /an object/],
    [
      { prot: 8480 },
      /no option 'prot'; there are port, host, allowedHosts, site, apiKey, customers, login, api$/,
    ],
    [{ port: '8480' }, /^port: .*got 8480/],
    [{ port: -1 }, /^port/],
    [{ port: 65_536 }, /^port/],
    [{ port: 1.5 }, /^port/],
    [{ site: 'Acme' }, /^site/],
    [{ site: 'acme.evil.example/' }, /^site/],
    [{ apiKey: '' }, /^apiKey/],
    [{ apiKey: 'two words' }, /^apiKey/],
    [{ apiKey: 'a:b' }, /^apiKey/],
    [{ login: true }, /^login: an object/],
    [
      { login: { anyPorts: true } },
      /^login: there is no option 'anyPorts'; there are allowedDomains, anyPort,/,
    ],
    [{ login: { constructor: 1 } }, /^login: there is no option 'constructor'/],
    [{ login: { anyPort: 'yes' } }, /^login\.anyPort: true or false; got yes/],
    [{ login: { keepQuery: 1 } }, /^login\.keepQuery/],
    [{ login: { activationWindowMs: 0 } }, /^login\.activationWindowMs: milliseconds/],
    [{ login: { activationWindowMs: Number.NaN } }, /^login\.activationWindowMs/],
    [{ login: { wrongToken: 500 } }, /^login\.wrongToken: one of 400, 401, 404, 409; got 500/],
    [{ login: { secondActivate: true } }, /^login\.secondActivate: one of 'refused', 'accepted'; got true/],
    [{ login: { allowedDomains: 'example.com' } }, /^login\.allowedDomains: an array of domain names/],
    [{ login: { allowedDomains: [7] } }, /^login\.allowedDomains/],
    [{ customers: [{ id: 'a', password: '' }] }, /^customers\[0\]\.password: a string is required/],
    [{ customers: {} }, /^customers: an array/],
    [{ customers: [null] }, /^customers\[0\]: an object/],
    [{ customers: [{ email: 'x' }] }, /^customers\[0\]\.id: a string is required/],
    [{ customers: [{ id: 'x'.repeat(51) }] }, /^customers\[0\]\.id: at most 50/],
    [{ customers: [{ id: 'a' }, { id: 'a' }] }, /^customers\[1\]\.id: 'a' is there twice/],
    [{ customers: [{ id: 'a', email: `${'x'.repeat(70)}@` }] }, /^customers\[0\]\.email: at most 70/],
    [{ customers: [{ id: 'a', first_name: 1 }] }, /first_name: a string/],
    [{ customers: [{ id: 'x', email: 'not an e-mail' }] }, /^customers\[0\]\.email: an e-mail address/],
    [{ customers: [{ id: 'x', email: 'a@b@c.example' }] }, /^customers\[0\]\.email: an e-mail address/],
    [{ customers: [{ id: '\ud800' }] }, /^customers\[0\]\.id: half of a surrogate pair/],
    [{ customers: [{ id: 'a\n' }] }, /^customers\[0\]\.id: .*control character/],
    [{ customers: [{ id: ' ' }] }, /^customers\[0\]\.id/],
    [
      { customers: [{ id: 'a', subscriptions: [{ ...subscription, id: 'sub_\udfff' }] }] },
      /^customers\[0\]\.subscriptions\.0\.id: half/,
    ],
    [{ customers: [{ id: 'a', 'cf_\ud800': 1 }] }, /surrogate/],
    [{ customers: [{ id: 'a', later: () => {} }] }, /^customers\[0\]\.later: plain data/],
    [{ host: 7 }, /^host/],
    [{ host: 'localhost:80' }, /^host: a name or an address/],
    [{ allowedHosts: 'x' }, /^allowedHosts: an array/],
    [{ allowedHosts: ['http://x'] }, /^allowedHosts: names without scheme/],
    [{ api: 1 }, /^api: an object/],
    [{ api: { gzipped: true } }, /^api: there is no option 'gzipped'; there are ssoByApi/],
    [{ api: { rateLimit: 0 } }, /^api\.rateLimit: a whole number from 1, or false/],
    [{ api: { malformedHeaders: 'x' } }, /^api\.malformedHeaders: one of 'refused', 'ignored'/],
    [{ login: { whenSignedIn: true } }, /^login\.whenSignedIn: one of 'ask', 'continue'/],
    [{ customers: [{ id: 'a', billing_address: { line1: 1 } }] }, /billing_address: an object of strings/],
    [{ customers: [{ id: 'a', billing_address: { street: 'x' } }] }, /billing_address: there is no 'street'/],
    [
      { customers: [{ id: 'a', billing_address: { zip: 'x'.repeat(21) } }] },
      /billing_address\.zip: at most 20/,
    ],
    [{ customers: [{ id: 'a', payment_method: { type: 'card' } }] }, /payment_method\.status/],
    [{ customers: [{ id: 'a', subscriptions: {} }] }, /subscriptions: an array/],
    [
      { customers: [{ id: 'a', subscriptions: [{ ...subscription, currency_code: 'euro' }] }] },
      /\[0\]\.currency_code/,
    ],
    [{ customers: [{ id: 'a', subscriptions: [{ ...subscription, amount: 1.5 }] }] }, /\[0\]\.amount/],
    [
      { customers: [{ id: 'a', subscriptions: [{ ...subscription, next_billing_at: 1e12 }] }] },
      /next_billing_at/,
    ],
    [{ customers: [{ id: 'a', invoices: [{ id: 'i' }] }] }, /invoices\[0\]\.status/],
  ])('%j', async (options, text) => {
    const error = await rejectionOf(startEmulator(options as EmulatorOptions))
    expect(error).toBeInstanceOf(TypeError)
    expect((error as Error).message).toMatch(text)
  })

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '1'])('advance(%j)', async (ms) => {
    const emulator = await emulate()
    expect(() => emulator.advance(ms as number)).toThrow(TypeError)
  })
})
