import { expect, test } from 'vitest'
import { describeInBrowser } from '../browser.js'
import { callApi, createForm, emulate, eventually, jsonOf } from '../helpers.js'
import { host, portalOf, seenBy } from './stand-in-host.js'

/** The main way through each part; the exhaustive files beside this one have the others. */
describeInBrowser('in a browser', (visit) => {
  test('the front page opens the portal as a customer, and shows the session live until it is ended', async () => {
    const emulator = await emulate()
    const page = await visit()
    await page.goto(emulator.portalUrl)
    await page.getByText('live', { exact: true }).waitFor()
    const [portal] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Open the portal as Ada Lovelace, cus_ada' }).click(),
    ])
    await portal.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
    const session = page.locator('#session-list > li')
    await session.getByText('logged in').waitFor()
    expect(await session.locator('.life b').allTextContents()).toEqual(['Created', 'Opened', 'In use'])
    await session.getByRole('button', { name: /^Sign out Ada/ }).click()
    await session.getByText('logged out').waitFor()
    expect(await session.locator('.life b').allTextContents()).toEqual(['Created', 'Opened', 'Signed out'])
    await portal.reload()
    await portal.getByRole('heading', { name: 'Session Expired' }).waitFor()
  })

  test('in the portal a customer changes subscription, payment method and account, and goes back to the host', async () => {
    const emulator = await emulate()
    const page = await visit()
    const answer = await jsonOf(await callApi(emulator, { form: createForm() }))
    await page.goto((answer.portal_session as { access_url: string }).access_url)
    await page.getByRole('link', { name: 'Edit Team, 5 seats' }).click()
    await page.getByLabel('Quantity').fill('3')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('€147.00 per month').waitFor()
    await page.getByRole('link', { name: 'Cancel subscription' }).click()
    await page.getByRole('button', { name: 'Cancel at the end of the period' }).click()
    await page.getByText('non renewing').waitFor()
    await page.getByRole('link', { name: 'Scheduled changes' }).click()
    await page.getByRole('button', { name: 'Remove the scheduled cancellation' }).click()
    await page.getByText('active').waitFor()

    await page.getByRole('link', { name: 'Payment method' }).first().click()
    await page.getByRole('button', { name: 'Remove payment method' }).click()
    await page.getByRole('link', { name: 'Add a payment method' }).click()
    await page.getByLabel('Last four digits').fill('1881')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('ending in 1881').waitFor()

    await page.getByRole('link', { name: 'Account', exact: true }).click()
    await page.getByRole('link', { name: 'Edit account' }).click()
    await page.getByLabel('Company').fill('Babbage & Daughter')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Babbage & Daughter').waitFor()

    const back = page.getByRole('link', { name: 'Back to localhost:8080' })
    expect(await back.getAttribute('href')).toBe('http://localhost:8080/portal_return')
    emulator.reset()
    await page.reload()
    await page.getByRole('link', { name: 'Front page of the emulator' }).click()
    await page.getByRole('heading', { name: 'Customers' }).waitFor()
  })

  test('the stand-in for Chargebee.js opens the portal in place, tells what the customer does, and makes a new session for each opening', async () => {
    const emulator = await emulate()
    const { origin } = await host(emulator, `${emulator.portalUrl}/v2/chargebee.js`)
    const page = await visit()
    await page.goto(origin)
    await page.getByRole('button', { name: 'Manage billing' }).click()
    const portal = portalOf(page)
    await portal.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
    await portal.getByRole('link', { name: 'Edit Team, 5 seats' }).click()
    await portal.getByRole('button', { name: 'Pause now' }).click()
    await portal.getByText('paused').waitFor()
    await portal.getByRole('link', { name: 'Payment method' }).first().click()
    await portal.getByRole('button', { name: 'Remove payment method' }).click()
    await portal.getByText('You have no payment method.').waitFor()
    await page.getByRole('button', { name: 'Close the customer portal' }).click()
    await eventually(() => seenBy(page)).toEqual([
      ['loaded', undefined],
      ['visit', 'home'],
      ['visit', 'edit_subscription'],
      ['visit', 'sub_details'],
      ['subscriptionPaused', { subscription: { id: 'sub_ada_team' } }],
      ['visit', 'portal_payment_methods'],
      ['visit', 'portal_payment_methods'],
      ['paymentSourceRemove', 'success'],
      ['close', undefined],
    ])
    await page.getByRole('button', { name: 'Manage billing' }).click()
    await portal.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['logged_in', 'logged_in'])
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
    await page.evaluate('Chargebee.getInstance().logout()')
    await eventually(() => emulator.sessions()[1]?.status).toBe('logged_out')
  })
})
