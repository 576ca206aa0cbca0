// A site with signed-in customers, in two kinds: with our middleware, and with what people write by hand today.
import { createServer } from 'node:http'
import express from 'express'
import { configuration, listen, serveParent } from '../lib/role.mjs'

const { kind, apiPort, signOut, options = {} } = configuration

const app = express()
// Stands for the host's sign-in.
app.use((req, _res, next) => {
  req.user = { id: req.headers['x-customer'] }
  next()
})
if (kind === 'ours') await addOurs()
else await addByHand()

async function addOurs() {
  const { portalSso } = await import('@portal-sso/express')
  const portal = portalSso({
    getCustomerId: (/** @type {import('express').Request & { user?: { id: string } }} */ req) => req.user?.id,
    site: 'bench-test',
    apiKey: 'test_bench',
    apiUrl: `https://localhost:${apiPort}`,
    baseUrl: 'https://shop.example',
    ...options,
  })
  app.use(portal)
  app.post('/sign-out', async (req, res) => {
    res.json(await portal.logout(req, res))
  })
}

async function addByHand() {
  const { default: Chargebee } = await import('chargebee')
  const chargebee = new Chargebee({ site: 'localhost', hostSuffix: '', port: apiPort, apiKey: 'test_bench' })
  app.get('/portal_link', async (req, res) => {
    const { portal_session } = await chargebee.portalSession.create({
      customer: { id: req.user.id },
      redirect_url: 'https://shop.example/account',
    })
    res.redirect(portal_session.access_url)
  })
  app.post('/sign-out', async (req, res) => {
    // Where a host keeps the ids is left out: it gets them for nothing.
    const ids = req.headers['x-sessions'].split(',')
    if (signOut === 'all') await Promise.all(ids.map((id) => chargebee.portalSession.logout(id)))
    else for (const id of ids) await chargebee.portalSession.logout(id)
    res.json({ ended: ids.length, pending: 0 })
  })
}

// Longer than any pause of a measurement: how the browser gets to the host is not what is measured.
const port = await listen(createServer({ keepAliveTimeout: 300_000 }, app))

serveParent({
  port: () => port,
  /** Microseconds of processor time since the process began, all its threads together. */
  cpuMicroseconds() {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  /** Bytes in use after garbage has been collected; takes `--expose-gc`. */
  async heapBytes() {
    for (let count = 0; count < 4; count++) {
      globalThis.gc?.()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return process.memoryUsage().heapUsed
  },
  /** What keeps the process alive: Node's names of the kinds, each as often as there are some. */
  resources: () => process.getActiveResourcesInfo(),
})
