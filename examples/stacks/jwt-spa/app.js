import { readFile } from 'node:fs/promises'
import { portalSso } from '@portal-sso/express'
import cors from 'cors'
import express from 'express'
import { jwtVerify, SignJWT } from 'jose'

// Stands for your table of users, which holds a hash of the password.
const users = new Map([['ada@example.com', { password: 'portal', billingId: 'cus_ada' }]])

const {
  PORT = '8080',
  PORTAL_SSO_BASE_URL: home,
  JWT_SECRET = 'change me, change me, change me!',
} = process.env
const { PAGE_PORT = '8443', PAGE_URL = `http://localhost:${PAGE_PORT}` } = process.env
const key = new TextEncoder().encode(JWT_SECRET)
const api = express()

// #region portal
async function readBillingId(req) {
  const [, token] = /^Bearer (.+)$/.exec(req.headers.authorization ?? '') ?? []
  const verified = token && (await jwtVerify(token, key, { algorithms: ['HS256'] }).catch(() => undefined))
  return verified?.payload.billingId
}

const portal = portalSso({
  getCustomerId: readBillingId,
  routes: { portal: false }, // a link carries no token
})
api.use(portal) // `POST /portal_session`, for pages of the same origin
// #endregion

// #region other-origin
const fromThePage = cors({ origin: PAGE_URL, credentials: true })
api.options('/{*path}', fromThePage)

api.post('/billing', fromThePage, async (req, res) => {
  const { access_url } = await portal.createSession(req, res)
  res.json({ access_url })
})

api.post('/logout', fromThePage, async (req, res) => {
  const { pending } = await portal.logout(req, res)
  res.json({ pending })
})
// #endregion

api.post('/login', fromThePage, express.json(), async (req, res) => {
  const user = users.get(req.body.email)
  if (!user || user.password !== req.body.password) return res.sendStatus(401)
  const claims = new SignJWT({ billingId: user.billingId }).setProtectedHeader({ alg: 'HS256' })
  res.json({ token: await claims.setExpirationTime('1h').sign(key) })
})
api.get('/', (_req, res) => res.redirect(PAGE_URL)) // where customers come back to

// The page, on an origin of its own.
const page = express().get('/', async (_req, res) => {
  res.type('html').send((await readFile('page.html', 'utf8')).replace('API_URL', home))
})

const servers = [api.listen(PORT), page.listen(PAGE_PORT)]
process.once('SIGTERM', () => {
  for (const server of servers) server.close()
  void portal.close()
})
