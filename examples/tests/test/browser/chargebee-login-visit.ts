import { createApp as createExpressApp } from '@portal-sso/example-chargebee-login/express'
import { createApp as createKoaApp } from '@portal-sso/example-chargebee-login/koa'
import type { BrowserContext, Page } from 'playwright-core'
import type { Example, ExampleApp, PortalAddresses } from '../examples.js'
import type { Site } from '../site.js'
import type { Visit } from './visit.js'

/** The example that lets customers in through Chargebee only, on the framework of `example`. */
export function withChargebeeLogin({ folder }: Example): (portal: PortalAddresses) => ExampleApp {
  return folder === 'express'
    ? (portal) => createExpressApp({ portal })
    : (portal) => createKoaApp({ portal })
}

/** What everybody's password is at the emulator. */
const password = 'portal'

/** Asks for the account page, and ends on Chargebee's login page. */
export async function beginSignIn({ site, page }: Pick<Visit, 'site' | 'page'>): Promise<void> {
  await page.goto(`${site.origin}/account`)
  await arriveAtLogin({ site, page })
}

export async function arriveAtLogin({ site, page }: Pick<Visit, 'site' | 'page'>): Promise<void> {
  await page.waitForURL(({ origin, pathname }) => {
    return origin === site.emulator.portalUrl && pathname === '/portal/login'
  })
}

/** Fills in Chargebee's form, on whose page the browser is. */
export async function logIn(page: Page, email: string, given = password): Promise<void> {
  await page.locator('#login-email').fill(email)
  await page.locator('#login-password').fill(given)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** The whole way, to the account page. */
export async function signInAs(visit: Pick<Visit, 'site' | 'page'>, email: string): Promise<void> {
  await beginSignIn(visit)
  await logIn(visit.page, email)
  await arriveAtAccount(visit, email)
}

export async function arriveAtAccount(
  { site, page }: Pick<Visit, 'site' | 'page'>,
  email: string,
): Promise<void> {
  await page.waitForURL(`${site.origin}/account`)
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
  await page.getByRole('banner').getByText(email).waitFor()
}

/** The customer id that the account page shows. */
export async function shownCustomerId(page: Page): Promise<string | null> {
  return page.getByRole('region', { name: 'What Chargebee has confirmed' }).locator('code').textContent()
}

export function activateCalls({ emulator }: Site) {
  return emulator.calls().filter(({ operation }) => operation === 'activate')
}

/** Names of the cookies of sign-ins that were begun in this browser and not finished. */
export async function begunCookies(context: BrowserContext): Promise<string[]> {
  const cookies = await context.cookies()
  return cookies.map(({ name }) => name).filter((name) => name.includes('psso-login.'))
}

/** Where Chargebee has sent the browser back to, query included, oldest first. */
export function callbacks({ origin, requests }: Site): string[] {
  const paths = requests.map(({ path }) => path).filter((path) => path.startsWith('/portal_callback/'))
  return paths.map((path) => `${origin}${path}`)
}
