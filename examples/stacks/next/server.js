import { portalSso } from '@portal-sso/express'
import express from 'express'
import session from 'express-session'
import next from 'next'

// Stands for your table of users, which holds a hash of the password.
const users = new Map([['ada@example.com', { password: 'portal', billingId: 'cus_ada' }]])

const { PORT = '8080', SESSION_SECRET = 'change me', PORTAL_SSO_BASE_URL: home } = process.env

// #region server
const nextApp = next({ dev: process.env.NODE_ENV === 'development' })
await nextApp.prepare()

const app = express()
app.use(
  session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
)

const portal = portalSso({
  getCustomerId: (req) => req.session.billingId,
  loginUrl: '/login',
})
app.use(portal)
// #endregion

// `return_to` as a browser reads it: an address of this site, or the start page.
function toOwnAddress(path = '/') {
  const url = URL.canParse(path, home) ? new URL(path, home) : new URL(home)
  return url.origin === new URL(home).origin ? url.href : home
}

app.get('/login', (_req, res) => {
  // No `action`: it posts to the address that it was shown at, with `return_to`.
  res.send(`<form method="post">
    <input name="email" type="email"> <input name="password" type="password"> <button>Sign in</button>
  </form>`)
})

app.post('/login', express.urlencoded(), (req, res, next) => {
  const user = users.get(req.body.email)
  if (!user || user.password !== req.body.password) return res.status(401).send('<a href="">Try again</a>')
  req.session.regenerate((error) => {
    if (error) return next(error)
    req.session.billingId = user.billingId
    res.redirect(303, toOwnAddress(req.query.return_to))
  })
})

// #region logout
app.post('/logout', async (req, res, next) => {
  const { pending } = await portal.logout(req, res) // first: your session still says who this is
  req.session.destroy((error) => {
    if (error) next(error)
    else res.redirect(303, pending === 0 ? '/' : '/portal-still-open')
  })
})

app.use((req, res) => nextApp.getRequestHandler()(req, res)) // everything else
// #endregion

// #region close
const server = app.listen(PORT)
process.once('SIGTERM', () => {
  server.close(async () => {
    await portal.close()
    await nextApp.close()
  })
})
// #endregion
