import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import {
  activateCalls,
  arriveAtAccount,
  arriveAtLogin,
  beginSignIn,
  begunCookies,
  callbacks,
  logIn,
  shownCustomerId,
  signInAs,
  withChargebeeLogin,
} from './chargebee-login-visit.js'
import { answersOf, arriveInPortal, manageBilling, rememberedCookies, statuses, visit } from './visit.js'

describeInBrowser('signing in through Chargebee', (example, browser) => {
  const createApp = withChargebeeLogin(example)

  test('from the start page to the portal, and the sign-out ends both sessions', async () => {
    const person = await visit(browser(), createApp)
    const { site, context, page } = person
    const home = await page.goto(site.origin)
    expect(await home?.headerValue('content-security-policy')).toContain("form-action 'self'")
    expect(await page.locator('input[type=password]').count()).toBe(0)

    await page.getByRole('link', { name: 'Sign in with Chargebee' }).click()
    await arriveAtLogin(person)
    await page.locator('#login-email').fill('ada@example.com')
    await page.locator('#login-password').fill('portal')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await arriveAtAccount(person, 'ada@example.com')
    expect(await shownCustomerId(page)).toBe('cus_ada')
    expect(statuses(site)).toEqual(['activated'])
    expect(activateCalls(site)).toHaveLength(1)
    expect(await begunCookies(context)).toEqual([])
    expect(await rememberedCookies(context)).toHaveLength(1)

    await page.getByRole('link', { name: 'Manage billing' }).click()
    await arriveInPortal(person)
    expect(await page.getByText('cus_ada').count()).toBeGreaterThan(0)
    expect(await page.locator('input[type=password]').count()).toBe(0)
    expect(statuses(site)).toEqual(['activated', 'logged_in'])

    const portalPage = page.url()
    await page.goto(`${site.origin}/account`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${site.origin}/signed-out`)
    expect(site.emulator.sessions()).toMatchObject([
      { customer_id: 'cus_ada', status: 'logged_out' },
      { customer_id: 'cus_ada', status: 'logged_out' },
    ])
    expect(await rememberedCookies(context)).toEqual([])
    await page.goto(portalPage)
    expect(await page.title()).toBe('Session Expired')
    await page.goto(`${site.origin}/account`)
    await arriveAtLogin(person)
  })

  test('a wrong password, and then the right one', async () => {
    const person = await visit(browser(), createApp)
    const { site, page } = person
    await beginSignIn(person)
    await logIn(page, 'ada@example.com', 'guessed')
    await page.getByRole('alert').waitFor()
    expect(callbacks(site)).toEqual([])
    expect(site.emulator.sessions()).toEqual([])

    await logIn(page, 'ada@example.com')
    await arriveAtAccount(person, 'ada@example.com')
    expect(statuses(site)).toEqual(['activated'])
  })

  test('an e-mail address with several accounts: the chosen one is signed in, and all are shown', async () => {
    const person = await visit(browser(), createApp)
    const { site, page } = person
    await beginSignIn(person)
    await logIn(page, 'grace@example.com')
    await page.getByRole('heading', { name: 'Choose an account' }).waitFor()
    await page.locator('button[value=cus_grace_labs]').click()
    await arriveAtAccount(person, 'grace@example.com')

    expect(await shownCustomerId(page)).toBe('cus_grace_labs')
    const accounts = page.getByRole('region', { name: 'Your accounts' })
    expect(await accounts.locator('code').allTextContents()).toEqual(
      expect.arrayContaining(['cus_grace', 'cus_grace_labs']),
    )
    await manageBilling(person)
    expect(site.emulator.sessions().map(({ customer_id }) => customer_id)).toEqual([
      'cus_grace_labs',
      'cus_grace_labs',
    ])
  })

  test('cancelling leads back to the start page, and nobody is signed in', async () => {
    const person = await visit(browser(), createApp)
    const { site, context, page } = person
    await beginSignIn(person)
    await page.getByRole('link', { name: 'Cancel' }).first().click()
    await page.waitForURL(`${site.origin}/`)
    await page.getByRole('link', { name: 'Sign in with Chargebee' }).waitFor()
    expect(site.emulator.calls()).toEqual([])
    expect(await begunCookies(context)).toEqual([])

    await signInAs(person, 'ada@example.com')
    expect(statuses(site)).toEqual(['activated'])
  })

  test('signing up, for a customer who has no password yet', async () => {
    const person = await visit(browser(), createApp)
    const { site, page } = person
    await page.goto(site.origin)
    await page.getByRole('link', { name: 'Sign up' }).click()
    await arriveAtLogin(person)
    await page.locator('#signup-email').fill('hedy@example.com')
    await page.locator('#signup-password').fill('frequency hopping')
    await page.getByRole('button', { name: 'Sign up' }).click()
    await arriveAtAccount(person, 'hedy@example.com')
    expect(site.emulator.sessions()).toMatchObject([{ customer_id: 'cus_hedy', status: 'activated' }])
  })

  test('a click on billing before any sign-in goes on to the portal by itself', async () => {
    const person = await visit(browser(), createApp)
    const { site, page } = person
    const home = await page.goto(site.origin)
    expect(await home?.headerValue('content-security-policy')).toContain("form-action 'self'")
    await page.getByRole('link', { name: 'Billing', exact: true }).click()
    await arriveAtLogin(person)
    await logIn(page, 'ada@example.com')
    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor()
    expect(new URL(page.url()).origin).toBe(site.emulator.portalUrl)
    expect(statuses(site)).toEqual(['activated', 'logged_in'])
    expect(answersOf(site, '/portal_link')).toEqual([303, 200, 303])

    await page.goto(`${site.origin}/account`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(`${site.origin}/signed-out`)
    expect(statuses(site)).toEqual(['logged_out', 'logged_out'])
  })

  test('the sign-out says so when Chargebee could not be reached, and can be tried again', async () => {
    const person = await visit(browser(), createApp)
    const { site, context, page } = person
    await signInAs(person, 'ada@example.com')
    const repair = site.emulator.fail({ operation: 'logout', status: 503, times: Number.POSITIVE_INFINITY })
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'You are signed out here' }).waitFor()
    expect(await page.getByRole('alert').textContent()).toContain('One session at Chargebee')
    expect(statuses(site)).toEqual(['activated'])
    expect(await rememberedCookies(context)).toHaveLength(1)
    const account = await context.request.get(`${site.origin}/account`, { maxRedirects: 0 })
    expect(account.headers().location).toBe('/portal_login?return_to=/account')

    repair()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.waitForURL(`${site.origin}/signed-out`)
    expect(statuses(site)).toEqual(['logged_out'])
    expect(await rememberedCookies(context)).toEqual([])
  })
})
