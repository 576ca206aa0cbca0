import { describe, expect, test } from 'vitest'
import type { Emulator } from '../../src/index.js'
import { callApi, createForm, emulate, jsonOf, REDIRECT_URL } from '../helpers.js'

interface Visit {
  status: number
  location: string | null
  text: string
  headers: Headers
}

/** A browser as far as the portal needs one: one cookie, redirects looked at by hand. */
function browse(emulator: Emulator) {
  let cookie = ''
  return async (path: string, method = 'GET'): Promise<Visit> => {
    const url = new URL(path, emulator.portalUrl)
    const response = await fetch(url, { method, redirect: 'manual', headers: cookie ? { cookie } : {} })
    const setCookie = response.headers.get('set-cookie')
    if (setCookie !== null) cookie = setCookie.includes('Max-Age=0') ? '' : (setCookie.split(';', 1)[0] ?? '')
    const { status, headers } = response
    return { status, location: headers.get('location'), text: await response.text(), headers }
  }
}

async function newSession(
  emulator: Emulator,
  form = createForm(),
): Promise<{ id: string; access_url: string }> {
  const body = await jsonOf(await callApi(emulator, { form }))
  return body.portal_session as { id: string; access_url: string }
}

async function signedIn(emulator: Emulator, form?: Record<string, string>) {
  const visit = browse(emulator)
  const session = await newSession(emulator, form)
  const access = await visit(session.access_url)
  return { visit, session, access }
}

describe('the access URL', () => {
  test('signs the customer in and leads to the portal', async () => {
    const emulator = await emulate()
    const { visit, access } = await signedIn(emulator)
    expect([access.status, access.location, access.text]).toEqual([302, '/portal/v2/home', ''])
    expect(access.headers.get('set-cookie')).toMatch(
      /^cb_portal_\d+=\w{32}; Path=\/portal; HttpOnly; SameSite=Lax$/,
    )
    expect(access.headers.get('cache-control')).toBe('no-store')
    expect(emulator.sessions()[0]).toMatchObject({ status: 'logged_in', login_ipaddress: '127.0.0.1' })
    expect(emulator.sessions()[0]?.login_at).toBeGreaterThanOrEqual(
      emulator.sessions()[0]?.created_at ?? Infinity,
    )
    const home = await visit('/portal/v2/home')
    expect(home.status).toBe(200)
    for (const fact of [
      'Ada Lovelace',
      'ada@example.com',
      'cus_ada',
      'Analytical Engines',
      'sub_ada_team',
      'INV-1042',
      '€49.00',
    ]) {
      expect(home.text).toContain(fact)
    }
    expect((await visit('/portal')).location).toBe('/portal/v2/home')
  })

  test('is good for one time', async () => {
    const emulator = await emulate()
    const { session } = await signedIn(emulator)
    const second = await browse(emulator)(session.access_url)
    expect(second.status).toBe(401)
    expect(second.text).toContain('<title>Session Expired</title>')
    expect(second.headers.get('set-cookie')).toBeNull()
  })

  test('opened many times at once lets one in', async () => {
    const emulator = await emulate()
    const { access_url } = await newSession(emulator)
    const visits = await Promise.all(Array.from({ length: 20 }, () => browse(emulator)(access_url)))
    expect(visits.filter(({ status }) => status === 302)).toHaveLength(1)
  })

  test('is good for an hour, and the session that it opened for longer', async () => {
    const emulator = await emulate()
    const [inTime, tooLate] = [await newSession(emulator), await newSession(emulator)]
    emulator.advance(3_590_000)
    const visit = browse(emulator)
    expect((await visit(inTime.access_url)).status).toBe(302)
    emulator.advance(10_000)
    expect((await browse(emulator)(tooLate.access_url)).status).toBe(401)
    emulator.advance(1_000_000_000)
    expect((await visit('/portal/v2/home')).status).toBe(200)
  })

  test('of an ended session, or of none, is over', async () => {
    const emulator = await emulate()
    const { id, access_url } = await newSession(emulator)
    await callApi(emulator, { path: `/portal_sessions/${id}/logout` })
    const ended = await browse(emulator)(access_url)
    const unknown = await browse(emulator)('/portal/access/__test__unknown')
    expect([ended.status, unknown.status]).toEqual([401, 401])
    expect(unknown.text).toContain('<a class="button" href="/">Front page of the emulator</a>')
    expect(ended.text).toContain(`<a class="button" href="${REDIRECT_URL}">Back to localhost:8080</a>`)
  })

  test.each(['HEAD', 'POST', 'PUT', 'OPTIONS'])('is not used up by %s', async (method) => {
    const emulator = await emulate()
    const { access_url } = await newSession(emulator)
    const visit = browse(emulator)
    const other = await visit(access_url, method)
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'GET'])
    expect((await visit(access_url)).status).toBe(302)
  })

  test('leads to forward_url, encoded for the header', async () => {
    const emulator = await emulate()
    const forward_url = `${emulator.portalUrl}/portal/permalink/subscriptions/sub_ada_team/edit`
    const { visit, access } = await signedIn(emulator, { ...createForm(), forward_url })
    expect(access.location).toBe(forward_url)
    const page = await visit(forward_url)
    expect([page.status, page.text.includes('Team, 5 seats')]).toEqual([200, true])
    const umlaut = await signedIn(emulator, { ...createForm(), forward_url: 'http://localhost/späti→' })
    expect(umlaut.access.location).toBe('http://localhost/sp%C3%A4ti%E2%86%92')
  })

  test('of another customer in the same browser changes who is signed in, and ends nothing', async () => {
    const emulator = await emulate()
    const { visit } = await signedIn(emulator)
    await visit((await newSession(emulator, createForm('cus_grace'))).access_url)
    expect((await visit('/portal/v2/home')).text).toContain('Grace Hopper')
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['logged_in', 'logged_in'])
  })
})

