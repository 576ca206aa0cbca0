import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Emulator } from '../src/index.js'
import { startEmulator } from '../src/index.js'
import { callApi, createForm, emulate, rejectionOf, statusFor } from './helpers.js'

/** The first line of the answer to what is sent as it is. */
function raw(emulator: Pick<Emulator, 'apiUrl'>, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(emulator.apiUrl).port), '127.0.0.1')
    let answer = ''
    socket.on('data', (data) => {
      answer += data
    })
    socket.on('close', () => resolve(answer.split('\r\n', 1)[0] ?? ''))
    socket.on('error', reject)
    socket.write(text)
  })
}

const EVERYWHERE = ['/', '/portal/login', '/api/v2/customers', '/_emulator/state', '/portal/v2/frame.js']

describe('Host', () => {
  test.each([
    'localhost',
    'localhost:1',
    'LOCALHOST',
    'app.localhost',
    '127.0.0.1',
    '127.8.9.1:80',
    '[::1]:8480',
  ])('%s is its own', async (host) => {
    const emulator = await emulate()
    for (const path of EVERYWHERE) expect([path, await statusFor(emulator, host, path)]).not.toContain(421)
  })

  test.each([
    'evil.example',
    'localhost.evil.example',
    'evillocalhost',
    '127.0.0.1.evil.example',
    '128.0.0.1',
    '0.0.0.0',
    '[::2]',
    '[::ffff:127.0.0.1]',
    'localhost:8480@evil.example',
    'local host',
    '.localhost',
    'x',
  ])('%s is not: nothing of it is looked at', async (host) => {
    const emulator = await emulate()
    for (const path of EVERYWHERE) expect([path, await statusFor(emulator, host, path)]).toEqual([path, 421])
    expect(emulator.calls()).toEqual([])
  })

  test('a whole address in the request line decides', async () => {
    const emulator = await emulate()
    const ask = (target: string, host: string) =>
      raw(emulator, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect(await ask('http://evil.example/', 'localhost')).toContain(' 421 ')
    expect(await ask('http://localhost:8480/', 'evil.example')).toContain(' 200 ')
    expect(await ask('http://localhost', 'evil.example')).toContain(' 200 ')
    expect(await ask('nonsense', 'localhost')).toContain(' 400 ')
  })

  test('a request of HTTP/1.0 without one is turned away', async () => {
    expect(await raw(await emulate(), 'GET / HTTP/1.0\r\n\r\n')).toContain(' 421 ')
  })

  test('js.chargebee.com is good for the stand-in alone', async () => {
    const emulator = await emulate()
    expect(await statusFor(emulator, 'js.chargebee.com', '/v2/chargebee.js')).toBe(200)
    for (const path of [...EVERYWHERE, '/v2/chargebee.jsx', '/v2/']) {
      expect(await statusFor(emulator, 'js.chargebee.com', path)).toBe(421)
    }
  })

  test('allowedHosts adds names', async () => {
    const emulator = await emulate({ allowedHosts: ['emulator', 'Billing.Test'] })
    for (const host of ['emulator:8480', 'billing.test', 'localhost']) {
      expect(await statusFor(emulator, host)).toBe(200)
    }
    expect(await statusFor(emulator, 'x.emulator')).toBe(421)
  })
})

describe('host', () => {
  test('another than loopback takes a key of your own', async () => {
    for (const host of ['0.0.0.0', '192.168.1.5', 'example.com', '::']) {
      const error = await rejectionOf(startEmulator({ host }))
      expect(error).toBeInstanceOf(TypeError)
      expect((error as Error).message).toMatch(/^host: .*apiKey of your own/)
    }
    const error = await rejectionOf(startEmulator({ host: 'http://localhost' }))
    expect((error as Error).message).toMatch(/^host: a name or an address/)
  })

  test('there the pages that show and change everything take the key; the API and the portal are as ever', async () => {
    const emulator = await emulate({ host: '0.0.0.0', apiKey: 'test_my_own' })
    expect(emulator.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const status = async (path: string, headers = {}) =>
      (await fetch(emulator.apiUrl + path, { headers, redirect: 'manual' })).status
    for (const path of [
      '/',
      '/_emulator/state',
      '/_emulator/events',
      '/_emulator/front.js',
      '/_emulator/open',
    ]) {
      expect([path, await status(path)]).toEqual([path, 401])
    }
    const key = { authorization: `Basic ${btoa('test_my_own:')}` }
    expect(await status('/', key)).toBe(200)
    expect(await status('/_emulator/state', key)).toBe(200)
    expect(await status('/_emulator/health')).toBe(200)
    expect(await status('/portal/login')).toBe(200)
    expect((await callApi(emulator, { form: createForm() })).status).toBe(200)
  })
})

describe('a page of another origin', () => {
  const FOREIGN: readonly Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080' },
    { origin: 'http://evil.example' },
    { origin: 'null' },
  ]

  test('sends no form: no first password is set, nobody is signed in or out', async () => {
    const emulator = await emulate()
    const body = new URLSearchParams({ email: 'hedy@example.com', password: 'mine', customer_id: 'cus_ada' })
    for (const headers of FOREIGN) {
      for (const path of ['/portal/signup', '/portal/login', '/portal/logout', '/_emulator/open']) {
        const answer = await fetch(emulator.portalUrl + path, { method: 'POST', headers, body })
        expect([path, answer.status]).toEqual([path, 403])
      }
    }
    expect(emulator.sessions()).toEqual([])
    const own = await fetch(`${emulator.portalUrl}/portal/signup`, {
      method: 'POST',
      headers: { origin: emulator.portalUrl },
      body,
      redirect: 'manual',
    })
    expect(own.status).toBe(302)
  })

  test('neither reads nor moves anything by the control', async () => {
    const emulator = await emulate()
    await callApi(emulator, { form: createForm() })
    for (const headers of FOREIGN) {
      for (const [method, path] of [
        ['GET', 'state'],
        ['GET', 'events'],
        ['POST', 'reset'],
        ['POST', 'customers'],
      ] as const) {
        const answer = await fetch(`${emulator.apiUrl}/_emulator/${path}`, { method, headers })
        expect([path, answer.status]).toEqual([path, 403])
      }
    }
    expect(emulator.sessions()).toHaveLength(1)
  })
})

test('no garbage ends it', async () => {
  const emulator = await emulate()
  const garbage = [
    'GET /portal/access/%ff HTTP/1.1',
    'GET /portal/permalink/subscriptions/%E0%A4%A/edit HTTP/1.1',
    'GET /_emulator/sessions/%ff/logout HTTP/1.1',
    'POST /_emulator/constructor HTTP/1.1',
    'GET /api/v2/customers/%ed%a0%80 HTTP/1.1',
    'GET /api/v2/customers?offset=%ed%a0%80&limit=9999999999 HTTP/1.1',
    'BREW / HTTP/1.1',
    'GET //portal//login HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    '\u0016\u0003\u0001',
  ]
  for (const line of garbage) {
    await raw(emulator, `${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    expect((await callApi(emulator, { form: createForm() })).status).toBe(200)
  }
})
