import type { RequestListener } from 'node:http'
import { createApp as createOidcApp } from '@portal-sso/example-oidc-logout'
import { createProvider } from '@portal-sso/example-oidc-logout/provider'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import type { ExampleApp, PortalAddresses } from '../examples.js'
import { listen } from '../listen.js'
import { describeInBrowser } from './browser.js'
import { statuses, visit } from './visit.js'

/** The site, and a provider beside it that knows the site's address. */
async function start() {
  let provide: RequestListener = (_request, response) => response.writeHead(503).end()
  const provider = await listen((request, response) => provide(request, response), 'localhost', 0)
  onTestFinished(() => provider.close())
  const issuer = provider.origin
  const createApp = (addresses: PortalAddresses): ExampleApp => {
    const { baseUrl } = addresses
    provide = createProvider({ issuer, client: { secret: 'a secret of both', baseUrl } }).callback()
    const { app, portal } = createOidcApp({
      baseUrl,
      issuer,
      clientSecret: 'a secret of both',
      sessionSecret: 'a secret that signs the cookie of the test',
      portal: { ...addresses, onEvent: false },
    })
    return { listener: app, close: () => portal.close() }
  }
  return { issuer, createApp }
}

async function signInAsAda(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/login`)
  await page.locator('input[name=login]').fill('ada')
  await page.locator('input[name=password]').fill('any')
  await page.locator('button[type=submit]').click()
  await page.getByRole('heading', { name: 'Good to see you, ada' }).waitFor()
}

async function openPortal(page: Page, origin: string, portalUrl: string): Promise<void> {
  await page.goto(origin)
  await page.getByRole('link', { name: 'Manage billing' }).click()
  await page.waitForURL((url) => url.origin === portalUrl)
}

async function signOutAtProvider(page: Page, issuer: string): Promise<void> {
  await page.goto(`${issuer}/session/end`)
  await page.getByRole('button', { name: /yes/i }).click()
  await page.waitForURL(`${issuer}/session/end/success`)
}

describeInBrowser('the sign-out at an OpenID provider', (_example, browser) => {
  test('ends the portal session of that login, and not those of other browsers', async () => {
    const { issuer, createApp } = await start()
    const { site, page } = await visit(browser(), createApp)
    const elsewhere = await browser().newContext()
    onTestFinished(() => elsewhere.close())
    const there = await elsewhere.newPage()
    for (const one of [page, there]) {
      await signInAsAda(one, site.origin)
      await openPortal(one, site.origin, site.emulator.portalUrl)
    }
    expect(statuses(site)).toEqual(['logged_in', 'logged_in'])

    await signOutAtProvider(page, issuer)
    await expect.poll(() => statuses(site), { timeout: 60_000 }).toEqual(['logged_out', 'logged_in'])
    await page.goto(site.origin)
    await page.getByRole('link', { name: 'Sign in at the provider' }).waitFor()
    await there.goto(site.origin)
    await there.getByRole('heading', { name: 'Good to see you, ada' }).waitFor()
  })

  test('tells the provider when Chargebee does not answer, and ends the session later', async () => {
    const { issuer, createApp } = await start()
    const { site, page } = await visit(browser(), createApp)
    await signInAsAda(page, site.origin)
    await openPortal(page, site.origin, site.emulator.portalUrl)
    site.emulator.fail({ operation: 'logout', status: 500, times: 2 })
    await signOutAtProvider(page, issuer)
    const answers = () =>
      site.requests.filter(({ path }) => path === '/backchannel-logout').map(({ status }) => status)
    await expect.poll(answers, { timeout: 60_000 }).toEqual([400])
    await expect.poll(() => statuses(site), { timeout: 60_000 }).toEqual(['logged_out'])
  })
})
