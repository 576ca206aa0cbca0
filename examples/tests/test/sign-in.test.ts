import { describe, expect, onTestFinished, test } from 'vitest'
import { type Example, examples } from './examples.js'
import { openSite } from './site.js'

// People copy what the examples do, so what they do for security is tested like the rest.
describe.each(examples)("the $name example's own sign-in", (example) => {
  test('gives the session a new id, and the former one is worth nothing', async () => {
    const { signIn, account } = await open(example)
    const guest = await signIn({ email: 'guest@example.com' })
    expect(guest.location).toBe('/account')
    const ada = await signIn({ email: 'ada@example.com' }, guest.cookie)
    expect(sessionId(ada.cookie)).not.toBe(sessionId(guest.cookie))
    expect(await account(ada.cookie)).toBe(200)
    expect(await account(guest.cookie)).toBe(303)
  })

  test('keeps the cookie from scripts and from forms of other websites', async () => {
    const { signIn } = await open(example)
    const { attributes } = await signIn({ email: 'ada@example.com' })
    expect(attributes).toContain('httponly')
    expect(attributes).toContain('samesite=lax')
  })

  test('ends on the server: a copy of the cookie is worth nothing after sign-out', async () => {
    const { origin, signIn, account } = await open(example)
    const { cookie } = await signIn({ email: 'ada@example.com' })
    const answer = await fetch(`${origin}/logout`, {
      method: 'POST',
      headers: { cookie },
      redirect: 'manual',
    })
    expect(answer.headers.get('location')).toBe('/signed-out')
    expect(await account(cookie)).toBe(303)
  })

  test.each([
    { email: 'ada@example.com', password: 'wrong' },
    { email: 'nobody@example.com' },
    { email: '' },
    { email: 'ada@example.com', password: '' },
    { email: '__proto__' },
  ])('refuses %j', async (form) => {
    const { signIn } = await open(example)
    expect(await signIn(form)).toMatchObject({ status: 401, cookie: '' })
  })

  test('keeps the typed e-mail address where the password was wrong', async () => {
    const { origin } = await open(example)
    const answer = await fetch(`${origin}/login`, {
      method: 'POST',
      body: new URLSearchParams({ email: 'grace@example.com', password: 'wrong' }),
    })
    const page = await answer.text()
    expect(page).toContain('value="grace@example.com"')
    expect(page).not.toMatch(/type="password"[^>]*value="[^"]/)
  })

  test.each([
    ['/portal_link?after=login', '/portal_link?after=login'],
    ['//evil.example/', '/account'],
    ['/\\evil.example', '/account'],
    ['https://evil.example/', '/account'],
  ])('goes to %s as %s', async (return_to, location) => {
    const { signIn } = await open(example)
    expect(await signIn({ email: 'ada@example.com', return_to })).toMatchObject({ status: 303, location })
  })

  test('shows nothing of what it was given as HTML', async () => {
    const { origin } = await open(example)
    const hostile = encodeURIComponent('"><script>alert(1)</script>')
    const page = await fetch(`${origin}/login?as=${hostile}&return_to=/${hostile}`)
    expect(await page.text()).not.toContain('<script>')
  })
})

async function open(example: Example) {
  const site = await openSite(example.createApp)
  onTestFinished(() => site.close())
  const { origin } = site
  return {
    origin,
    async signIn(form: Record<string, string>, cookie = '') {
      const answer = await fetch(`${origin}/login`, {
        method: 'POST',
        headers: { cookie },
        body: new URLSearchParams({ password: 'acme-demo-4711', ...form }),
        redirect: 'manual',
      })
      const set = answer.headers.getSetCookie()
      return {
        status: answer.status,
        location: answer.headers.get('location'),
        cookie: set.map((line) => line.split(';')[0]).join('; '),
        attributes: set.join('; ').toLowerCase(),
      }
    },
    /** The status of the account page. */
    async account(cookie: string) {
      const answer = await fetch(`${origin}/account`, { headers: { cookie }, redirect: 'manual' })
      return answer.status
    },
  }
}

function sessionId(cookie: string): string | undefined {
  return /acme\.sid=([^;]+)/.exec(cookie)?.[1]
}
