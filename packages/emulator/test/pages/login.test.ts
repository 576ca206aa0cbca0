import { describe, expect, test } from 'vitest'
import type { EmulatorCustomer } from '../../src/index.js'
import { emulate } from '../helpers.js'
import {
  attribute,
  CANCEL_URL,
  follow,
  links,
  openLogin,
  RETURN_URL,
  show,
  submit,
} from '../login-helpers.js'

describe('the login page', () => {
  test('has both forms, a way to cancel, and the e-mail address filled in', async () => {
    const emulator = await emulate()
    const page = await openLogin(emulator, { email: 'ada@example.com' })
    expect(page.status).toBe(200)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none';/)
    expect(page.headers.get('content-security-policy')).not.toContain('form-action')
    expect(page.headers.get('set-cookie')).toBeNull()
    expect(links(page).filter((href) => href === CANCEL_URL)).toHaveLength(2)
    expect(links(page).some((href) => href.endsWith('#cb-portal-signup'))).toBe(true)
    for (const id of ['login-email', 'signup-email']) {
      const input = new RegExp(`<input id="${id}"[^>]*>`).exec(page.text)?.[0] ?? ''
      expect(attribute(input, 'value')).toBe('ada@example.com')
    }
    expect(emulator.sessions()).toEqual([])
  })

  test('is there without cancel_url and then has no way to cancel', async () => {
    const { portalUrl } = await emulate()
    const page = await show(`${portalUrl}/portal/login?return_url=${encodeURIComponent(RETURN_URL)}`)
    expect([page.status, page.text.includes('Cancel')]).toEqual([200, false])
  })

  test.each<[string, Record<string, string>]>([
    ['a path', { return_url: '/portal_callback' }],
    ['another domain', { return_url: 'https://evil.example/' }],
    ['another port', { return_url: 'http://localhost:3000/' }],
    ['the old port 9001', { return_url: 'http://localhost:9001/' }],
    ['a user name', { return_url: 'http://localhost@localhost:8080/' }],
    ['a script', { return_url: 'javascript:alert(1)' }],
    ['another domain to cancel', { cancel_url: 'https://evil.example/' }],
    ['another port to cancel', { cancel_url: 'http://localhost:3000/' }],
  ])('refuses %s, with nothing on the page that leads there', async (_, query) => {
    const emulator = await emulate()
    const page = await openLogin(emulator, query)
    expect(page.status).toBe(400)
    expect(page.text).toContain('<title>Login not possible</title>')
    expect([links(page), page.text.includes('<form'), page.location]).toEqual([['/'], false, null])
    expect(page.text).not.toMatch(/evil|3000|9001|alert\(1\)/)
  })

  test('refuses a doubled return_url', async () => {
    const { portalUrl } = await emulate()
    const twice = `return_url=${encodeURIComponent(RETURN_URL)}`
    expect((await show(`${portalUrl}/portal/login?${twice}&${twice}`)).status).toBe(400)
  })

  test('checks the addresses again when the form comes', async () => {
    const emulator = await emulate()
    const page = await openLogin(emulator)
    const fields = { email: 'ada@example.com', password: 'portal' }
    for (const changed of [{ return_url: 'https://evil.example/' }, { cancel_url: 'http://evil.example/' }]) {
      for (const action of ['/portal/login', '/portal/signup']) {
        const answer = await submit(emulator, page, action, { ...fields, ...changed })
        expect([answer.status, answer.location]).toEqual([400, null])
      }
    }
    expect(emulator.sessions()).toEqual([])
  })

  test('other domains and other ports are switches', async () => {
    const login = { allowedDomains: ['shop.example', '*.shop.example'], anyPort: true }
    const emulator = await emulate({ login })
    for (const [return_url, status] of [
      ['https://shop.example:3000/', 200],
      ['https://eu.shop.example/', 200],
      ['https://evilshop.example/', 400],
      ['http://localhost:8080/', 400],
    ] as const) {
      expect((await openLogin(emulator, { return_url, cancel_url: '' })).status).toBe(status)
    }
  })

  test('what comes in cannot become markup', async () => {
    const hostile = `"><script>alert(1)</script>'&`
    const cancel_url = `http://localhost:8080/"'><script>?"'><script>`
    const emulator = await emulate({
      customers: ['a', 'b'].map((id) => ({
        id: id + hostile,
        email: 'a@example.com',
        company: hostile,
        password: 'p',
      })),
      login: { keepQuery: true },
    })
    const page = await openLogin(emulator, { email: hostile, cancel_url })
    const refused = await submit(emulator, page, '/portal/login', { email: hostile, password: hostile })
    const several = await submit(emulator, page, '/portal/login', { email: 'a@example.com', password: 'p' })
    const chooser = await follow(emulator, several)
    expect([page.status, refused.status, chooser.status]).toEqual([200, 401, 200])
    for (const { text } of [page, refused, chooser]) {
      expect(text).not.toMatch(/<script|alert\(1\)<\//)
      expect(text).toContain('&#60;script&#62;')
    }
    const bad = await show(`${emulator.portalUrl}/portal/login?a=1&%3Cscript%3E=1&%3Cscript%3E=2`)
    expect([bad.status, bad.text.includes('<script>')]).toEqual([400, false])
  })

  test('takes only what is meant for it', async () => {
    const emulator = await emulate()
    const url = (path: string) => `${emulator.portalUrl}${path}?return_url=${encodeURIComponent(RETURN_URL)}`
    expect((await show(url('/portal/login'), { method: 'HEAD' })).status).toBe(200)
    for (const [path, method, allow] of [
      ['/portal/login', 'PUT', 'GET, HEAD, POST'],
      ['/portal/signup', 'GET', 'POST'],
      ['/portal/v2/authenticate', 'GET', 'POST'],
      ['/portal/choose_account', 'PUT', 'GET, HEAD, POST'],
    ] as const) {
      const page = await show(url(path), { method })
      expect([page.status, page.headers.get('allow')]).toEqual([405, allow])
    }
    const fields = { return_url: RETURN_URL, email: 'ada@example.com', password: 'portal' }
    const form = (body: RequestInit['body'], type?: string) =>
      show(`${emulator.portalUrl}/portal/login`, {
        method: 'POST',
        body: body ?? null,
        ...(type && { headers: { 'content-type': type } }),
      })
    expect((await form(JSON.stringify(fields), 'application/json')).status).toBe(400)
    expect((await form(new URLSearchParams(fields).toString(), 'text/plain')).status).toBe(400)
    expect((await form(new URLSearchParams({ ...fields, x: 'y'.repeat(70_000) }))).status).toBe(400)
    expect((await form(new URLSearchParams(fields))).status).toBe(302)
  })
})

describe('signing in', () => {
  test('leads to return_url with a session that waits for activation', async () => {
    const emulator = await emulate()
    const page = await openLogin(emulator)
    const done = await submit(emulator, page, '/portal/login', {
      email: ' Ada@Example.com',
      password: 'portal',
    })
    const [session] = emulator.sessions()
    expect([done.status, done.text, done.headers.get('set-cookie')]).toEqual([302, '', null])
    expect(done.location).toBe(
      `${RETURN_URL}?auth_session_id=${session?.id}&auth_session_token=${session?.token}&has_active_subscription=true`,
    )
    expect(session).toMatchObject({ customer_id: 'cus_ada', status: 'not_yet_activated' })
    expect(emulator.calls()).toEqual([])
  })

  test('tells no stranger who is a customer', async () => {
    const emulator = await emulate()
    const page = await openLogin(emulator)
    const attempts = [
      ['ada@example.com', 'wrong'],
      ['ada@example.com', ''],
      ['nobody@example.com', 'portal'],
      ['hedy@example.com', 'portal'],
      ['hedy@example.com', ''],
      ['hedy@example.com', 'undefined'],
      ['', ''],
    ] as const
    const texts = await Promise.all(
      attempts.map(async ([email, password]) => {
        const answer = await submit(emulator, page, '/portal/login', { email, password })
        expect(answer.status).toBe(401)
        expect(answer.text).toContain(`role="alert">We could not sign you in`)
        if (email !== '') expect(answer.text).toContain(` required value="${email}">`)
        expect(answer.text).not.toContain(`"${password || '\0'}"`)
        return answer.text.replaceAll(email, '').replaceAll(encodeURIComponent(email), '')
      }),
    )
    expect(new Set(texts.slice(0, 6).map((text) => text.replace(/email=(?=[#"])/g, ''))).size).toBe(1)
    expect(emulator.sessions()).toEqual([])
  })

  test('needs an e-mail address, also where a customer has an empty one', async () => {
    const emulator = await emulate({ customers: [{ id: 'a', email: '', password: 'portal' }] })
    const fields = { email: ' ', password: 'portal' }
    const answer = await submit(emulator, await openLogin(emulator), '/portal/login', fields)
    expect([answer.status, emulator.sessions()]).toEqual([401, []])
  })

  test.each([
    [false, RETURN_URL],
    [true, `${RETURN_URL}?a=1&b=%2F`],
  ])('keepQuery %s', async (keepQuery, start) => {
    const emulator = await emulate({ login: { keepQuery } })
    const page = await openLogin(emulator, {
      return_url: `${RETURN_URL}?a=1&b=%2F#there`,
      cancel_url: `${CANCEL_URL}?c=3`,
    })
    expect(links(page)).toContain(keepQuery ? `${CANCEL_URL}?c=3` : CANCEL_URL)
    const done = await submit(emulator, page, '/portal/login', {
      email: 'ada@example.com',
      password: 'portal',
    })
    const location = done.location ?? expect.fail()
    expect(location.startsWith(`${start}${keepQuery ? '&' : '?'}auth_session_id=portal_`)).toBe(true)
    expect(new URL(location).hash).toBe(keepQuery ? '#there' : '')
  })
})

describe('signing up', () => {
  const customers: EmulatorCustomer[] = [
    { id: 'new', email: 'new@example.com' },
    { id: 'old', email: 'old@example.com', password: 'portal' },
  ]

  test('sets the first password of a customer, and goes on as a login', async () => {
    const emulator = await emulate({ customers })
    const fields = { email: 'NEW@example.com', password: 'mine' }
    const page = await openLogin(emulator)
    expect((await submit(emulator, page, '/portal/login', fields)).status).toBe(401)
    const done = await submit(emulator, page, '/portal/signup', fields)
    expect(done.location).toMatch(/&has_active_subscription=false$/)
    expect((await submit(emulator, page, '/portal/login', fields)).status).toBe(302)
    expect(emulator.sessions()).toMatchObject([{ customer_id: 'new' }, { customer_id: 'new' }])
    expect(customers[0]).not.toHaveProperty('password')
  })

  test.each([
    ['of a customer who has a password', { email: 'old@example.com', password: 'stolen' }],
    ['of a stranger', { email: 'nobody@example.com', password: 'mine' }],
    ['without a password', { email: 'new@example.com', password: '' }],
  ])('%s is refused and changes nothing', async (_, fields) => {
    const emulator = await emulate({ customers })
    const answer = await submit(emulator, await openLogin(emulator), '/portal/signup', fields)
    expect(answer.status).toBe(401)
    expect(answer.text).toContain('role="alert">We could not set a password for this e-mail address.')
    const again = await submit(emulator, answer, '/portal/login', fields)
    const old = await submit(emulator, answer, '/portal/login', {
      email: 'old@example.com',
      password: 'portal',
    })
    expect([again.status, old.status]).toEqual([401, 302])
  })
})
