// Remakes docs/images/chargebee-login.png. From the top of the repository:
//
//   node --conditions=@portal-sso/source --import tsx examples/tests/test/pictures/chargebee-login-screenshots.ts
import { createApp } from '@portal-sso/example-chargebee-login/express'
import type { Browser, Page } from 'playwright-core'
import { logIn } from '../browser/chargebee-login-visit.js'
import { launchChromium } from '../browser/chromium.js'
import { openSite } from '../site.js'
import { composePicture, type Shot } from './picture.js'

const view = { width: 700, height: 700 }

const browser = await launchChromium()
try {
  await composePicture(browser, 'chargebee-login.png', await takeShots(browser))
} finally {
  await browser.close()
}

async function takeShots(browser: Browser): Promise<Shot[]> {
  const site = await openSite((portal) => createApp({ portal }))
  try {
    const page = await browser.newPage({ viewport: view, deviceScaleFactor: 1.5, colorScheme: 'light' })
    await page.goto(site.origin)
    const signIn = page.getByRole('link', { name: 'Sign in with Chargebee' })
    await signIn.hover()
    const home = await take(page, 'Your app, without a password form', 'localhost:8080')
    await signIn.click()
    await page.locator('#login-email').fill('ada@example.com')
    await page.locator('#login-password').fill('portal')
    const login = await take(page, "Chargebee's own login", '127.0.0.1:8480/portal/login')
    await logIn(page, 'ada@example.com')
    await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
    const account = await take(page, 'Your app, signed in', 'localhost:8080/account')
    return [home, login, account]
  } finally {
    await site.close()
  }
}

async function take(page: Page, caption: string, address: string): Promise<Shot> {
  return { caption, address, image: await page.screenshot() }
}
