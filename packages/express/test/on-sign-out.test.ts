import { type Emulator, startEmulator } from '@portal-sso/emulator'
import { type PortalSso, portalSso } from '@portal-sso/express'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import express, { type Express, type Request } from 'express'
import { auth } from 'express-openid-connect'
import { OAuth2Server } from 'oauth2-mock-server'
import request from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'

const CLICK = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const OWN = { ...CLICK, 'sec-fetch-site': 'same-origin' }
const FOREIGN = { ...CLICK, 'sec-fetch-site': 'cross-site' }
const BASE_URL = 'http://localhost:8080'
const SECRET = 'a secret of the host, longer than 32 bytes'

type Agent = ReturnType<typeof request.agent>

async function open(getCustomerId: (req: Request) => string | undefined | Promise<string | undefined>) {
  const emulator = await startEmulator({ customers: [{ id: 'cus_1' }] })
  onTestFinished(() => emulator.close())
  const { site, apiKey, apiUrl, portalUrl } = emulator
  const portal = portalSso({
    site,
    apiKey,
    apiUrl,
    portalUrl,
    baseUrl: BASE_URL,
    getCustomerId,
    onEvent: false,
  })
  onTestFinished(() => portal.close())
  return { emulator, portal }
}

async function expectClick(agent: Agent, emulator: Emulator): Promise<void> {
  expect((await agent.get('/portal_link').set(OWN)).headers.location).toBe(
    emulator.sessions().at(-1)?.access_url,
  )
}

const statuses = (emulator: Emulator) => emulator.sessions().map(({ status }) => status)

/** Once the host has done in the background whatever it does there. */
async function expectStatuses(emulator: Emulator, portal: PortalSso, expected: string[]): Promise<void> {
  await portal.close()
  expect(statuses(emulator)).toEqual(expected)
}

describe('GET /logout of express-openid-connect', () => {
  async function start() {
    const issuer = new OAuth2Server()
    await issuer.issuer.keys.generate('RS256')
    await issuer.start(0, '127.0.0.1')
    onTestFinished(() => issuer.stop())
    const opened = await open((req) => req.oidc?.user?.sub && 'cus_1')
    const app = express()
    app.use(opened.portal.onSignOut('/logout'))
    app.use(
      auth({
        issuerBaseURL: String(issuer.issuer.url),
        baseURL: BASE_URL,
        clientID: 'client',
        clientSecret: 'secret',
        secret: SECRET,
        authRequired: false,
        authorizationParams: { response_type: 'code', scope: 'openid' },
      }),
    )
    app.use(opened.portal)
    app.get('/me', (req, res) => void res.json(req.oidc.user ?? null))
    const agent = request.agent(app)
    const toProvider = await agent.get('/login')
    const back = await fetch(String(toProvider.headers.location), { redirect: 'manual' })
    const callback = new URL(back.headers.get('location') ?? '')
    await agent.get(callback.pathname + callback.search)
    expect((await agent.get('/me')).body).toMatchObject({ sub: expect.any(String) })
    return { ...opened, agent }
  }

  it('ends what is remembered, and the library signs out', async () => {
    const { agent, emulator } = await start()
    await expectClick(agent, emulator)
    const out = await agent.get('/logout').set(OWN)
    expect(out.status).toBe(302)
    expect(statuses(emulator)).toEqual(['logged_out'])
    expect((await agent.get('/me')).body).toBeNull()
    expect(JSON.stringify(out.headers['set-cookie'])).toMatch(/psso\.[^;]+; Max-Age=0/)
  })

  it('does so for a link on another website too, which signs out as well', async () => {
    const { agent, emulator, portal } = await start()
    await expectClick(agent, emulator)
    expect((await agent.get('/logout').set(FOREIGN)).status).toBe(302)
    await expectStatuses(emulator, portal, ['logged_out'])
  })
})

describe('POST /api/auth/sign-out of better-auth', () => {
  async function start() {
    const library = betterAuth({
      baseURL: BASE_URL,
      secret: SECRET,
      database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
      emailAndPassword: { enabled: true },
      telemetry: { enabled: false },
      logger: { disabled: true },
    })
    const session = (req: Request) => library.api.getSession({ headers: fromNodeHeaders(req.headers) })
    const opened = await open(async (req) => ((await session(req)) ? 'cus_1' : undefined))
    const app: Express = express()
    app.use(opened.portal.onSignOut('/api/auth/sign-out'), opened.portal)
    app.use((req, res, next) => {
      if (!req.path.startsWith('/api/auth/')) return next()
      toNodeHandler(library)(req, res).catch(next)
    })
    app.get('/me', (req, res, next) => {
      session(req).then((found) => res.json(found?.user ?? null), next)
    })
    const agent = request.agent(app)
    const ada = { email: 'ada@example.com', password: 'a long password', name: 'Ada' }
    await agent.post('/api/auth/sign-up/email').set('origin', BASE_URL).send(ada).expect(200)
    await expectClick(agent, opened.emulator)
    return { ...opened, agent }
  }

  it('ends what is remembered, and the library signs out', async () => {
    const { agent, emulator } = await start()
    const out = await agent
      .post('/api/auth/sign-out')
      .set({ origin: BASE_URL, 'sec-fetch-site': 'same-origin' })
    expect(out.body).toEqual({ success: true })
    expect(statuses(emulator)).toEqual(['logged_out'])
    expect((await agent.get('/me')).body).toBeNull()
    expect(JSON.stringify(out.headers['set-cookie'])).toMatch(/psso\.[^;]+; Max-Age=0/)
  })

  it('ends nothing where the library refuses what another website sends', async () => {
    const { agent, emulator, portal } = await start()
    expect((await agent.get('/api/auth/sign-out').set(FOREIGN)).status).toBe(404)
    expect((await agent.get('/me')).body).toMatchObject({ name: 'Ada' })
    await expectStatuses(emulator, portal, ['created'])
  })
})
