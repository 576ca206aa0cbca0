// Remakes the picture of the README, docs/images/demo.png. From the top of the repository:
//
//   node --conditions=@portal-sso/source --import tsx examples/tests/test/pictures/screenshots.ts
import type { Browser } from 'playwright-core'
import { launchChromium } from '../browser/chromium.js'
import { examples } from '../examples.js'
import { openSite } from '../site.js'
import { composePicture, type Shot } from './picture.js'

const view = { width: 900, height: 760 }

const browser = await launchChromium()
try {
  await composePicture(browser, 'demo.png', await takeShots(browser))
} finally {
  await browser.close()
}

async function takeShots(browser: Browser): Promise<Shot[]> {
  const [example] = examples
  if (!example) throw new Error('There is no example.')
  const site = await openSite(example.createApp)
  try {
    const page = await browser.newPage({ viewport: view, deviceScaleFactor: 1.5, colorScheme: 'light' })
    await page.goto(`${site.origin}/login?as=ada@example.com`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'Manage billing' }).hover()
    const caption = 'Your app, with your sign-in'
    const host = { caption, address: 'localhost:8080/account', image: await page.screenshot() }
    await page.getByRole('link', { name: 'Manage billing' }).click()
    await page.waitForURL(({ origin }) => origin === site.emulator.portalUrl)
    const image = await page.screenshot()
    return [
      host,
      { caption: 'Their customer portal, no second login', address: '127.0.0.1:8480/portal', image },
    ]
  } finally {
    await site.close()
  }
}
