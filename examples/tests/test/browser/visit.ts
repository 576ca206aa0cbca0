import { demoPassword, demoUsers } from '@portal-sso/example-shared'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import type { ExampleApp, PortalAddresses } from '../examples.js'
import { type HostNames, openSite, type Site } from '../site.js'

/** A person with a fresh browser profile at one of the examples. */
export interface Visit {
  readonly site: Site
  readonly context: BrowserContext
  readonly page: Page
}

/** Starts site and profile, and ends both with the test. */
export async function visit(
  browser: Browser,
  createApp: (portal: PortalAddresses) => ExampleApp,
  options: BrowserContextOptions = {},
  names?: HostNames,
): Promise<Visit> {
  const site = await openSite(createApp, names)
  onTestFinished(() => site.close())
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  context.setDefaultTimeout(60_000)
  return { site, context, page: await context.newPage() }
}

/** Fills in the form that is shown, the way a demo user does it. */
export async function fillInSignIn(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name }).click()
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Posts the sign-in form without showing it, and ends on the account page. */
export async function signIn({ site, context, page }: Visit, name: string): Promise<void> {
  const email = demoUsers.find((user) => user.name === name)?.email ?? ''
  const form = { email, password: demoPassword }
  const answer = await context.request.post(`${site.origin}/login`, { form, maxRedirects: 0 })
  if (answer.status() !== 303) throw new Error(`The sign-in of ${name} was answered ${answer.status()}.`)
  await page.goto(`${site.origin}/account`)
}

/** Clicks "Manage billing" on the account page and ends in the portal. */
export async function manageBilling({ site, page }: Pick<Visit, 'site' | 'page'>): Promise<void> {
  await showAccount({ site, page })
  await page.getByRole('link', { name: 'Manage billing' }).click()
  await arriveInPortal({ site, page })
}

export async function arriveInPortal({ site, page }: Pick<Visit, 'site' | 'page'>): Promise<void> {
  await page.waitForURL(({ origin }) => origin === site.emulator.portalUrl)
}

/** Clicks "Sign out" on the host and ends on the page that it shows then. */
export async function signOut({ site, page }: Pick<Visit, 'site' | 'page'>): Promise<void> {
  await showAccount({ site, page })
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
}

async function showAccount({ site, page }: Pick<Visit, 'site' | 'page'>): Promise<void> {
  const account = `${site.origin}/account`
  if (page.url() !== account) await page.goto(account)
}

export function statuses({ emulator }: Site): string[] {
  return emulator.sessions().map(({ status }) => status)
}

/** The customers of the portal sessions, oldest first. */
export function customers({ emulator }: Site): (string | undefined)[] {
  return emulator.sessions().map(({ customer_id }) => customer_id)
}

/** What the host answered to requests for this path and any query, oldest first. */
export function answersOf({ requests }: Site, path: string): (number | undefined)[] {
  return requests.filter((request) => request.path.split('?')[0] === path).map(({ status }) => status)
}

export function createCalls({ emulator }: Site) {
  return emulator.calls().filter(({ operation }) => operation === 'create')
}

/** Names of the cookies by which this browser remembers portal sessions. */
export async function rememberedCookies(context: BrowserContext): Promise<string[]> {
  const cookies = await context.cookies()
  return cookies.map(({ name }) => name).filter((name) => name.includes('psso.'))
}
