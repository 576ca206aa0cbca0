import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAnswerCookies } from '../../src/cookies/answer-cookies.js'
import { createBegunLogins } from '../../src/cookies/login-state.js'
import type { PortalSsoEventDetail } from '../../src/events.js'
import { testClock } from '../test-clock.ts'

const SECRET = 'a secret of at least thirty-two bytes'

function setUp({ site = 'acme-test', secret = SECRET, secure = true, clock = testClock() } = {}) {
  const events: PortalSsoEventDetail[] = []
  const emit = (event: PortalSsoEventDetail) => void events.push(event)
  const logins = createBegunLogins({ site, secrets: [secret], secure, emit, now: clock.now })
  return { logins, clock, events }
}

/** A browser's cookies: takes `Set-Cookie` values, gives the header. */
function createBrowser() {
  const jar = new Map<string, string>()
  return {
    jar,
    header: () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ') || undefined,
    take(cookies: readonly string[]) {
      for (const cookie of cookies) {
        const [pair = ''] = cookie.split(';')
        const name = pair.slice(0, pair.indexOf('='))
        if (/Max-Age=0/i.test(cookie)) jar.delete(name)
        else jar.set(name, pair.slice(name.length + 1))
      }
    },
  }
}

type Logins = ReturnType<typeof setUp>['logins']

async function begin(logins: Logins, browser: ReturnType<typeof createBrowser>, returnTo = '/account') {
  const cookies = createAnswerCookies()
  const state = await logins.begin({ returnTo }, browser.header(), cookies)
  browser.take(cookies.list())
  return { state, cookies: cookies.list() }
}

async function take(logins: Logins, browser: ReturnType<typeof createBrowser>, state: string) {
  const cookies = createAnswerCookies()
  const begun = await logins.take(state, browser.header(), cookies)
  browser.take(cookies.list())
  return begun
}

describe('logins that a browser has begun', () => {
  it('are bound to it by a sealed cookie of ten minutes, out of reach for scripts', async () => {
    const { logins } = setUp()
    const { state, cookies } = await begin(logins, createBrowser(), '/secret-path')
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatch(new RegExp(`^__Host-psso-login\\.${state}=`))
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/', 'Max-Age=600']) {
      expect(cookies[0]).toContain(attribute)
    }
    expect(cookies[0]).not.toContain('secret-path')
    const plain = await begin(setUp({ secure: false }).logins, createBrowser())
    expect(plain.cookies[0]).toMatch(/^psso-login\./)
    expect(plain.cookies[0]).not.toContain('Secure')
  })

  it('are taken from the browser once; that no copy is used is for the store to know', async () => {
    const { logins } = setUp()
    const browser = createBrowser()
    const { state } = await begin(logins, browser)
    const kept = createBrowser()
    for (const [name, value] of browser.jar) kept.jar.set(name, value)
    expect(await take(logins, browser, state)).toEqual({ returnTo: '/account' })
    expect(browser.jar.size).toBe(0)
    expect(await take(logins, browser, state)).toBeUndefined()
    expect(await take(logins, kept, state)).toEqual({ returnTo: '/account' })
  })

  it('are over after ten minutes', async () => {
    const { logins, clock } = setUp()
    const browser = createBrowser()
    const early = await begin(logins, browser)
    const late = await begin(logins, browser)
    await clock.advance(599_000)
    expect(await take(logins, browser, early.state)).toBeDefined()
    await clock.advance(1_000)
    expect(await take(logins, browser, late.state)).toBeUndefined()
  })

  it('do not open for another state, name, site, secret or purpose', async () => {
    const { logins, events } = setUp()
    const browser = createBrowser()
    const [one, two] = [await begin(logins, browser, '/one'), await begin(logins, browser, '/two')]
    const [nameOne = '', nameTwo = ''] = [...browser.jar.keys()]
    const swapped = createBrowser()
    swapped.jar.set(nameOne, browser.jar.get(nameTwo) ?? '')
    swapped.jar.set(nameTwo, browser.jar.get(nameOne) ?? '')
    expect(await take(logins, swapped, one.state)).toBeUndefined()
    expect(await take(logins, swapped, two.state)).toBeUndefined()
    expect(events).toMatchObject([{ reason: 'name' }, { reason: 'name' }])
    const header = browser.header()
    expect(
      await setUp({ site: 'other' }).logins.take(one.state, header, createAnswerCookies()),
    ).toBeUndefined()
    expect(
      await setUp({ secret: `${SECRET}, another` }).logins.take(one.state, header, createAnswerCookies()),
    ).toBeUndefined()
    expect(await take(logins, browser, one.state)).toEqual({ returnTo: '/one' })
  })

  it('are no more than five in a browser: the oldest go, foreign cookies stay', async () => {
    const { logins, clock } = setUp()
    const browser = createBrowser()
    browser.jar.set('__Host-psso-login.of-another-site', 'sealed-elsewhere')
    const states: string[] = []
    for (let count = 0; count < 8; count++) {
      states.push((await begin(logins, browser)).state)
      await clock.advance(1_000)
    }
    expect(browser.jar.size).toBe(6)
    expect(browser.jar.has('__Host-psso-login.of-another-site')).toBe(true)
    for (const [index, state] of states.entries()) {
      expect((await take(logins, browser, state)) !== undefined, `login ${index}`).toBe(index >= 3)
    }
  })

  it('give nothing for anything that was not begun, and touch no cookie for it', async () => {
    const { logins } = setUp()
    const browser = createBrowser()
    await begin(logins, browser)
    const header = browser.header()
    const state = fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', '', '../x', '%2e%2e'),
      fc.stringMatching(/^[A-Za-z0-9_-]{22}$/),
    )
    await fc.assert(
      fc.asyncProperty(state, async (given) => {
        const cookies = createAnswerCookies()
        expect(await logins.take(given, header, cookies)).toBeUndefined()
        expect(cookies.list()).toEqual([])
      }),
    )
  })

  it('give back what was begun, in any order and with any other cookies around', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.webPath({ size: 'small' }), { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (paths, random) => {
          const { logins } = setUp()
          const browser = createBrowser()
          browser.jar.set('other', 'x=y')
          const begun: { state: string; returnTo: string }[] = []
          for (const returnTo of paths) {
            begun.push({ state: (await begin(logins, browser, returnTo)).state, returnTo })
          }
          begun.sort(() => (random.next().value ?? 0) - 0.5)
          for (const { state, returnTo } of begun) {
            expect(await take(logins, browser, state)).toEqual({ returnTo })
          }
          expect([...browser.jar.keys()]).toEqual(['other'])
        },
      ),
      { numRuns: 30 },
    )
  })
})
