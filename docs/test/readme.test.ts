import type { RequestListener } from 'node:http'
import { type Emulator, startEmulator } from '@portal-sso/emulator'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { writeSamples } from './samples.js'

interface Stack {
  /** The pages whose first sample it is, and where it leads who has no billing account; `undefined`: to a refusal. */
  readonly pages: Readonly<Record<string, string | undefined>>
  readonly context: 'express' | 'koa' | 'fastify'
  readonly toListener: () => Promise<RequestListener>
}

const stacks: readonly Stack[] = [
  {
    pages: { 'README.md': '/pricing', 'packages/express/README.md': undefined },
    context: 'express',
    toListener: async () => (await import('../context/express.js')).app,
  },
  {
    pages: { 'README.md': '/pricing', 'packages/koa/README.md': undefined },
    context: 'koa',
    async toListener() {
      const { app, router } = await import('../context/koa.js')
      return app.use(router.routes()).callback()
    },
  },
  {
    pages: { 'packages/fastify/README.md': undefined },
    context: 'fastify',
    async toListener() {
      const { app } = await import('../context/fastify.js')
      await app.ready()
      return app.routing
    },
  },
]
const cases = stacks.flatMap(({ pages, ...stack }) =>
  Object.entries(pages).map(([page, pricing]) => ({ page, pricing, ...stack })),
)

let emulator: Emulator
beforeAll(async () => {
  emulator = await startEmulator()
  for (const [name, value] of Object.entries(emulator.env)) vi.stubEnv(name, value)
  vi.stubEnv('PORTAL_SSO_BASE_URL', 'http://localhost:8080')
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

describe.each(cases)('the sample of $page for $context', ({ page, pricing, context, toListener }) => {
  let listener: RequestListener
  let close: () => Promise<void>
  beforeAll(async () => {
    // An app of its own for each: the sample adds to the one that it is given.
    vi.resetModules()
    const [sample] = await writeSamples(page, context)
    ;({
      portal: { close },
    } = await import(String(sample)))
    listener = await toListener()
  })
  afterAll(() => close())

  const click = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

  test('opens the portal, and its sign-out ends it', async () => {
    const browser = request.agent(listener)
    await browser.get('/test-login/cus_ada')
    const { headers } = await browser.get('/portal_link').set(click).expect(303)
    expect(headers.location).toContain(`${emulator.portalUrl}/portal/`)
    const opened = await fetch(String(headers.location), { redirect: 'manual' })
    expect(opened.status).toBeLessThan(400)
    expect(emulator.sessions()).toMatchObject([{ customer_id: 'cus_ada', status: 'logged_in' }])
    expect((await browser.post('/logout')).headers.location).toBe('/')
    expect(emulator.sessions()).toMatchObject([{ status: 'logged_out' }])
  })

  test('says so when the portal could not be closed', async () => {
    const browser = request.agent(listener)
    await browser.get('/test-login/cus_ada')
    await browser.get('/portal_link').set(click).expect(303)
    emulator.fail({ operation: 'logout', times: Number.POSITIVE_INFINITY, status: 500 })
    expect((await browser.post('/logout')).headers.location).toBe('/portal-still-open')
  })

  test('sends to the sign-in page whoever is not signed in', async () => {
    const { headers } = await request(listener).get('/portal_link').set(click).expect(303)
    expect(headers.location).toMatch(/^\/login\?return_to=%2Fportal_link/)
  })

  test('knows users without a billing account', async () => {
    const browser = request.agent(listener)
    await browser.get('/test-login/none')
    const { status, headers } = await browser.get('/portal_link').set(click)
    expect([status, headers.location]).toEqual(pricing ? [303, pricing] : [404, undefined])
    expect(emulator.calls()).toEqual([])
  })
})
