// Remakes docs/images/chargebee-login.png. From the top of the repository:
//
//   node --conditions=@portal-sso/source --import tsx examples/tests/test/chargebee-login-screenshots.ts
import { fileURLToPath } from 'node:url'
import { createApp } from '@portal-sso/example-chargebee-login/express'
import type { Browser, Page } from 'playwright-core'
import { logIn } from './chargebee-login-visit.js'
import { launchChromium } from './chromium.js'
import { openSite } from './site.js'

const picture = fileURLToPath(new URL('../../../docs/images/chargebee-login.png', import.meta.url))
const view = { width: 700, height: 700 }

const arrow = `<svg width="54" height="40" viewBox="0 0 54 40" fill="none" stroke="#0f766e" stroke-width="5"
  stroke-linecap="round" stroke-linejoin="round"><path d="M6 20h40M32 6l16 14-16 14"/></svg>`

interface Shot {
  readonly caption: string
  readonly address: string
  readonly image: Buffer
}

const browser = await launchChromium()
try {
  await compose(browser, await takeShots(browser))
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

async function compose(browser: Browser, shots: readonly Shot[]): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 2000, height: 100 } })
  await page.setContent(`<!doctype html><style>
    body { margin: 0; padding: 36px 40px 64px; background: #e2ebea; display: grid;
      grid-template-columns: 1fr 80px 1fr 80px 1fr; align-items: center;
      font: 600 21px system-ui, sans-serif; color: #2c3a45 }
    figure { margin: 0 }
    figcaption { margin: 0 0 16px; text-align: center }
    div { overflow: hidden; border-radius: 12px; box-shadow: 0 18px 50px #1d2f3f33 }
    p { margin: 0; height: 34px; background: #e9ecef; display: flex; align-items: center; gap: 8px; padding: 0 14px }
    i { width: 11px; height: 11px; border-radius: 50%; background: #c3c9cf }
    span { flex: 1; margin: 0 40px 0 12px; padding: 3px 12px; border-radius: 8px; background: #fff; color: #5b6670;
      font: 14px system-ui, sans-serif }
    img { display: block; width: 100% }
    svg { display: block; margin: 0 auto }
  </style>${shots.map(figure).join(arrow)}`)
  await page.screenshot({ path: picture, fullPage: true })
}

function figure({ caption, address, image }: Shot): string {
  const source = `data:image/png;base64,${image.toString('base64')}`
  return `<figure><figcaption>${caption}</figcaption>
    <div><p><i></i><i></i><i></i><span>${address}</span></p><img src="${source}" alt=""></div></figure>`
}