describe('signing out', () => {
  test('ends the session, clears the cookie and goes to redirect_url', async () => {
    const emulator = await emulate()
    const { visit } = await signedIn(emulator)
    emulator.advance(60_000)
    const signOut = await visit('/portal/logout', 'POST')
    expect([signOut.status, signOut.location]).toEqual([302, REDIRECT_URL])
    expect(signOut.headers.get('set-cookie')).toMatch(/^cb_portal_\d+=; Path=\/portal; .*Max-Age=0$/)
    const [session] = emulator.sessions()
    expect(session).toMatchObject({ status: 'logged_out', logout_ipaddress: '127.0.0.1' })
    expect(session?.logout_at).toBeGreaterThanOrEqual((session?.login_at ?? Infinity) + 60)
    expect((await visit('/portal/v2/home')).status).toBe(401)
  })

  test('without redirect_url ends on a page that says so', async () => {
    const emulator = await emulate()
    const { visit } = await signedIn(emulator, { 'customer[id]': 'cus_alan' })
    const { location } = await visit('/portal/logout', 'POST')
    const page = await visit(location ?? '')
    expect([page.status, page.text.includes('You are signed out')]).toEqual([200, true])
  })

  test('needs a POST and a session', async () => {
    const emulator = await emulate()
    const { visit } = await signedIn(emulator)
    expect((await visit('/portal/logout')).status).toBe(405)
    expect((await browse(emulator)('/portal/logout', 'POST')).status).toBe(401)
    expect(emulator.sessions()[0]?.status).toBe('logged_in')
  })

  test('through the API makes the open page dead', async () => {
    const emulator = await emulate()
    const { visit, session } = await signedIn(emulator)
    await callApi(emulator, { path: `/portal_sessions/${session.id}/logout` })
    const before = emulator.sessions()
    for (const path of ['/portal/v2/home', '/portal/permalink/subscriptions/sub_ada_team/edit']) {
      const page = await visit(path)
      expect([page.status, page.text.includes('Session Expired')]).toEqual([401, true])
    }
    expect((await visit('/portal/logout', 'POST')).status).toBe(401)
    expect(emulator.sessions()).toEqual(before)
  })
})

