import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeInBrowser } from './browser.js'
import { arriveAtAccount, beginSignIn, logIn, withChargebeeLogin } from './chargebee-login-visit.js'
import { manageBilling, signIn, visit } from './visit.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

// The policy of the pages would keep axe out.
const withoutPolicy = { bypassCSP: true }

describeInBrowser('pages on any screen', (example, browser) => {
  test('are whole and have nothing for axe to say, before and after the sign-in', async () => {
    const person = await visit(browser(), example.createApp, withoutPolicy)
    const { site, page } = person
    for (const path of ['/', '/login?as=ada@example.com', '/pricing', '/signed-out', '/nothing']) {
      await page.goto(`${site.origin}${path}`)
      expect([path, await faultsOf(page)]).toEqual([path, []])
    }
    await signIn(person, 'Ada Lovelace')
    await manageBilling(person)
    for (const path of ['/account', '/account/billing', '/pricing']) {
      await page.goto(`${site.origin}${path}`)
      expect([path, await faultsOf(page)]).toEqual([path, []])
    }
  })

  test('the pages that a sign-in fails with, and a guest, as well', async () => {
    const person = await visit(browser(), example.createApp, withoutPolicy)
    const { site, page } = person
    await page.goto(`${site.origin}/login?as=ada@example.com`)
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    expect(await faultsOf(page)).toEqual([])
    await signIn(person, 'Guest')
    expect(await faultsOf(page)).toEqual([])
  })

  test('nor those of the host that signs in through Chargebee', async () => {
    const person = await visit(browser(), withChargebeeLogin(example), withoutPolicy)
    const { site, page } = person
    for (const path of ['/', '/signed-out', '/nothing']) {
      await page.goto(`${site.origin}${path}`)
      expect([path, await faultsOf(page)]).toEqual([path, []])
    }
    await beginSignIn(person)
    await logIn(page, 'grace@example.com')
    await page.locator('button[value=cus_grace_labs]').click()
    await arriveAtAccount(person, 'grace@example.com')
    expect(await faultsOf(page)).toEqual([])
  })

  test('can be used by keyboard alone: the first stop skips to the content, and billing opens by Enter', async () => {
    const person = await visit(browser(), example.createApp)
    const { site, page } = person
    await signIn(person, 'Ada Lovelace')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content')
    await page.keyboard.press('Enter')
    // From the content on the next stop is the first thing to do there.
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Manage billing')
    await page.keyboard.press('Enter')
    await page.waitForURL(({ origin }) => origin === site.emulator.portalUrl)
  })
})

interface AxeReport {
  readonly violations: readonly { id: string; nodes: readonly { target: readonly string[] }[] }[]
}

/** Axe takes two seconds a look: every day one look a page, exhaustively the other one as well. */
const looks =
  process.env.BROWSER_TESTS_ON === 'koa'
    ? ([
        [320, 'light'],
        [1280, 'dark'],
      ] as const)
    : ([[320, 'light']] as const)

/** What is wrong with the page that is shown, on a phone and on a desk, by day and by night. */
async function faultsOf(page: Page): Promise<string[]> {
  const faults: string[] = []
  for (const width of [320, 390, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    const excess = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))
    if (excess > 0) faults.push(`${excess} px too wide at ${width}`)
  }
  for (const [width, colorScheme] of looks) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    // An expression, and not a function: this file is not compiled for a page.
    await page.evaluate(axe)
    const { violations } = (await page.evaluate('axe.run()')) as AxeReport
    for (const { id, nodes } of violations) {
      faults.push(`${colorScheme}: ${id} at ${nodes.map(({ target }) => target).join(', ')}`)
    }
  }
  return faults
}
