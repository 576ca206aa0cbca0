import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { SECTIONS, sectionPath } from '../../src/pages/sections.js'
import { describeInBrowser, type Page } from '../browser.js'
import { callApi, createForm, emulate, jsonOf } from '../helpers.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const OUTSIDE = [
  '/',
  '/portal/login?return_url=http://localhost:8080/&cancel_url=http://localhost:8080/',
  '/portal/login?return_url=http://localhost:8080/#cb-portal-signup',
  '/portal/v2/login',
  '/portal/login?return_url=nowhere',
  '/portal/access/unknown',
  '/portal/v2/signed_out',
]

const INSIDE = [
  '/portal/v2/home',
  ...Object.values(SECTIONS).map(([type]) => sectionPath(type, 'sub_ada_team')),
  '/portal/v2/subscriptions/sub_ada_archive/scheduled_changes',
  '/portal/v2/nothing',
]

interface Report {
  violations: { id: string; nodes: { target: string[] }[] }[]
}

/** What is wrong with the page that is shown. */
async function faultsOf(page: Page): Promise<unknown[]> {
  // An expression, and not a function: this file is not compiled for a page.
  await page.evaluate(axe)
  const report = (await page.evaluate('axe.run()')) as Report
  const overflow = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number
  const lang = await page.locator('html').getAttribute('lang')
  const mains = await page.getByRole('main').count()
  return [
    ...report.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`),
    ...(overflow > 0 ? [`${overflow} px too wide`] : []),
    ...(lang === 'en' && mains === 1 ? [] : ['no lang, or not one main']),
    ...((await page.title()) === '' ? ['no title'] : []),
  ]
}

describeInBrowser('every page', (visit) => {
  test.each([
    [320, 'light'],
    [320, 'dark'],
    [1280, 'light'],
    [1280, 'dark'],
  ] as const)(
    'has nothing for axe to say and nothing cut off at %i px, %s',
    { timeout: 600_000 },
    async (width, colorScheme) => {
      const emulator = await emulate()
      // The policy of the pages would keep axe out.
      const page = await visit({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true })
      const faults: unknown[] = []
      const look = async (path: string) => {
        await page.goto(emulator.portalUrl + path)
        if (path === '/') await page.getByText('live', { exact: true }).waitFor()
        for (const fault of await faultsOf(page)) faults.push([path, fault])
      }
      const answer = await jsonOf(await callApi(emulator, { form: createForm() }))
      await callApi({ ...emulator, apiKey: 'wrong' }, { form: createForm() })
      for (const path of OUTSIDE) await look(path)
      await page.goto((answer.portal_session as { access_url: string }).access_url)
      for (const path of INSIDE) await look(path)
      const fault = async (name: string) => {
        for (const found of await faultsOf(page)) faults.push([name, found])
      }
      await page.goto(`${emulator.portalUrl}/portal/login`)
      await page.getByLabel('E-mail').first().fill('grace@example.com')
      await page.getByLabel('Password').first().fill('wrong')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('alert').waitFor()
      await fault('a refused login')
      await page.getByLabel('Password').first().fill('portal')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'Choose an account' }).waitFor()
      await fault('the choice')
      emulator.fail({ operation: '*', status: 503 })
      void emulator.hold('retrieve').catch(() => {})
      await page.goto(emulator.portalUrl)
      await page.locator('#call-list summary').first().click()
      await page.getByText('1 × *: 503').waitFor()
      await fault('the front page with an answer open, a rule and a hold')
      expect(faults).toEqual([])
    },
  )
})
