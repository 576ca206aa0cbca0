import { portalSso } from '@portal-sso/express'
import express from 'express'
import session from 'express-session'

// Stands for your table of users, which holds a hash of the password.
const users = new Map([['ada@example.com', { password: 'portal', billingId: 'cus_ada' }]])

const { PORT = '8080', SESSION_SECRET = 'change me', PORTAL_SSO_BASE_URL: home } = process.env
const app = express()
app.use(
  session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
)

// #region portal
const portal = portalSso({
  getCustomerId: (req) => req.session.billingId,
  loginUrl: '/login',
})
app.use(portal) // after the session
// #endregion

// #region return-to
// `return_to` as a browser reads it: an address of this site, or the start page.
function toOwnAddress(path = '/') {
  const url = URL.canParse(path, home) ? new URL(path, home) : new URL(home)
  return url.origin === new URL(home).origin ? url.href : home
}
// #endregion

// #region login
app.get('/login', (_req, res) => {
  // No `action`: it posts to the address that it was shown at, with `return_to`.
  res.send(`<form method="post">
    <input name="email" type="email"> <input name="password" type="password"> <button>Sign in</button>
  </form>`)
})

app.post('/login', express.urlencoded(), (req, res, next) => {
  const user = users.get(req.body.email)
  if (!user || user.password !== req.body.password) return res.status(401).send('<a href="">Try again</a>')
  // A new id, so that a session from before the sign-in is worth nothing.
  req.session.regenerate((error) => {
    if (error) return next(error)
    req.session.billingId = user.billingId
    res.redirect(303, toOwnAddress(req.query.return_to))
  })
})
// #endregion

// #region logout
app.post('/logout', async (req, res, next) => {
  const { pending } = await portal.logout(req, res) // first: your session still says who this is
  req.session.destroy((error) => {
    if (error) return next(error)
    if (pending === 0) return res.redirect(303, '/')
    res
      .status(503)
      .send(`<p>You are signed out here, but your billing portal is still open on this computer.</p>
      <form method="post" action="/portal_logout"><button>Try again</button></form>`)
  })
})
// #endregion

app.get('/', (req, res) => {
  res.send(
    req.session.billingId
      ? `<a href="/portal_link">Manage billing</a> <form method="post" action="/logout"><button>Sign out</button></form>`
      : '<a href="/login">Sign in</a>',
  )
})

// #region close
const server = app.listen(PORT)
process.once('SIGTERM', () => {
  server.close(() => void portal.close()) // no new requests, then what is under way at Chargebee
})
// #endregion
