import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { Emulator } from '../../src/index.js'
import { describeInBrowser, type Page } from '../browser.js'
import { callApi, createForm, emulate, eventually, jsonOf } from '../helpers.js'

/** A host's page with a button, which makes portal sessions at `POST /portal_session`. */
async function host(emulator: Emulator, script: string): Promise<{ origin: string }> {
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      const answer = await jsonOf(await callApi(emulator, { form: createForm() }))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(answer.portal_session))
      return
    }
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><html lang="en"><title>Host</title><h1>Host</h1>
<button data-cb-type="portal">Manage billing</button><script src="${script}" data-cb-site="acme-test"></script>
<script>
  const seen = []
  const tell = (name) => (what) => seen.push([name, what])
  addEventListener('DOMContentLoaded', () => {
    const cb = Chargebee.getInstance()
    cb.setPortalSession(() => fetch('/', { method: 'POST' }).then((answer) => answer.json()))
    cb.setPortalCallbacks(Object.fromEntries(['loaded', 'close', 'visit', 'paymentSourceAdd', 'paymentSourceUpdate',
      'paymentSourceRemove', 'subscriptionChanged', 'subscriptionCustomFieldsChanged', 'subscriptionCancelled',
      'subscriptionResumed', 'subscriptionPaused', 'subscriptionExtended', 'subscriptionReactivated',
      'scheduledPauseRemoved', 'scheduledCancellationRemoved'].map((name) => [name, tell(name)])))
  })
</script>`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}` }
}

const seenBy = (page: Page) => page.evaluate('seen') as Promise<[string, unknown][]>
const portalOf = (page: Page) => page.frameLocator('iframe[title="Customer portal"]')

describeInBrowser('the stand-in for Chargebee.js', (visit) => {
  test('opens the portal in place, tells what the customer does, and makes a new session for each opening', async () => {
    const emulator = await emulate()
    const { origin } = await host(emulator, `${emulator.portalUrl}/v2/chargebee.js`)
    const page = await visit()
    await page.goto(origin)
    await page.getByRole('button', { name: 'Manage billing' }).click()
    const portal = portalOf(page)
    await portal.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
    await portal.getByRole('link', { name: 'Edit Team, 5 seats' }).click()
    await portal.getByRole('button', { name: 'Pause now' }).click()
    await portal.getByText('paused').waitFor()
    await portal.getByRole('link', { name: 'Payment method' }).first().click()
    await portal.getByRole('button', { name: 'Remove payment method' }).click()
    await portal.getByText('You have no payment method.').waitFor()
    await page.getByRole('button', { name: 'Close the customer portal' }).click()
    await eventually(() => seenBy(page)).toEqual([
      ['loaded', undefined],
      ['visit', 'home'],
      ['visit', 'edit_subscription'],
      ['visit', 'sub_details'],
      ['subscriptionPaused', { subscription: { id: 'sub_ada_team' } }],
      ['visit', 'portal_payment_methods'],
      ['visit', 'portal_payment_methods'],
      ['paymentSourceRemove', 'success'],
      ['close', undefined],
    ])
    await page.getByRole('button', { name: 'Manage billing' }).click()
    await portal.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['logged_in', 'logged_in'])
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
    await page.evaluate('Chargebee.getInstance().logout()')
    await eventually(() => emulator.sessions()[1]?.status).toBe('logged_out')
  })

  test('every section opens', async () => {
    const emulator = await emulate()
    const { origin } = await host(emulator, `${emulator.portalUrl}/v2/chargebee.js`)
    const page = await visit()
    await page.goto(origin)
    const sections = (await page.evaluate('Chargebee.getPortalSections()')) as Record<string, string>
    expect(Object.keys(sections)).toHaveLength(16)
    for (const section of Object.values(sections)) {
      const forward = JSON.stringify({ sectionType: section, params: { subscriptionId: 'sub_ada_team' } })
      await page.evaluate(`void Chargebee.getInstance().createChargebeePortal().openSection(${forward}, {})`)
      await eventually(() => seenBy(page).then((seen) => seen.at(-1))).toEqual(['visit', section])
    }
    await expect(
      page.evaluate(
        `Chargebee.getInstance().createChargebeePortal().openSection({ sectionType: 'nothing' })`,
      ),
    ).rejects.toThrow(/sectionType/)
    await expect(page.evaluate(`Chargebee.init({ site: 'acme-test' })`)).rejects.toThrow(/already/)
  })

  test('works where a browser test sends js.chargebee.com to it', async () => {
    const emulator = await emulate()
    const { origin } = await host(emulator, 'https://js.chargebee.com/v2/chargebee.js')
    const page = await visit()
    await page.route('https://js.chargebee.com/**', async (route) => {
      const answer = await fetch(`${emulator.portalUrl}/v2/chargebee.js`)
      await route.fulfill({ contentType: 'text/javascript', body: await answer.text() })
    })
    await page.goto(origin)
    await page.getByRole('button', { name: 'Manage billing' }).click()
    await portalOf(page).getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
  })

  test('fails as in life: a used token, a wrapped session, a blocked window', async () => {
    const emulator = await emulate()
    const { origin } = await host(emulator, `${emulator.portalUrl}/v2/chargebee.js`)
    const page = await visit()
    const complaints: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    await page.goto(origin)
    const openWith = (session: string) =>
      page.evaluate(
        `{ const cb = Chargebee.getInstance(); cb.setPortalSession(${session}); void cb.createChargebeePortal().open() }`,
      )
    const portal = portalOf(page)
    const answer = await jsonOf(await callApi(emulator, { form: createForm() }))
    const { token } = answer.portal_session as { token: string }
    await openWith(JSON.stringify(token))
    await portal.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
    await openWith(JSON.stringify(token))
    await portal.getByRole('heading', { name: 'Session Expired' }).waitFor()
    await openWith(`() => ({ then: (done) => done({ portal_session: {} }) })`)
    await eventually(() => complaints.some((text) => text.includes('has no token'))).toBe(true)
    await openWith(`() => Promise.reject(new Error('no session for you'))`)
    await eventually(() => complaints.some((text) => text.includes('no session for you'))).toBe(true)
    expect(await page.locator('dialog').count()).toBe(0)

    const phone = await visit({ userAgent: 'Mozilla/5.0 (iPhone) Mobile' })
    const blocked: string[] = []
    phone.on('console', (message) => blocked.push(message.text()))
    await phone.goto(origin)
    await phone.evaluate('window.open = () => null; Chargebee.getInstance().createChargebeePortal().open()')
    await eventually(() => blocked.some((text) => text.includes('blocked the window'))).toBe(true)
  })
})
