// Remakes the picture of the README, docs/images/demo.png. From the top of the repository:
//
//   node --conditions=@portal-sso/source --import tsx examples/tests/test/screenshots.ts
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { launchChromium } from './chromium.js'
import { examples } from './examples.js'
import { openSite } from './site.js'

const picture = fileURLToPath(new URL('../../../docs/images/demo.png', import.meta.url))
const view = { width: 900, height: 760 }

const browser = await launchChromium()
try {
  await compose(browser, await takeShots(browser))
} finally {
  await browser.close()
}

async function takeShots(browser: Browser): Promise<{ host: Buffer; portal: Buffer }> {
  const [example] = examples
  if (!example) throw new Error('There is no example.')
  const site = await openSite(example.createApp)
  try {
    const page = await browser.newPage({ viewport: view, deviceScaleFactor: 1.5, colorScheme: 'light' })
    await page.goto(`${site.origin}/login?as=ada@example.com`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'Manage billing' }).hover()
    const host = await page.screenshot()
    await page.getByRole('link', { name: 'Manage billing' }).click()
    await page.waitForURL(({ origin }) => origin === site.emulator.portalUrl)
    return { host, portal: await page.screenshot() }
  } finally {
    await site.close()
  }
}

async function compose(browser: Browser, { host, portal }: { host: Buffer; portal: Buffer }): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 100 } })
  await page.setContent(`<!doctype html><style>
    body { margin: 0; padding: 36px 40px 64px; background: #e2ebea; display: grid;
      grid-template-columns: 1fr 100px 1fr; align-items: center; font: 600 20px system-ui, sans-serif; color: #2c3a45 }
    figure { margin: 0 }
    figcaption { margin: 0 0 16px; text-align: center }
    div { overflow: hidden; border-radius: 12px; box-shadow: 0 18px 50px #1d2f3f33 }
    p { margin: 0; height: 34px; background: #e9ecef; display: flex; align-items: center; gap: 8px; padding: 0 14px }
    i { width: 11px; height: 11px; border-radius: 50%; background: #c3c9cf }
    span { flex: 1; margin: 0 40px 0 12px; padding: 3px 12px; border-radius: 8px; background: #fff; color: #5b6670;
      font: 14px system-ui, sans-serif }
    img { display: block; width: 100% }
    svg { display: block; margin: 0 auto }
  </style>
  ${figure('Your app, with your sign-in', 'localhost:8080/account', host)}
  <svg width="72" height="40" viewBox="0 0 72 40" fill="none" stroke="#0f766e" stroke-width="5" stroke-linecap="round"
    stroke-linejoin="round"><path d="M6 20h58M48 6l16 14-16 14"/></svg>
  ${figure('Their customer portal, no second login', '127.0.0.1:8480/portal', portal)}`)
  await page.screenshot({ path: picture, fullPage: true })
}

function figure(caption: string, address: string, shot: Buffer): string {
  const source = `data:image/png;base64,${shot.toString('base64')}`
  return `<figure><figcaption>${caption}</figcaption>
    <div><p><i></i><i></i><i></i><span>${address}</span></p><img src="${source}" alt=""></div></figure>`
}
