import { ExpressAuth, getSession } from '@auth/express'
import Credentials from '@auth/express/providers/credentials'
import { NO_CUSTOMER, portalSso } from '@portal-sso/express'
import express from 'express'

// Stands for your table of users, which holds a hash of the password.
const users = [{ id: '1', email: 'ada@example.com', password: 'portal', billingId: 'cus_ada' }]

const { PORT = '8080', AUTH_SECRET = 'change me' } = process.env

// #region session
const authConfig = {
  secret: AUTH_SECRET,
  trustHost: true, // the proxy in front sets `Host`
  providers: [
    Credentials({
      credentials: { email: { label: 'Email' }, password: { label: 'Password', type: 'password' } },
      authorize: ({ email, password }) =>
        users.find((user) => user.email === email && user.password === password) ?? null,
    }),
  ],
  callbacks: {
    jwt({ token, user }) {
      if (user) token.billingId = user.billingId // at the sign-in, and nowhere else
      return token
    },
    session({ session, token }) {
      session.user.billingId = token.billingId
      return session
    },
  },
}
// #endregion
const app = express()

// #region portal
const portal = portalSso({
  async getCustomerId(req) {
    const user = (await getSession(req, authConfig))?.user
    return user && (user.billingId ?? NO_CUSTOMER)
  },
  loginUrl: '/login',
  noCustomerUrl: '/pricing',
})
app.use(portal)
// #endregion

// #region login
app.get('/login', (req, res) => {
  // Auth.js has a name of its own for it, and lets it lead to this site only.
  const query = new URLSearchParams({ callbackUrl: String(req.query.return_to ?? '/') })
  res.redirect(303, `/auth/signin?${query}`)
})
// #endregion

// #region logout
// In front of Auth.js, and for POST alone: its page for GET only asks.
app.post('/auth/signout', express.urlencoded(), async (req, res, next) => {
  const { pending } = await portal.logout(req, res)
  // Where Auth.js goes on to. Without it: where the sign-in went, and that was the portal link.
  req.body.callbackUrl = pending > 0 ? '/portal-still-open' : '/'
  next()
})

app.get('/portal-still-open', (_req, res) => {
  res.send(`<p>You are signed out here, but your billing portal is still open on this computer.</p>
    <form method="post" action="/portal_logout"><button>Try again</button></form>`)
})
// #endregion
app.use('/auth', ExpressAuth(authConfig)) // with Express 5; with 4: '/auth/*'

app.get('/', async (req, res) => {
  const session = await getSession(req, authConfig)
  res.send(
    session
      ? '<a href="/portal_link">Manage billing</a> <a href="/auth/signout">Sign out</a>'
      : '<a href="/login">Sign in</a>',
  )
})

const server = app.listen(PORT)
process.once('SIGTERM', () => {
  server.close(() => void portal.close())
})
