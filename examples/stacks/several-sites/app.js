import { NO_CUSTOMER, portalSso } from '@portal-sso/express'
import express from 'express'
import session from 'express-session'

// Stands for your table of users, which holds a hash of the password. Ada is a customer of both Chargebee sites.
const users = new Map([
  ['ada@example.com', { password: 'portal', billingIds: { us: 'cus_ada', eu: 'cus_ada' } }],
])

const { env } = process
const { PORT = '8080', SESSION_SECRET = 'change me', PORTAL_SSO_BASE_URL: home } = env
const app = express()
app.use(
  session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
)

// #region portal
function portalOf(region, chargebeeSite) {
  return portalSso({
    ...chargebeeSite,
    getCustomerId: (req) => req.session.user && (req.session.user.billingIds[region] ?? NO_CUSTOMER),
    loginUrl: '/login',
  })
}

const portals = {
  us: portalOf('us', {}), // CHARGEBEE_SITE and CHARGEBEE_API_KEY
  eu: portalOf('eu', {
    site: env.EU_SITE,
    apiKey: env.EU_API_KEY,
    // For the emulator. With Chargebee they follow from the site.
    apiUrl: env.EU_API_URL,
    portalUrl: env.EU_PORTAL_URL,
  }),
}
// A path for each, so that a request is answered by the right one: `/us/portal_link`, `/eu/portal_link`.
for (const [region, portal] of Object.entries(portals)) app.use(`/${region}`, portal)
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
    req.session.user = user
    res.redirect(303, toOwnAddress(req.query.return_to))
  })
})

// #region logout
app.post('/logout', async (req, res, next) => {
  const results = await Promise.all(Object.values(portals).map((portal) => portal.logout(req, res)))
  const isOpen = results.some(({ pending }) => pending > 0)
  req.session.destroy((error) => {
    if (error) return next(error)
    if (!isOpen) return res.redirect(303, '/')
    // To this route again: each `/portal_logout` knows of its own site alone.
    res
      .status(503)
      .send(`<p>You are signed out here, but your billing portal is still open on this computer.</p>
      <form method="post" action="/logout"><button>Try again</button></form>`)
  })
})
// #endregion

app.get('/', (req, res) => {
  res.send(
    req.session.user
      ? `<a href="/us/portal_link">Billing US</a> <a href="/eu/portal_link">Billing EU</a>
        <form method="post" action="/logout"><button>Sign out</button></form>`
      : '<a href="/login">Sign in</a>',
  )
})

// #region close
const server = app.listen(PORT)
process.once('SIGTERM', () => {
  server.close(() => Promise.all(Object.values(portals).map((portal) => portal.close())))
})
// #endregion
