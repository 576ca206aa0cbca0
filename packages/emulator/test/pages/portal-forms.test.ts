import { expect, test } from 'vitest'
import { describeInBrowser } from '../browser.js'
import { callApi, createForm, emulate, jsonOf } from '../helpers.js'

describeInBrowser('the portal', (visit) => {
  test('a customer changes subscription, payment method and account, and goes back to the host', async () => {
    const emulator = await emulate()
    const page = await visit()
    const answer = await jsonOf(await callApi(emulator, { form: createForm() }))
    await page.goto((answer.portal_session as { access_url: string }).access_url)
    await page.getByRole('link', { name: 'Edit Team, 5 seats' }).click()
    await page.getByLabel('Quantity').fill('3')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('€147.00 per month').waitFor()
    await page.getByRole('link', { name: 'Cancel subscription' }).click()
    await page.getByRole('button', { name: 'Cancel at the end of the period' }).click()
    await page.getByText('non renewing').waitFor()
    await page.getByRole('link', { name: 'Scheduled changes' }).click()
    await page.getByRole('button', { name: 'Remove the scheduled cancellation' }).click()
    await page.getByText('active').waitFor()

    await page.getByRole('link', { name: 'Payment method' }).first().click()
    await page.getByRole('button', { name: 'Remove payment method' }).click()
    await page.getByRole('link', { name: 'Add a payment method' }).click()
    await page.getByLabel('Last four digits').fill('1881')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('ending in 1881').waitFor()

    await page.getByRole('link', { name: 'Account', exact: true }).click()
    await page.getByRole('link', { name: 'Edit account' }).click()
    await page.getByLabel('Company').fill('Babbage & Daughter')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Babbage & Daughter').waitFor()

    const back = page.getByRole('link', { name: 'Back to localhost:8080' })
    expect(await back.getAttribute('href')).toBe('http://localhost:8080/portal_return')
    emulator.reset()
    await page.reload()
    await page.getByRole('link', { name: 'Front page of the emulator' }).click()
    await page.getByRole('heading', { name: 'Customers' }).waitFor()
  })

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
})
