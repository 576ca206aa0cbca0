import { describe, expect, test } from 'vitest'
import type { Emulator, EmulatorOptions } from '../../src/index.js'
import { callApi, createForm, emulate, jsonOf } from '../helpers.js'
import { links, RETURN_URL, type Shown, show, submit } from '../login-helpers.js'

const ADA = { email: 'ada@example.com', password: 'portal' }
const HOME = '/portal/v2/home'

/** A browser as far as these pages need one: one cookie, redirects followed within the emulator. */
function browserAt({ portalUrl }: Emulator) {
  let cookie = ''
  const note = (shown: Shown) => {
    cookie = shown.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return shown
  }
  const go = async (path: string, init?: RequestInit): Promise<Shown & { path: string }> => {
    const shown = note(await show(new URL(path, portalUrl).href, { headers: { cookie }, ...init }))
    return shown.location?.startsWith('/') ? go(shown.location) : { ...shown, path }
  }
  return {
    go,
    submit: async (page: Shown, action: string, fields: Record<string, string>) => {
      const { location, ...answer } = note(await submit({ portalUrl }, page, action, fields, { cookie }))
      return location?.startsWith('/') ? go(location) : { ...answer, location, path: action }
    },
  }
}

const PAGES = [
  ['/portal/login', '/portal/login'],
  ['/portal/v2/login', '/portal/v2/authenticate'],
] as const

describe.each(PAGES)('%s', (page, action) => {
  test('without return_url leads into the portal, up to its sign-out', async () => {
    const emulator = await emulate()
    const browser = browserAt(emulator)
    const login = await browser.go(page)
    expect(login.status).toBe(200)
    const wrong = await browser.submit(login, action, { ...ADA, password: 'wrong' })
    expect([wrong.status, emulator.sessions()]).toEqual([401, []])
    // The page of the refusal stays at the address where the login was begun.
    expect(links(wrong)).toContain(`${page}?email=ada%40example.com`)
    const home = await browser.submit(wrong, action, ADA)
    expect([home.status, home.path]).toEqual([200, HOME])
    expect(home.text).toContain('Hello, Ada Lovelace')
    expect(emulator.sessions()).toMatchObject([{ customer_id: 'cus_ada', status: 'logged_in' }])

    const signedOut = await browser.submit(home, '/portal/logout', {})
    expect([signedOut.status, signedOut.path]).toEqual([200, '/portal/v2/signed_out'])
    expect(emulator.sessions()).toMatchObject([{ status: 'logged_out' }])
    expect((await browser.go(HOME)).status).toBe(401)
  })

  test('with return_url ends in a session that the host activates', async () => {
    const emulator = await emulate()
    const browser = browserAt(emulator)
    const login = await browser.go(`${page}?${new URLSearchParams({ return_url: RETURN_URL })}`)
    const done = await browser.submit(login, action, ADA)
    const back = new URL(done.location ?? expect.fail(`status ${done.status}`))
    expect(back.origin + back.pathname).toBe(RETURN_URL)
    const id = back.searchParams.get('auth_session_id')
    const token = back.searchParams.get('auth_session_token') ?? ''
    const activated = await callApi(emulator, { path: `/portal_sessions/${id}/activate`, form: { token } })
    expect(await jsonOf(activated)).toMatchObject({
      portal_session: { id, status: 'activated', customer_id: 'cus_ada' },
    })
    // A host's login signs nobody in to the portal.
    expect((await browser.go(HOME)).status).toBe(401)
  })
})

test('a choice of accounts leads into the portal as well', async () => {
  const emulator = await emulate()
  const browser = browserAt(emulator)
  const chooser = await browser.submit(await browser.go('/portal/v2/login'), '/portal/v2/authenticate', {
    email: 'grace@example.com',
    password: 'portal',
  })
  const home = await browser.submit(chooser, '/portal/choose_account', { customer_id: 'cus_grace_labs' })
  expect([home.path, home.status]).toEqual([HOME, 200])
  expect(emulator.sessions()).toMatchObject([{ customer_id: 'cus_grace_labs', status: 'logged_in' }])
})

test('a sign-up without return_url leads into the portal as well', async () => {
  const emulator = await emulate()
  const browser = browserAt(emulator)
  const fields = { email: 'hedy@example.com', password: 'mine' }
  const home = await browser.submit(await browser.go('/portal/login'), '/portal/signup', fields)
  expect([home.path, home.status]).toEqual([HOME, 200])
  expect(emulator.sessions()).toMatchObject([{ customer_id: 'cus_hedy', status: 'logged_in' }])
})

describe('a browser that is signed in to the portal', () => {
  /** Signed in by the access URL of a session for Ada. */
  async function signedIn(options?: EmulatorOptions) {
    const emulator = await emulate(options)
    const browser = browserAt(emulator)
    const { portal_session } = await jsonOf(await callApi(emulator, { form: createForm() }))
    const home = await browser.go((portal_session as { access_url: string }).access_url)
    expect(home.status).toBe(200)
    return { emulator, browser, home }
  }

  const CONTINUE = { login: { whenSignedIn: 'continue' } } as const
  const withReturnUrl = (page: string) => `${page}?${new URLSearchParams({ return_url: RETURN_URL })}`

  test.each(PAGES)('%s asks for the password all the same', async (page) => {
    for (const options of [undefined, { login: { whenSignedIn: 'ask' } } as const]) {
      const { emulator, browser } = await signedIn(options)
      for (const path of [page, withReturnUrl(page)]) {
        const shown = await browser.go(path)
        expect([shown.status, shown.text.includes('type="password"')]).toEqual([200, true])
      }
      expect(emulator.sessions()).toHaveLength(1)
    }
  })

  test.each(PAGES)('whenSignedIn continue: %s leads straight on, for the customer who is', async (page) => {
    const { emulator, browser } = await signedIn(CONTINUE)
    expect((await browser.go(page)).path).toBe(HOME)
    const { location } = await browser.go(withReturnUrl(page))
    const back = new URL(location ?? expect.fail('no way on'))
    const path = `/portal_sessions/${back.searchParams.get('auth_session_id')}/activate`
    const token = back.searchParams.get('auth_session_token') ?? ''
    const activated = await callApi(emulator, { path, form: { token } })
    expect(await jsonOf(activated)).toMatchObject({
      portal_session: { status: 'activated', customer_id: 'cus_ada' },
    })
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['logged_in', 'activated'])
  })

  test('whenSignedIn continue: a HEAD makes no session, and no address is skipped', async () => {
    const { emulator, browser } = await signedIn(CONTINUE)
    const head = await browser.go(withReturnUrl('/portal/login'), { method: 'HEAD' })
    expect([head.status, head.location]).toEqual([200, null])
    const evil = await browser.go('/portal/login?return_url=https%3A%2F%2Fevil.example%2F')
    expect([evil.status, evil.location]).toEqual([400, null])
    expect(emulator.sessions()).toHaveLength(1)
  })

  test('whenSignedIn continue: after the sign-out it asks again', async () => {
    const { browser, home } = await signedIn(CONTINUE)
    await browser.submit(home, '/portal/logout', {})
    expect((await browser.go('/portal/login')).text).toContain('type="password"')
  })

  test('whenSignedIn continue: a session that the API ended is no sign-in', async () => {
    const { emulator, browser } = await signedIn(CONTINUE)
    await callApi(emulator, { path: `/portal_sessions/${emulator.sessions()[0]?.id}/logout` })
    expect((await browser.go(withReturnUrl('/portal/login'))).text).toContain('type="password"')
  })
})
