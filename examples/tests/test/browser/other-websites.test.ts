import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import {
  arriveInPortal,
  createCalls,
  fillInSignIn,
  manageBilling,
  rememberedCookies,
  signIn,
  signOut,
  statuses,
  type Visit,
  visit,
} from './visit.js'

const OPEN = 'Open the billing portal'

// The other website is http://localhost, the host is in 127.0.0.0/8: two sites for a browser.
describeInBrowser('what another website begins', (example, browser) => {
  test('a link in a webmail asks first, and its click opens the portal', async () => {
    const person = await visit(browser(), example.createApp)
    await signIn(person, 'Ada Lovelace')
    await followForeignLink(person, '/portal_link')
    await asked(person)
    await person.page.getByRole('link', { name: OPEN }).click()
    await arriveInPortal(person)
    expect(createCalls(person.site)).toHaveLength(1)
  })

  test('a link in a webmail asks first, then leads through the sign-in to the portal', async () => {
    const person = await visit(browser(), example.createApp)
    await followForeignLink(person, '/portal_link')
    await asked(person)
    await person.page.getByRole('link', { name: OPEN }).click()
    await fillInSignIn(person.page, 'Ada Lovelace')
    await arriveInPortal(person)
    expect(createCalls(person.site)).toHaveLength(1)
  })

  test('windows, after=login too, and returns without number end nothing and defer no sign-out', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, page } = person
    await signIn(person, 'Ada Lovelace')
    await manageBilling(person)
    for (const path of ['/portal_link', '/portal_link?after=login', '/portal_link?after=hop']) {
      for (let times = 0; times < 3; times++) await followForeignLink(person, path)
    }
    const fetches = `<script>
      for (let i = 0; i < 25; i++) fetch('${site.origin}/portal_return', { mode: 'no-cors', credentials: 'include' }).catch(() => {})
    </script>`
    await page.goto(site.addForeignPage('/fetches', fetches), { waitUntil: 'networkidle' })
    expect(createCalls(site)).toHaveLength(1)
    expect(statuses(site)).toEqual(['logged_in'])
    await signOut(person)
    expect(statuses(site)).toEqual(['logged_out'])
  })

  test('the way back from an identity provider goes on by itself, within ten minutes and once', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, context, page } = person
    // The host sends the browser to its sign-in page.
    await page.goto(`${site.origin}/portal_link`)
    expect((await context.cookies()).map(({ name }) => name)).toContain('psso-hop')
    await signIn(person, 'Ada Lovelace')
    await followForeignLink(person, '/portal_link?after=login')
    await arriveInPortal(person)
    expect(createCalls(site)).toHaveLength(1)
    // Used, or forgotten by the browser after ten minutes: the link alone leads on.
    await followForeignLink(person, '/portal_link?after=login')
    await page.getByRole('link', { name: OPEN }).waitFor()
    expect(createCalls(site)).toHaveLength(1)
    await page.getByRole('link', { name: OPEN }).click()
    await page.waitForURL(({ origin }) => origin === site.emulator.portalUrl)
    expect(createCalls(site)).toHaveLength(2)
  })
})

async function followForeignLink({ site, page }: Visit, path: string): Promise<void> {
  await page.goto(site.addForeignPage('/mail', `<a href="${site.origin}${path}">Your invoice</a>`))
  await page.getByRole('link', { name: 'Your invoice' }).click()
  await page.waitForURL(({ href }) => !href.includes('/mail'))
}

/** The page with one link, and nothing else has happened. */
async function asked({ site, context, page }: Visit): Promise<void> {
  await page.getByRole('heading', { name: 'Continue to the billing portal?' }).waitFor()
  expect(await page.getByRole('link').count()).toBe(1)
  expect(site.emulator.calls()).toEqual([])
  expect(await rememberedCookies(context)).toEqual([])
}
