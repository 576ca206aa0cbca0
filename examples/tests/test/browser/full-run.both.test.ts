import { expect, test } from 'vitest'
import { describeOnBoth } from './browser.js'
import { manageBilling, rememberedCookies, signIn, signOut, statuses, visit } from './visit.js'

describeOnBoth('from sign-in to sign-out', (example, browser) => {
  test('the portal knows who comes, and is over when the host is signed out of', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, context, page } = person

    await page.goto(site.origin)
    await page.getByRole('link', { name: 'Sign in to the demo' }).click()
    await page.getByLabel('E-mail address').fill('ada@example.com')
    await page.getByLabel('Password').fill('acme-demo-4711')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Good to see you, Ada' }).waitFor()

    await page.getByRole('link', { name: 'Manage billing' }).click()
    await page.waitForURL(({ origin }) => origin === site.emulator.portalUrl)
    expect(await page.getByText('Ada Lovelace').count()).toBeGreaterThan(0)
    expect(await page.getByText('cus_ada').count()).toBeGreaterThan(0)
    expect(await page.locator('input[type=password]').count()).toBe(0)
    expect(site.emulator.sessions()).toMatchObject([
      { customer_id: 'cus_ada', status: 'logged_in', redirect_url: `${site.origin}/portal_return` },
    ])

    const portalPage = page.url()
    await page.goBack()
    await page.getByRole('heading', { name: 'Good to see you, Ada' }).waitFor()
    const sessions = page.getByRole('region', { name: 'Open billing sessions' })
    expect(await sessions.getByRole('row').count()).toBe(2)
    expect(await sessions.textContent()).toContain('127.')
    await signOut(person)
    expect(statuses(site)).toEqual(['logged_out'])
    expect(await rememberedCookies(context)).toEqual([])

    await page.goto(portalPage)
    expect(await page.title()).toBe('Session Expired')
    await page.goto(`${site.origin}/account`)
    expect(page.url()).toBe(`${site.origin}/login?return_to=%2Faccount`)
  })

  test('signing out in the portal leads back, still signed in at the host', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, page } = person
    await signIn(person, 'Grace Hopper')
    await manageBilling(person)
    await page.getByRole('button', { name: 'Sign out' }).click()

    await page.waitForURL(`${site.origin}/account`)
    await page.getByRole('heading', { name: 'Good to see you, Grace' }).waitFor()
    expect(statuses(site)).toEqual(['logged_out'])
    expect(site.requests.map(({ path }) => path)).toContain('/portal_return')
    expect(await rememberedCookies(person.context)).toEqual([])
    expect(await page.getByRole('region', { name: 'Open billing sessions' }).count()).toBe(0)

    await manageBilling(person)
    await signOut(person)
    expect(statuses(site)).toEqual(['logged_out', 'logged_out'])
  })
})
