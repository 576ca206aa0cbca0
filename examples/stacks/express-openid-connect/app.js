import { NO_CUSTOMER, portalSso } from '@portal-sso/express'
import express from 'express'
import { auth } from 'express-openid-connect'

// Stands for your table: the customer of each `sub` that the provider knows.
const customers = new Map([['ada', 'cus_ada']])

const {
  PORT = '8080',
  SESSION_SECRET = 'change me, it is too short',
  PORTAL_SSO_BASE_URL: home,
} = process.env
const app = express()

// #region session
app.use(
  auth({
    issuerBaseURL: process.env.ISSUER_BASE_URL ?? 'http://localhost:9080',
    baseURL: home,
    clientID: 'acme',
    clientSecret: 'acme-secret',
    secret: SESSION_SECRET,
    authorizationParams: { response_type: 'code', scope: 'openid' },
    authRequired: false,
    idpLogout: true, // signed out at the provider too
    routes: { login: false, logout: false }, // they are below
  }),
)
// #endregion

// #region portal
const portal = portalSso({
  getCustomerId: ({ oidc }) => oidc.user && (customers.get(oidc.user.sub) ?? NO_CUSTOMER),
  loginUrl: '/login',
  noCustomerUrl: '/pricing',
})
app.use(portal) // after auth()
// #endregion

// `return_to` as a browser reads it: an address of this site, or the start page.
function toOwnAddress(path = '/') {
  const url = URL.canParse(path, home) ? new URL(path, home) : new URL(home)
  return url.origin === new URL(home).origin ? url.href : home
}

// #region login
app.get('/login', (req, res) => res.oidc.login({ returnTo: toOwnAddress(req.query.return_to) }))
// #endregion

// #region logout
app.post('/logout', async (req, res) => {
  const { pending } = await portal.logout(req, res)
  // The provider has to know both addresses: `post_logout_redirect_uris`, at Auth0 "Allowed Logout URLs".
  await res.oidc.logout({ returnTo: pending > 0 ? '/portal-still-open' : '/' })
})

app.get('/portal-still-open', (_req, res) => {
  res.send(`<p>You are signed out here, but your billing portal is still open on this computer.</p>
    <form method="post" action="/portal_logout"><button>Try again</button></form>`)
})
// #endregion

app.get('/', (req, res) => {
  res.send(
    req.oidc.isAuthenticated()
      ? `<a href="/portal_link">Manage billing</a> <form method="post" action="/logout"><button>Sign out</button></form>`
      : '<a href="/login">Sign in</a>',
  )
})

const server = app.listen(PORT)
process.once('SIGTERM', () => {
  server.close(() => void portal.close())
})
