import { startEmulator } from '@portal-sso/emulator'
import { portalSso } from '@portal-sso/koa'
import Koa from 'koa'
import { inject } from 'light-my-request'
import serverlessHttp from 'serverless-http'
import { describe, expect, it, onTestFinished } from 'vitest'

const CLICK = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

interface Returned {
  readonly status: number
  readonly location: unknown
}

/** Runs an application without a connection, as a function. */
const WRAPPERS: Readonly<Record<string, (app: Koa) => () => Promise<Returned>>> = {
  'serverless-http 4': (app) => {
    const handler = serverlessHttp(app)
    return async () => {
      const event = {
        version: '2.0',
        rawPath: '/portal_link',
        headers: CLICK,
        requestContext: { http: { method: 'GET', path: '/portal_link', sourceIp: '203.0.113.7' } },
      }
      const answer = (await handler(event, {})) as { statusCode: number; headers: Record<string, string> }
      return { status: answer.statusCode, location: answer.headers.location }
    }
  },
  'light-my-request': (app) => async () => {
    const answer = await inject(app.callback(), { method: 'GET', url: '/portal_link', headers: CLICK })
    return { status: answer.statusCode, location: answer.headers.location }
  },
}

describe.each(Object.entries(WRAPPERS))('a host without a connection: %s', (_name, wrap) => {
  it('keeps what it hands out', async () => {
    const emulator = await startEmulator({ customers: [{ id: 'cus_1' }] })
    onTestFinished(() => emulator.close())
    const { site, apiKey, apiUrl, portalUrl } = emulator
    const portal = portalSso({
      site,
      apiKey,
      apiUrl,
      portalUrl,
      baseUrl: 'http://localhost:8080',
      getCustomerId: () => 'cus_1',
      // Whatever is not known to be delivered would keep close() for longer than a test may take.
      timeoutMs: 60_000,
    })
    const ask = wrap(new Koa().use(portal))
    const answers = [await ask(), await ask()]
    expect(answers).toEqual(
      emulator.sessions().map(({ access_url }) => ({ status: 303, location: access_url })),
    )
    await portal.close()
    expect(emulator.sessions().map(({ status }) => status)).toEqual(['created', 'created'])
  })
})
