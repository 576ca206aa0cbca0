import { expect, test, vi } from 'vitest'
import { describeInBrowser } from './browser.js'
import {
  answersOf,
  arriveInPortal,
  createCalls,
  fillInSignIn,
  manageBilling,
  rememberedCookies,
  statuses,
  type Visit,
  visit,
} from './visit.js'

// One site for a browser: both belong to acme.localhost.
const names = { host: 'app.acme.localhost', foreign: 'evil.acme.localhost' }

describeInBrowser('a sibling subdomain', (example, browser) => {
  async function visitAndSignIn(): Promise<Visit> {
    const person = await visit(browser(), example.createApp, {}, names)
    const { site, page } = person
    await page.goto(`${site.origin}/login?return_to=%2Faccount`)
    await fillInSignIn(page, 'Ada Lovelace')
    await page.waitForURL(`${site.origin}/account`)
    return person
  }

  test('has links that open the portal at once', async () => {
    const person = await visitAndSignIn()
    const { site, page } = person
    await page.goto(site.addForeignPage('/', `<a href="${site.origin}/portal_link">Billing</a>`))
    await page.getByRole('link', { name: 'Billing' }).click()
    await arriveInPortal(person)
    const click = site.requests.find(({ path }) => path === '/portal_link')
    expect(click).toMatchObject({ status: 303, headers: { 'sec-fetch-site': 'same-site' } })
    expect(createCalls(site)).toHaveLength(1)
  })

  test('changes nothing by fetching the way back from the portal', async () => {
    const person = await visitAndSignIn()
    const { site, context, page } = person
    await manageBilling(person)
    const cookies = await rememberedCookies(context)
    const calls = site.emulator.calls().length
    const fetches = `<script>
      const one = () => fetch('${site.origin}/portal_return', { mode: 'no-cors', credentials: 'include' })
      Promise.allSettled(Array.from({ length: 21 }, one)).then(() => { document.title = 'Answered' })
    </script>`
    await page.goto(site.addForeignPage('/', fetches))
    await page.waitForFunction("document.title === 'Answered'")
    const seen = site.requests.filter(({ path }) => path === '/portal_return')
    expect(seen).toHaveLength(21)
    for (const request of seen) {
      expect(request).toMatchObject({
        status: 303,
        headers: { 'sec-fetch-site': 'same-site', cookie: expect.stringContaining(cookies[0] ?? '') },
      })
    }
    expect(site.emulator.calls()).toHaveLength(calls)
    expect(await rememberedCookies(context)).toEqual(cookies)

    // The person's own way back still asks, and the sign-out still ends.
    await page.goto(`${site.origin}/portal_return`)
    expect(site.emulator.calls().at(-1)?.operation).toBe('retrieve')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
    expect(statuses(site)).toEqual(['logged_out'])
  })

  test('floods the cookies of the domain, and what remembers the session is not what Chromium drops', async () => {
    const person = await visitAndSignIn()
    const { site, context, page } = person
    await manageBilling(person)
    const cookies = await rememberedCookies(context)
    // Chromium keeps 180 for a domain with its subdomains, and drops down to 150.
    const flood = `<script>
      for (let i = 0; i < 400; i++) document.cookie = 'flood' + i + '=1; domain=acme.localhost; path=/; max-age=3600'
    </script>`
    await page.goto(site.addForeignPage('/', flood))
    // A page is loaded before Chromium has stored all that it set.
    const cookieNames = async () => (await context.cookies()).map(({ name }) => name)
    await vi.waitFor(async () => expect(await cookieNames()).toContain('flood399'), 30_000)
    const left = await cookieNames()
    expect(left).not.toContain('flood0')
    // The host's own session, of ordinary priority, is gone.
    expect(left).not.toContain('acme.sid')
    expect(await rememberedCookies(context)).toEqual(cookies)

    await page.goto(
      site.addPage('/out', '<form method="post" action="/portal_logout"><button>Out</button></form>'),
    )
    await page.getByRole('button', { name: 'Out' }).click()
    await page.waitForURL(`${site.origin}/signed-out`)
    expect(answersOf(site, '/portal_logout')).toEqual([303])
    expect(statuses(site)).toEqual(['logged_out'])
  })
})
