import { describeSite, type TestSite } from '@portal-sso/conformance'
import { startEmulator } from '@portal-sso/emulator'
import { afterAll } from 'vitest'
import { startNodeHost } from './node-http/host.ts'

// `pnpm run test:site` asks a real site, which the environment names; every day it is the emulator.
const { CHARGEBEE_TEST_SITE: site } = process.env
describeSite("Node's own server", startNodeHost, site === undefined ? await ofEmulator() : named(site))

function named(site: string): TestSite {
  const {
    CHARGEBEE_TEST_API_KEY: apiKey,
    CHARGEBEE_TEST_CUSTOMER: customerId,
    CHARGEBEE_TEST_API_URL: apiUrl,
    CHARGEBEE_TEST_PORTAL_URL: portalUrl,
  } = process.env
  if (!apiKey || !customerId)
    throw new Error('Beside CHARGEBEE_TEST_SITE set CHARGEBEE_TEST_API_KEY and CHARGEBEE_TEST_CUSTOMER.')
  return { site, apiKey, customerId, ...(apiUrl && { apiUrl }), ...(portalUrl && { portalUrl }) }
}

async function ofEmulator(): Promise<TestSite> {
  const emulator = await startEmulator({ customers: [{ id: 'ada' }] })
  afterAll(() => emulator.close())
  const { site, apiKey, apiUrl, portalUrl } = emulator
  return { site, apiKey, apiUrl, portalUrl, customerId: 'ada' }
}
