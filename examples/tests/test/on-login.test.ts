import type { RequestListener, ServerResponse } from 'node:http'
import { type Emulator, startEmulator } from '@portal-sso/emulator'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createApp as createExpressSessionApp } from '../../chargebee-login/test/on-login/express-session.js'
import { createApp as createKoaSessionApp } from '../../chargebee-login/test/on-login/koa-session.js'
import { createApp as createPassportApp } from '../../chargebee-login/test/on-login/passport.js'
import { SessionEntries } from '../../chargebee-login/test/on-login/session-entries.js'
import { type CookieClient, createCookieClient } from './cookie-client.js'
import type { ExampleApp, PortalAddresses } from './examples.js'
import { listen } from './listen.js'

type CreateApp = (
  options: PortalAddresses & { secret: string; onEvent: false },
  entries: SessionEntries,
) => ExampleApp

const stacks: readonly { name: string; createApp: CreateApp }[] = [
  { name: 'express-session', createApp: createExpressSessionApp },
  { name: 'passport', createApp: createPassportApp },
  { name: 'koa-session', createApp: createKoaSessionApp },
]

// What docs/chargebee-login.md says about `onLogin`, run.
describe.each(stacks)('onLogin with $name', ({ createApp }) => {
  test('signs in, and goes on to where the customer wanted to', async () => {
    const { client, emulator } = await open(createApp)
    expect(await whoIs(client)).toBe(null)
    const answer = await client.get(await logInAtChargebee(client, emulator, '/who?from=login'))
    expect(answer).toMatchObject({ status: 303, location: '/who?from=login' })
    expect(await whoIs(client)).toBe('cus_ada')
    expect(emulator.sessions()).toMatchObject([{ customer_id: 'cus_ada', status: 'activated' }])
  })

  test('gives the session a new id: the one from before the sign-in is worth nothing', async () => {
    const { client, emulator } = await open(createApp)
    await client.get('/plant')
    const planted = client.header()
    const plantedId = client.cookie('sid')
    expect(plantedId).toMatch(/./)

    await client.get(await logInAtChargebee(client, emulator))
    expect(client.cookie('sid')).toMatch(/./)
    expect(client.cookie('sid')).not.toBe(plantedId)
    expect(await whoIs(client)).toBe('cus_ada')
    expect(await whoIs(client, planted)).toBe(null)
  })

  test('has saved the session before the redirect is made', async () => {
    const { client, emulator, writes } = await open(createApp)
    const callback = await logInAtChargebee(client, emulator)
    writes.length = 0
    const { status } = await client.get(callback)
    expect(status).toBe(303)
    // express-session writes once more when the answer ends.
    expect(writes[0]).toEqual({ hasAnswerBegun: false })
    expect(await whoIs(client)).toBe('cus_ada')
  })

  // Once: whatever saves at the end of the answer has success then.
  test.each([1, Number.POSITIVE_INFINITY])(
    "a session that can't be saved (failures: %d) signs nobody in, and ends at Chargebee",
    async (failures) => {
      const { client, emulator, entries } = await open(createApp)
      const callback = await logInAtChargebee(client, emulator)
      entries.failures = failures
      expect(await client.get(callback)).toMatchObject({ status: 500, location: undefined })
      expect(emulator.sessions()).toMatchObject([{ status: 'logged_out' }])
      entries.failures = 0
      expect(await whoIs(client)).toBe(null)
    },
  )

  test('a sign-out ends the sign-in at Chargebee as well', async () => {
    const { client, emulator } = await open(createApp)
    await client.get(await logInAtChargebee(client, emulator))
    const signedIn = client.header()
    expect(await client.post('/sign-out')).toMatchObject({ status: 303, location: '/' })
    expect(emulator.sessions()).toMatchObject([{ customer_id: 'cus_ada', status: 'logged_out' }])
    expect(await whoIs(client)).toBe(null)
    expect(await whoIs(client, signedIn)).toBe(null)
  })
})

async function open(createApp: CreateApp) {
  let listener: RequestListener | undefined
  let answer: ServerResponse | undefined
  const writes: { readonly hasAnswerBegun: boolean }[] = []
  const entries = new SessionEntries(() => writes.push({ hasAnswerBegun: answer?.headersSent ?? false }))
  const host = await listen(
    (request, response) => {
      answer = response
      listener?.(request, response)
    },
    'localhost',
    0,
  )
  onTestFinished(() => host.close())
  const emulator = await startEmulator({ login: { anyPort: true } })
  onTestFinished(() => emulator.close())
  const { site, apiKey, apiUrl, portalUrl } = emulator
  const addresses = { site, apiKey, apiUrl, portalUrl, baseUrl: host.origin }
  const app = createApp(
    { ...addresses, secret: 'a secret of these tests, long enough', onEvent: false },
    entries,
  )
  onTestFinished(async () => void (await app.close()))
  listener = app.listener
  return { client: createCookieClient(host.origin), emulator, entries, writes }
}

/** Begins at the host and signs Ada in at Chargebee. Gives the address on the host that the browser is sent back to. */
async function logInAtChargebee(
  client: CookieClient,
  emulator: Emulator,
  returnTo = '/who',
): Promise<string> {
  const begun = await client.get(`/portal_login?return_to=${encodeURIComponent(returnTo)}`)
  const login = new URL(begun.location ?? '')
  expect(login.origin).toBe(emulator.portalUrl)
  const form = new URLSearchParams({ email: 'ada@example.com', password: 'portal' })
  form.set('return_url', login.searchParams.get('return_url') ?? '')
  const answer = await fetch(new URL(login.pathname, login), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  })
  return answer.headers.get('location') ?? ''
}

async function whoIs(client: CookieClient, withCookies?: string): Promise<string | null> {
  const { body } = await client.get('/who', withCookies)
  return JSON.parse(body).customerId
}
