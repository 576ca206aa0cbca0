import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import {
  answersOf,
  arriveInPortal,
  createCalls,
  fillInSignIn,
  signIn,
  signOut,
  statuses,
  visit,
} from './visit.js'

describeInBrowser('ways into the portal', (example, browser) => {
  test("a click before sign-in arrives after it, behind helmet's default policy", async () => {
    const person = await visit(browser(), example.createApp)
    const { site, page } = person
    const home = await page.goto(site.origin)
    expect(await home?.headerValue('content-security-policy')).toContain("form-action 'self'")

    await page.getByRole('link', { name: 'Billing', exact: true }).click()
    await page.waitForURL(`${site.origin}/login?return_to=%2Fportal_link%3Fafter%3Dlogin`)
    await fillInSignIn(page, 'Ada Lovelace')
    await arriveInPortal(person)

    const visits = site.requests.filter(({ path }) => path.startsWith('/portal_link'))
    expect(visits.map(({ path }) => path)).toEqual([
      '/portal_link',
      '/portal_link?after=login',
      '/portal_link?after=hop',
    ])
    expect(createCalls(site)).toHaveLength(1)
    expect(statuses(site)).toEqual(['logged_in'])
  })

  test('the page that was asked for is still known after sign-in', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, page } = person
    await page.goto(`${site.origin}/portal_link?to=edit-subscription&subscription_id=sub_ada_team`)
    await fillInSignIn(page, 'Ada Lovelace')
    await arriveInPortal(person)
    expect(new URL(page.url()).pathname).toBe('/portal/permalink/subscriptions/sub_ada_team/edit')
    await page.getByRole('heading', { name: 'Edit subscription' }).waitFor()
  })

  test('mounted before the sign-in it ends on a page, not in a loop', async () => {
    const person = await visit(browser(), example.createAppWithEarlyPortal)
    const { site, page } = person
    await page.goto(`${site.origin}/portal_link`)
    await fillInSignIn(page, 'Ada Lovelace')
    await page.waitForURL('**/portal_link?after=hop')
    expect(answersOf(site, '/portal_link')).toEqual([303, 200, 401])
    expect(await page.locator('body').textContent()).toContain('sign')

    // Signed in now: the sign-in page sends such a person straight on, without a form.
    await page.goto(site.origin)
    await page.getByRole('link', { name: 'Billing', exact: true }).click()
    await page.waitForURL('**/portal_link?after=hop')
    expect(answersOf(site, '/portal_link')).toEqual([303, 200, 401, 303, 200, 401])
    expect(site.emulator.calls()).toEqual([])
  })

  test('a script opens it, and the sign-out finds that session too', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, page } = person
    await signIn(person, 'Ada Lovelace')
    await page.getByRole('link', { name: 'Open by script' }).click()
    await page.getByRole('button', { name: 'Open billing' }).click()
    await arriveInPortal(person)
    expect(await page.getByText('cus_ada').count()).toBeGreaterThan(0)
    expect(site.requests.at(-1)).toMatchObject({ method: 'POST', path: '/portal_session' })

    await signOut(person)
    expect(statuses(site)).toEqual(['logged_out'])
  })

  test('the script sends somebody whose sign-in is over to the sign-in page', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, context, page } = person
    await signIn(person, 'Ada Lovelace')
    await page.goto(`${site.origin}/account/billing`)
    await context.clearCookies()
    await page.getByRole('button', { name: 'Open billing' }).click()
    await page.waitForURL(`${site.origin}/login?return_to=/account/billing`)
    await fillInSignIn(page, 'Ada Lovelace')
    await page.waitForURL(`${site.origin}/account/billing`)
  })

  test('somebody without a billing record comes to the prices, by link and by script', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, page } = person
    await signIn(person, 'Guest')
    await page.getByRole('link', { name: 'Manage billing' }).click()
    await page.waitForURL(`${site.origin}/pricing`)
    await page.goto(`${site.origin}/account/billing`)
    await page.getByRole('button', { name: 'Open billing' }).click()
    await page.waitForURL(`${site.origin}/pricing`)
    expect(site.emulator.calls()).toEqual([])
  })
})
