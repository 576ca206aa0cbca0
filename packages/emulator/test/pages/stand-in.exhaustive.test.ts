import { expect, test } from 'vitest'
import { describeInBrowser } from '../browser.js'
import { callApi, createForm, emulate, eventually, jsonOf } from '../helpers.js'
import { host, portalOf, seenBy } from './stand-in-host.js'

describeInBrowser('the stand-in for Chargebee.js', (visit) => {
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
