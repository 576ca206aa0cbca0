import { type Emulator, startEmulator } from '@portal-sso/emulator'
import type { Express } from 'express'
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { writeSamples } from './samples.js'

// What docs/sign-out.md shows, clicked through.

const click = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

let emulator: Emulator
let samples: readonly string[]
let ofStore: readonly string[]
beforeAll(async () => {
  emulator = await startEmulator()
  for (const [name, value] of Object.entries(emulator.env)) vi.stubEnv(name, value)
  vi.stubEnv('PORTAL_SSO_BASE_URL', 'http://localhost:8080')
  samples = await writeSamples('docs/sign-out.md', 'express')
  ofStore = await writeSamples('docs/sign-out.md', 'express-store')
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

/** The samples in which these words stand, in an app of their own. */
async function open(paths: readonly string[]) {
  vi.resetModules()
  const modules = await Promise.all(paths.map((path) => import(path)))
  onTestFinished(async () => {
    await Promise.all(modules.map(({ portal }) => portal?.close()))
  })
  const { app }: { app: Express } = await import('../context/express.js')
  return { app, modules }
}

async function openPortal(app: Express) {
  const browser = request.agent(app)
  await browser.get('/test-login/cus_ada')
  const { headers } = await browser.get('/portal_link').set(click).expect(303)
  await fetch(String(headers.location), { redirect: 'manual' })
  return browser
}

describe('docs/sign-out.md', () => {
  test('the page for what stays open leads to a second try', async () => {
    const { app } = await open(samples.slice(0, 2))
    const browser = await openPortal(app)
    const recover = emulator.fail({ operation: 'logout', times: Number.POSITIVE_INFINITY, status: 500 })
    expect((await browser.post('/logout')).headers.location).toBe('/portal-still-open')
    const page = await browser.get('/portal-still-open').expect(200)
    const [, action = ''] = /<form method="post" action="([^"]+)">/.exec(page.text) ?? []
    recover()
    const again = await browser.post(action).set({ accept: 'text/html', 'sec-fetch-site': 'same-origin' })
    expect([again.status, again.headers.location]).toEqual([303, '/'])
    expect(emulator.sessions()).toMatchObject([{ status: 'logged_out' }])
  })

  test("a library's sign-out ends the portal sessions", async () => {
    const { app } = await open(samples.slice(2, 3))
    app.post('/api/auth/sign-out', (_req, res) => void res.sendStatus(204))
    const browser = await openPortal(app)
    await browser.post('/api/auth/sign-out').set('sec-fetch-site', 'same-origin').expect(204)
    expect(emulator.sessions()).toMatchObject([{ status: 'logged_out' }])
  })

  test('who has signed out in the portal is signed out of the site as well', async () => {
    const { app } = await open(samples.slice(3, 4))
    app.get('/who', (req, res) => void res.json(req.user ?? null))
    const browser = await openPortal(app)
    const [session] = emulator.sessions()
    await fetch(`${emulator.apiUrl}/_emulator/sessions/${session?.id}/logout`, { method: 'POST' })
    await browser
      .get('/portal_return')
      .set({ ...click, 'sec-fetch-site': 'cross-site' })
      .expect(303)
    expect((await browser.get('/who')).body).toBeNull()
  })

  test('the server ends what any browser has open', async () => {
    const { app, modules } = await open(ofStore)
    await openPortal(app)
    await modules[0]?.closeAccount('cus_ada')
    expect(emulator.sessions()).toMatchObject([{ status: 'logged_out' }])
  })
})
