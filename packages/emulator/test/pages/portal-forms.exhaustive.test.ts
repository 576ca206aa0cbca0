import { expect, test } from 'vitest'
import { describeInBrowser } from '../browser.js'
import { callApi, createForm, emulate, jsonOf } from '../helpers.js'

describeInBrowser('the portal', (visit) => {
  test('an ended session leads back to the host', async () => {
    const emulator = await emulate()
    const page = await visit()
    const answer = await jsonOf(await callApi(emulator, { form: createForm() }))
    const { id, access_url } = answer.portal_session as { id: string; access_url: string }
    await page.goto(access_url)
    await callApi(emulator, { path: `/portal_sessions/${id}/logout` })
    await page.reload()
    await page.getByRole('heading', { name: 'Session Expired' }).waitFor()
    await page.getByRole('link', { name: 'Back to localhost:8080' }).waitFor()
  })

  test('back from the host after a choice of accounts comes to the login, not to a question of the browser', async () => {
    const emulator = await emulate()
    const page = await visit()
    const host = `${emulator.portalUrl}/portal/v2/signed_out`
    await page.goto(`${emulator.portalUrl}/portal/login`)
    await page.getByLabel('E-mail').first().fill('grace@example.com')
    await page.getByLabel('Password').first().fill('portal')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Choose an account' }).waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Continue as Compilers Labs' }).click()
    await page.getByRole('heading', { name: 'Hello, Grace Hopper' }).waitFor()
    await page.goto(host)
    await page.goBack()
    await page.getByRole('heading', { name: 'Hello, Grace Hopper' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.getByLabel('E-mail').first().inputValue()).toBe('grace@example.com')
  })
})
