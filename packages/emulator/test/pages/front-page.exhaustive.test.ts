import { expect, test } from 'vitest'
import { describeInBrowser } from '../browser.js'
import { callApi, createForm, emulate } from '../helpers.js'

describeInBrowser('the front page', (visit) => {
  test('shows each call and why it was refused; its buttons work by the keyboard', async () => {
    const emulator = await emulate()
    const page = await visit({ viewport: { width: 320, height: 800 } })
    await page.goto(emulator.portalUrl)
    await page.getByText('live', { exact: true }).waitFor()
    const call = () => callApi(emulator, { form: createForm() })
    await callApi({ ...emulator, apiKey: 'wrong' }, { form: createForm() })
    await page.getByText('The API key is not the one').waitFor()

    await page.getByLabel('How it fails').selectOption('503')
    await page.getByRole('button', { name: 'Do it' }).press('Enter')
    await page.getByText('1 × create: 503').waitFor()
    expect((await call()).status).toBe(503)

    await page.getByRole('button', { name: 'Hold all calls' }).press('Enter')
    await page.getByText('holding *: 0 waiting').waitFor()
    const held = call()
    await page.getByText('held until you release it').waitFor()
    await page.getByRole('button', { name: 'Release 1 held' }).press('Enter')
    expect((await held).status).toBe(200)
    await page.getByText('held until you release it').waitFor({ state: 'detached' })
    const calls = page.locator('#call-list > li')
    await calls.first().getByText('Answer').press('Enter')
    await calls.first().getByText('"access_url": "http').waitFor()
    await calls.nth(1).getByText('Answer').press('Enter')
    await calls.nth(1).getByText('"http_status_code": 503').waitFor()

    await page.getByText('Link good for 59 min').waitFor()
    await page.getByRole('button', { name: 'Clock +1 hour' }).press('Enter')
    await page.getByText('Link has expired').waitFor()
    await page.getByRole('button', { name: 'Start afresh' }).press('Enter')
    await page.getByText('None yet. Open the portal').waitFor()
    expect(emulator.sessions()).toEqual([])
  })
})
