import { startEmulator } from '@portal-sso/emulator'
import { portalSso } from '@portal-sso/express'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Sent, WRAPPERS, type Wrapper } from './wrappers.ts'

const CLICK: Sent = {
  method: 'GET',
  path: '/portal_link',
  headers: {
    accept: 'text/html',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    'sec-fetch-site': 'same-origin',
  },
}
const SCRIPT = { accept: '*/*', 'sec-fetch-site': 'same-origin' }

/** A host, wrapped, and one browser of it. */
async function wrap(wrapper: Wrapper) {
  const emulator = await startEmulator({ customers: [{ id: 'cus_1' }] })
  onTestFinished(() => emulator.close())
  const { site, apiKey, apiUrl, portalUrl } = emulator
  const events: string[] = []
  const portal = portalSso({
    site,
    apiKey,
    apiUrl,
    portalUrl,
    baseUrl: 'http://localhost:8080',
    getCustomerId: () => 'cus_1',
    rateLimit: false,
    // Whatever is not known to be over would keep close() for longer than a test may take.
    timeoutMs: 60_000,
    onEvent: ({ type }) => events.push(type),
  })
  const app = express()
  app.use(portal)
  app.post('/page', (req, res, next) => {
    portal
      .createSession(req, res)
      .then(({ id }) => res.setHeader('Set-Cookie', 'theme=dark; Path=/').json({ id }), next)
  })
  const call = wrapper(app)
  const jar = new Map<string, string>()
  async function ask(sent: Sent) {
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
    const answer = await call({ ...sent, headers: { ...sent.headers, ...(cookie && { cookie }) } })
    for (const setCookie of answer.setCookies) {
      const [name = '', value = ''] = setCookie.split(';', 1).join('').split('=')
      if (/max-age=0/i.test(setCookie)) jar.delete(name)
      else jar.set(name, value)
    }
    return answer
  }
  const alive = () => emulator.sessions().filter(({ status }) => status === 'created')
  return { portal, ask, jar, alive, events }
}

describe.each(Object.entries(WRAPPERS))('a host without a connection: %s', (_name, wrapper) => {
  it('keeps what it hands out, click after click, and all of it can be ended', async () => {
    const { portal, ask, jar, alive, events } = await wrap(wrapper)
    const statuses: number[] = []
    for (let click = 0; click < 12; click++) {
      const { status, location } = await ask(CLICK)
      statuses.push(status)
      expect(alive().at(-1)?.access_url).toBe(location)
    }
    expect(statuses).toEqual(Array.from({ length: 12 }, () => 303))
    expect(alive()).toHaveLength(5)
    expect(jar.size).toBe(5)
    const out = await ask({ method: 'POST', path: '/portal_logout', headers: SCRIPT })
    expect(JSON.parse(out.body)).toEqual({ ended: 5, pending: 0 })
    expect(jar.size).toBe(0)
    expect(events).not.toContain('misconfigured')
    // Nothing is left waiting for an answer to get out.
    await portal.close()
    expect(alive()).toEqual([])
  })

  it('does so for scripts and for pages of the host too', async () => {
    const { portal, ask, jar, alive, events } = await wrap(wrapper)
    const script = await ask({ method: 'POST', path: '/portal_session', headers: SCRIPT })
    expect(script.status).toBe(200)
    const page = await ask({ method: 'POST', path: '/page', headers: SCRIPT })
    expect(alive().map(({ id }) => id)).toEqual([JSON.parse(script.body).id, JSON.parse(page.body).id])
    expect([...jar.keys()].filter((name) => name.startsWith('psso.'))).toHaveLength(2)
    expect(jar.get('theme')).toBe('dark')
    await portal.close()
    expect(alive()).toHaveLength(2)
    expect(events).not.toContain('misconfigured')
  })
})
