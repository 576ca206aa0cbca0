import type { RequestListener } from 'node:http'
import { createApp as createChargebeeExpressApp } from '@portal-sso/example-chargebee-login/express'
import { createApp as createChargebeeKoaApp } from '@portal-sso/example-chargebee-login/koa'
import { describeStart, Narrator } from '@portal-sso/example-shared'
import { expect, onTestFinished, test } from 'vitest'
import { type ExampleApp, examples, type PortalAddresses } from './examples.js'
import { listen } from './listen.js'

const apps: readonly { name: string; createApp: (portal: PortalAddresses) => ExampleApp }[] = [
  ...examples,
  { name: 'Chargebee login on Express', createApp: (portal) => createChargebeeExpressApp({ portal }) },
  { name: 'Chargebee login on Koa', createApp: (portal) => createChargebeeKoaApp({ portal }) },
]

test.each(apps)(
  '$name tells browsers to go on to https only where there is https, or Safari shows nothing',
  async ({ createApp }) => {
    expect(await policyOf(createApp, 'http://localhost:8080')).not.toContain('upgrade-insecure-requests')
    expect(await policyOf(createApp, 'https://acme.example')).toContain('upgrade-insecure-requests')
  },
)

async function policyOf(
  createApp: (portal: PortalAddresses) => ExampleApp,
  baseUrl: string,
): Promise<string> {
  const nowhere = 'http://127.0.0.1:9'
  const app = createApp({
    site: 'acme-test',
    apiKey: 'test_key',
    apiUrl: nowhere,
    portalUrl: nowhere,
    baseUrl,
  })
  onTestFinished(async () => void (await app.close()))
  const host = await listen(app.listener as RequestListener, '127.0.0.1', 0)
  onTestFinished(() => host.close())
  const answer = await fetch(host.origin)
  return answer.headers.get('content-security-policy') ?? ''
}

test('what people do is told in a line each', () => {
  const lines: string[] = []
  const narrator = new Narrator(new Map([['cus_ada', 'Ada Lovelace']]), (line) => lines.push(line))
  const at = '2026-01-01T10:00:00.000Z'
  narrator.tell({ type: 'session.created', at, customerId: 'cus_ada', sessionId: 's1' })
  narrator.tell({ type: 'session.pending', at, sessionId: 's1' })
  narrator.tell({ type: 'session.ended', at, sessionId: 's1', by: 'logout' })
  narrator.tell({ type: 'session.ended', at, sessionId: 's1', by: 'portal' })
  narrator.tell({ type: 'login.completed', at, customerId: 'cus_alan', sessionId: 's2' })
  narrator.tell({ type: 'request.refused', at, code: 'rate_limited' })
  narrator.tell({ type: 'misconfigured', at, setting: 'baseUrl', message: 'is told by the middleware' })
  expect(lines.map((line) => line.replace(/^ {2}\d\d:\d\d:\d\d {2}/, ''))).toEqual([
    'Ada Lovelace opened the customer portal',
    "Ada Lovelace's portal session: could not be ended yet, is tried again",
    "Ada Lovelace's portal session: ended by sign-out",
    'a portal session: ended in the portal',
    'cus_alan signed in at Chargebee',
    'refused: rate_limited',
  ])
})

test('the key of a real site is not printed', () => {
  const env = {
    CHARGEBEE_SITE: 'acme',
    CHARGEBEE_API_KEY: 'live_key',
    PORTAL_SSO_BASE_URL: 'http://localhost:8080',
  }
  const text = describeStart({ name: 'Express', emulator: undefined, hasDemoUsers: true, env })
  expect(text).toContain('PORTAL_SSO_BASE_URL=http://localhost:8080')
  expect(text).toContain('Set DEMO_CUSTOMER_ID')
  expect(text).not.toContain('live_key')
})
