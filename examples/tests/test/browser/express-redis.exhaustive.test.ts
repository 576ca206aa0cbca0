import { startDemo } from '@portal-sso/example-express-redis/demo'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { describeWithRedis } from '../../../../packages/redis/test/start-redis.ts'
import type { ExampleApp, PortalAddresses } from '../examples.js'
import { describeInBrowser } from './browser.js'
import { arriveInPortal, manageBilling, signIn, signOut, statuses, visit } from './visit.js'

/** The demo's own Redis, and two processes of the app behind a proxy that takes turns. */
function createApp({ site, apiKey, apiUrl, portalUrl, baseUrl }: PortalAddresses): ExampleApp {
  const { REDIS_URL: _notOurs, ...environment } = process.env
  const starting = startDemo(() => {}, {
    ...environment,
    CHARGEBEE_SITE: site,
    CHARGEBEE_API_KEY: apiKey,
    CHARGEBEE_API_URL: apiUrl,
    CHARGEBEE_PORTAL_URL: portalUrl,
    PORTAL_SSO_BASE_URL: baseUrl,
  })
  return {
    listener(req, res) {
      starting.then(
        ({ listener }) => listener(req, res),
        (error: unknown) => res.writeHead(500).end(String(error)),
      )
    },
    close: () => starting.then(({ close }) => close()),
  }
}

const isOver = (status: string) => status === 'logged_out'

describeWithRedis('two processes with one Redis', () => {
  describeInBrowser('in a browser', (_example, browser) => {
    test('a sign-out at one process ends what is being opened at the other', async () => {
      const person = await visit(browser(), createApp)
      const { site, page, context } = person
      await signIn(person, 'Ada Lovelace')
      const other = await context.newPage()
      await other.goto(`${site.origin}/account`)
      const held = site.emulator.hold('create')
      const opening = page.getByRole('link', { name: 'Manage billing' }).click()
      await held
      await other.getByRole('button', { name: 'Sign out' }).click()
      await other.getByRole('heading', { name: /^You are signed out/ }).waitFor()
      site.emulator.release()
      await opening
      await page.waitForURL(`${site.origin}/signed-out`)
      await expect.poll(() => statuses(site)).toSatisfy((all: string[]) => all.every(isOver))
    })

    test('a process that is killed leaves nothing behind that the other one can not end', async () => {
      const person = await visit(browser(), createApp)
      const { site, page } = person
      await signIn(person, 'Ada Lovelace')
      await manageBilling(person)
      await page.goto(`${site.origin}/account`)
      await page.getByRole('button', { name: 'Kill process A' }).click()
      await page.getByText('Answered by process B').waitFor()
      await signOut(person)
      expect(statuses(site)).toEqual(['logged_out'])
    })

    test('a changed password ends the sessions of all browsers', async () => {
      const ada = await visit(browser(), createApp)
      const { site } = ada
      const elsewhere = await browser().newContext()
      onTestFinished(() => elsewhere.close())
      const there = { site, context: elsewhere, page: await elsewhere.newPage() }
      for (const person of [ada, there]) {
        await signIn(person, 'Ada Lovelace')
        await manageBilling(person)
      }
      await ada.page.goto(`${site.origin}/account`)
      await ada.page.getByRole('button', { name: 'I have changed my password' }).click()
      await ada.page.getByText('2 portal sessions in all your browsers.').waitFor()
      expect(statuses(site)).toEqual(['logged_out', 'logged_out'])
    })

    test('while Redis stands still nothing is opened, and afterwards all is well again', async () => {
      const person = await visit(browser(), createApp)
      const { site, page } = person
      await signIn(person, 'Ada Lovelace')
      await page.getByRole('button', { name: 'Stop Redis for ten seconds' }).click()
      await page.goto(`${site.origin}/account`)
      const answer = page.waitForResponse((response) => new URL(response.url()).pathname === '/portal_link')
      await page.getByRole('link', { name: 'Manage billing' }).click()
      expect([(await answer).status(), await (await answer).headerValue('retry-after')]).toEqual([503, '5'])
      expect(statuses(site)).toEqual([])
      await untilOpened({ page, link: `${site.origin}/portal_link` })
      await arriveInPortal(person)
      await signOut(person)
      expect(statuses(site)).toEqual(['logged_out'])
    })

    test('what an emptied Redis has lost is ended by what the browser knows', async () => {
      const person = await visit(browser(), createApp)
      const { site, page } = person
      await signIn(person, 'Ada Lovelace')
      await manageBilling(person)
      await page.goto(`${site.origin}/account`)
      await page.getByRole('button', { name: 'Empty Redis' }).click()
      await page.getByRole('heading', { name: 'Two processes, one memory' }).waitFor()
      await signOut(person)
      expect(statuses(site)).toEqual(['logged_out'])
    })
  })
})

async function untilOpened({ page, link }: { readonly page: Page; readonly link: string }): Promise<void> {
  while (((await page.goto(link))?.status() ?? 503) === 503)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
}
