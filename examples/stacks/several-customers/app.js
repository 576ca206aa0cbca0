import { NO_CUSTOMER, portalSso } from '@portal-sso/express'
import express from 'express'
import session from 'express-session'

// Stands for your table of users, which holds a hash of the password.
const users = new Map([['ada@example.com', { password: 'portal', customerIds: ['cus_ada', 'cus_grace'] }]])

const { PORT = '8080', SESSION_SECRET = 'change me', PORTAL_SSO_BASE_URL: home } = process.env
const app = express()
app.use(
  session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
)

// #region portal
const portal = portalSso({
  // The account that is chosen now; as long as there is none, people choose one at `noCustomerUrl`.
  getCustomerId: (req) => req.session.email && (req.session.customerId ?? NO_CUSTOMER),
  loginUrl: '/login',
  noCustomerUrl: '/accounts',
})
app.use(portal)
// #endregion

// #region choose
app.get('/accounts', (req, res) => {
  const customerIds = users.get(req.session.email)?.customerIds ?? []
  const buttons = customerIds.map((id) => `<button name="customer" value="${id}">Billing of ${id}</button>`)
  res.send(`<form method="post">${buttons.join(' ')}</form>`)
})

app.post('/accounts', express.urlencoded(), (req, res) => {
  const { customer } = req.body
  // A browser can send any: only what is this user's own.
  if (!users.get(req.session.email)?.customerIds.includes(customer)) return res.sendStatus(403)
  req.session.customerId = customer
  res.redirect(303, '/portal_link?after=login') // `after=login`, because this is the answer to a form
})
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
  const { email, password } = req.body
  const user = users.get(email)
  if (!user || user.password !== password) return res.status(401).send('<a href="">Try again</a>')
  req.session.regenerate((error) => {
    if (error) return next(error)
    req.session.email = email
    res.redirect(303, toOwnAddress(req.query.return_to))
  })
})

app.post('/logout', async (req, res, next) => {
  const { pending } = await portal.logout(req, res) // of all accounts that were opened in this browser
  req.session.destroy((error) => {
    if (error) return next(error)
    if (pending === 0) return res.redirect(303, '/')
    res
      .status(503)
      .send(`<p>You are signed out here, but your billing portal is still open on this computer.</p>
      <form method="post" action="/portal_logout"><button>Try again</button></form>`)
  })
})

app.get('/', (req, res) => {
  res.send(
    req.session.email
      ? `<a href="/accounts">Manage billing</a> <form method="post" action="/logout"><button>Sign out</button></form>`
      : '<a href="/login">Sign in</a>',
  )
})

const server = app.listen(PORT)
process.once('SIGTERM', () => {
  server.close(() => void portal.close())
})
