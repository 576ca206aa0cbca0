import type { RequestListener } from 'node:http'
import { startEmulator } from '@portal-sso/emulator'
import { createApp } from '@portal-sso/example-embedded'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../listen.js'
import { describeInBrowser } from './browser.js'
import { fillInSignIn } from './visit.js'

/** The example and an emulator; Chargebee.js is the emulator's stand-in. */
async function openEmbedded() {
  const emulator = await startEmulator()
  onTestFinished(() => emulator.close())
  let listener: RequestListener | undefined
  const host = await listen((request, response) => listener?.(request, response), 'localhost', 0)
  const { site, apiKey, apiUrl, portalUrl } = emulator
  const { app, portal } = createApp({
    portal: { site, apiKey, apiUrl, portalUrl, baseUrl: host.origin, onEvent: false },
    chargebeeJs: `${portalUrl}/v2/chargebee.js`,
  })
  listener = app
  onTestFinished(async () => {
    await Promise.all([host.close(), portal.close()])
  })
  return { emulator, origin: host.origin }
}

describeInBrowser('the portal in place', (_, browser) => {
  test('opens inside the page behind helmet, tells what was changed, and ends with the sign-out', async () => {
    const { emulator, origin } = await openEmbedded()
    const context = await browser().newContext()
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.goto(`${origin}/login`)
    await fillInSignIn(page, 'Ada Lovelace')
    await page.getByRole('button', { name: 'Manage billing' }).click()
    const portal = page.frameLocator('iframe[title="Customer portal"]')
    await portal.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
    await portal.getByRole('link', { name: 'Edit Team, 5 seats' }).click()
    await portal.getByLabel('Quantity').fill('2')
    await portal.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Subscription sub_ada_team was changed.').waitFor()
    await page.getByRole('button', { name: 'Close the customer portal' }).click()
    await page.getByRole('button', { name: 'Manage billing' }).click()
    await portal.getByText('€98.00 per month').waitFor()
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['logged_in', 'logged_in'])
    await page.getByRole('button', { name: 'Close the customer portal' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['logged_out', 'logged_out'])
  })

  test('says so when the portal can’t be opened', async () => {
    const { emulator, origin } = await openEmbedded()
    const context = await browser().newContext()
    onTestFinished(() => context.close())
    const page = await context.newPage()
    await page.goto(`${origin}/login`)
    await fillInSignIn(page, 'Ada Lovelace')
    emulator.fail({ operation: 'create', status: 400 })
    await page.getByRole('button', { name: 'Manage billing' }).click()
    await page.getByText('Billing can’t be opened just now. Try again.').waitFor()
    await context.clearCookies()
    await page.getByRole('button', { name: 'Manage billing' }).click()
    await page.getByText('You are signed out. Sign in again.').waitFor()
  })
})
