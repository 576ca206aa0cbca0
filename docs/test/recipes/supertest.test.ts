import { startEmulator } from '@portal-sso/emulator'
import request from 'supertest'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createApp } from './app.js'

const emulator = await startEmulator()
const { site, apiKey, apiUrl, portalUrl } = emulator
const { app, portal } = createApp({ site, apiKey, apiUrl, portalUrl, baseUrl: 'http://localhost:8080' })

/** What a browser says when a person clicks on a link of your page. */
const click = {
  accept: 'text/html',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
}

beforeEach(() => emulator.reset())
afterAll(async () => {
  await portal.close()
  await emulator.close()
})

test('the link opens the portal, and our sign-out ends it', async () => {
  const browser = request.agent(app) // keeps cookies
  await browser.get('/login').expect(303)
  const { headers } = await browser.get('/portal_link').set(click).expect(303)
  expect(headers.location).toContain(`${portalUrl}/portal/`)
  expect(emulator.sessions()).toMatchObject([{ customer_id: 'cus_ada', status: 'created' }])

  await browser.post('/logout').expect(200, 'Signed out')
  expect(emulator.sessions()).toMatchObject([{ status: 'logged_out' }])
})

test('the customer is told when Chargebee does not answer', async () => {
  const browser = request.agent(app)
  await browser.get('/login')
  await browser.get('/portal_link').set(click).expect(303)

  emulator.fail({ operation: 'logout', times: Number.POSITIVE_INFINITY, status: 503 })
  await browser.post('/logout').expect(200, 'Still open')
})

test('who is not signed in goes to the sign-in page, and back', async () => {
  const { headers } = await request(app).get('/portal_link').set(click).expect(303)
  expect(headers.location).toBe('/login?return_to=%2Fportal_link%3Fafter%3Dlogin')
})
