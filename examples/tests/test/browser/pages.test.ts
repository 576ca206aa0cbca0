import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { arriveAtAccount, beginSignIn, logIn, withChargebeeLogin } from './chargebee-login-visit.js'
import { manageBilling, signIn, visit } from './visit.js'

const narrowest = { width: 320, height: 640 }

describeInBrowser('pages on a small screen', (example, browser) => {
  test('none of the host is wider than the screen, before and after the sign-in', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, page } = person
    await page.setViewportSize(narrowest)
    for (const path of ['/', '/login?as=ada@example.com', '/pricing', '/signed-out', '/nothing']) {
      await page.goto(`${site.origin}${path}`)
      expect([path, await widthOf(page)]).toEqual([path, narrowest.width])
    }
    await signIn(person, 'Ada Lovelace')
    await manageBilling(person)
    for (const path of ['/account', '/account/billing', '/pricing']) {
      await page.goto(`${site.origin}${path}`)
      expect([path, await widthOf(page)]).toEqual([path, narrowest.width])
    }
  })

  test('nor of the host that signs in through Chargebee', async () => {
    const person = await visit(browser(), withChargebeeLogin(example))
    const { site, page } = person
    await page.setViewportSize(narrowest)
    for (const path of ['/', '/signed-out', '/nothing']) {
      await page.goto(`${site.origin}${path}`)
      expect([path, await widthOf(page)]).toEqual([path, narrowest.width])
    }
    await beginSignIn(person)
    await logIn(page, 'grace@example.com')
    await page.locator('button[value=cus_grace_labs]').click()
    await arriveAtAccount(person, 'grace@example.com')
    expect(await widthOf(page)).toBe(narrowest.width)
  })
})

/** How wide the page is with all that sticks out of it. */
function widthOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth')
}