describe('pages', () => {
  test('a subscription is shown to its own customer only', async () => {
    const emulator = await emulate({
      customers: [
        { id: 'a', subscriptions: [subscription("sub/1 ü'")] },
        { id: 'b', subscriptions: [subscription('sub_b')] },
      ],
    })
    const { visit } = await signedIn(emulator, { 'customer[id]': 'a' })
    const link = (id: string) => `/portal/permalink/subscriptions/${id}/edit`
    expect((await visit(link("sub%2f1%20%C3%BC'"))).status).toBe(200)
    expect((await visit(link('sub_b'))).status).toBe(404)
    expect((await visit(link('%E0%A4%A'))).status).toBe(404)
    expect((await browse(emulator)(link('sub_b'))).status).toBe(401)
  })

  test('nobody is signed in by a cookie of another name, another value or another emulator', async () => {
    const [emulator, other] = [await emulate(), await emulate()]
    const { access } = await signedIn(emulator)
    const [name, value] = access.headers.get('set-cookie')?.split(';')[0]?.split('=') ?? []
    const home = async (origin: string, cookie: string) =>
      (await fetch(`${origin}/portal/v2/home`, { headers: { cookie } })).status
    expect(await home(emulator.portalUrl, `x=y; ${name}=${value}`)).toBe(200)
    for (const cookie of [
      `x${name}=${value}`,
      `${name}=${value}x`,
      `${name}=`,
      `${name}`,
      '=',
      value ?? '',
    ]) {
      expect(await home(emulator.portalUrl, cookie)).toBe(401)
    }
    expect(await home(other.portalUrl, `cb_portal_${new URL(other.portalUrl).port}=${value}`)).toBe(401)
  })

  test('what the customer is called cannot become markup', async () => {
    const hostile = `"><script>alert(1)</script>'&`
    const emulator = await emulate({
      customers: [
        {
          id: hostile,
          first_name: hostile,
          company: hostile,
          billing_address: { line1: hostile },
          subscriptions: [{ ...subscription(hostile), plan: hostile }],
          invoices: [{ id: hostile, status: 'paid', date: 0, total: 1, currency_code: 'JPY' }],
        },
      ],
    })
    const { visit } = await signedIn(emulator, { 'customer[id]': hostile })
    const subscriptionPath = `/portal/permalink/subscriptions/${encodeURIComponent(hostile)}/edit`
    for (const path of ['/portal/v2/home', subscriptionPath]) {
      const { status, text, headers } = await visit(path)
      expect(status).toBe(200)
      expect(text.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/portal/v2/frame.js">'])
      expect(text).not.toMatch(/alert\(1\)<\//)
      expect(text).toContain('&#60;script&#62;')
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/=]+';/,
      )
    }
  })

  test('other addresses are not found, other methods refused, HEAD has no body', async () => {
    const emulator = await emulate()
    const { visit } = await signedIn(emulator)
    expect((await visit('/nothing')).status).toBe(404)
    expect((await visit('/portal/v2/homes')).status).toBe(404)
    expect((await visit('/portal/v2/home', 'DELETE')).headers.get('allow')).toBe('GET, HEAD')
    const head = await visit('/portal/v2/home', 'HEAD')
    expect([head.status, head.text]).toEqual([200, ''])
    expect(emulator.calls().map(({ operation }) => operation)).toEqual(['create'])
  })
})

function subscription(id: string) {
  return {
    id,
    plan: id,
    status: 'active',
    currency_code: 'EUR',
    amount: 1,
    billing_period_unit: 'month',
  } as const
}
