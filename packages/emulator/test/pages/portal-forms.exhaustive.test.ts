import { test } from 'vitest'
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
})
