import { type Emulator, startEmulator } from '@portal-sso/emulator'
import { type PortalSsoOptions, portalSso } from '@portal-sso/express'
import express, { type Express, type RequestHandler } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const isFour = process.env.PROJECT === 'express4'
const CLICK = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

let emulator: Emulator
beforeAll(async () => {
  emulator = await startEmulator({ customers: [{ id: 'cus_1' }] })
})
afterAll(() => emulator.close())

/** A host, and the `misconfigured` events of the middleware in it. */
function host(
  mount: (app: Express, portal: RequestHandler) => void,
  options: Partial<PortalSsoOptions> = {},
) {
  const { site, apiKey, apiUrl, portalUrl } = emulator
  const messages: string[] = []
  const portal = portalSso({
    site,
    apiKey,
    apiUrl,
    portalUrl,
    baseUrl: 'http://localhost:8080',
    getCustomerId: () => 'cus_1',
    rateLimit: false,
    onEvent: (event) => event.type === 'misconfigured' && messages.push(event.message),
    ...options,
  })
  const app = express()
  mount(app, portal)
  return { app, messages }
}

const SHOP = isFour ? '/shop/*' : '/shop/*rest'

describe('a mount that takes up the whole path', () => {
  it.each<[string, (app: Express, portal: RequestHandler) => void, string, Partial<PortalSsoOptions>]>([
    ['a pattern', (app, portal) => app.use(isFour ? '*' : '/{*splat}', portal), '/portal_link', {}],
    ['a named pattern', (app, portal) => app.use(isFour ? '/*' : '/*path', portal), '/portal_link', {}],
    ['a regular expression', (app, portal) => app.use(/.*/, portal), '/portal_link', {}],
    ['a list', (app, portal) => app.use(['/portal_link', '/portal_return'], portal), '/portal_link', {}],
    [
      'a pattern and basePath',
      (app, portal) => app.use(SHOP, portal),
      '/shop/portal_link',
      { basePath: '/shop' },
    ],
    [
      'a pattern in a mounted router, and basePath',
      (app, portal) => app.use('/shop', express.Router().use(isFour ? '*' : '/{*rest}', portal)),
      '/shop/portal_link',
      { basePath: '/shop' },
    ],
  ])('works where that path is known to be a route: %s', async (_name, mount, path, options) => {
    const { app, messages } = host(mount, options)
    const answer = await request(app).get(path).set(CLICK)
    expect(answer.status, answer.text).toBe(303)
    expect(emulator.sessions().at(-1)?.redirect_url).toBe(
      `http://localhost:8080${path.replace('link', 'return')}`,
    )
    expect((await request(app).get(`${path}/`).set(CLICK)).status).toBe(303)
    expect(messages).toEqual([])
  })

  it('is told, once, where it is not', async () => {
    const { app, messages } = host((hostApp, portal) => hostApp.use(SHOP, portal))
    for (const path of ['/shop/portal_link', '/shop/portal_return', '/shop/portal_link/']) {
      expect((await request(app).get(path).set(CLICK)).status).toBe(404)
    }
    expect(messages).toEqual([expect.stringContaining("basePath: '/shop'")])
  })

  it('tells nothing of paths that are none of ours', async () => {
    const { app, messages } = host((hostApp, portal) => hostApp.use(isFour ? '*' : '/{*splat}', portal))
    for (const path of ['/', '/shop', '/portal_links', '/?portal_link', '/portal_link/x']) {
      expect((await request(app).get(path).set(CLICK)).status, path).toBe(404)
    }
    expect(messages).toEqual([])
  })
})
