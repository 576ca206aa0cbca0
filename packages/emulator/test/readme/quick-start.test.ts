import { startEmulator } from '@portal-sso/emulator'
import Chargebee from 'chargebee'
import { expect, test } from 'vitest'

test('a customer opens the portal, and our sign-out ends it', async () => {
  await using emulator = await startEmulator({ customers: [{ id: 'cus_1', email: 'ada@example.com' }] })
  const chargebee = new Chargebee({
    ...{ site: '127', hostSuffix: '.0.0.1', protocol: 'http', port: Number(new URL(emulator.apiUrl).port) },
    apiKey: emulator.apiKey,
  })
  const { portal_session } = await chargebee.portalSession.create({ customer: { id: 'cus_1' } })
  await fetch(portal_session.access_url, { redirect: 'manual' })
  expect(emulator.sessions()).toMatchObject([{ customer_id: 'cus_1', status: 'logged_in' }])

  emulator.fail({ operation: 'logout', status: 503 })
  await expect(chargebee.portalSession.logout(portal_session.id)).rejects.toMatchObject({
    http_status_code: 503,
  })
  await chargebee.portalSession.logout(portal_session.id)
  expect(emulator.sessions()).toMatchObject([{ status: 'logged_out' }])
})
