import { NO_CUSTOMER, portalSso } from '@portal-sso/express'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import express from 'express'

const { PORT = '8080', BETTER_AUTH_SECRET, PORTAL_SSO_BASE_URL: home } = process.env
const database = { user: [], session: [], account: [], verification: [] } // stands for yours

// #region session
const auth = betterAuth({
  baseURL: home,
  secret: BETTER_AUTH_SECRET,
  database: memoryAdapter(database),
  emailAndPassword: { enabled: true },
  user: {
    additionalFields: {
      // Without `input: false` a browser chooses it when it signs up, and opens anybody's portal.
      billingId: { type: 'string', required: false, input: false },
    },
  },
  disabledPaths: ['/sign-out'], // it is below, with the portal
})
// #endregion
const app = express()

// #region portal
const getUser = async (req) => (await auth.api.getSession({ headers: fromNodeHeaders(req.headers) }))?.user
const portal = portalSso({
  async getCustomerId(req) {
    const user = await getUser(req)
    return user && (user.billingId ?? NO_CUSTOMER)
  },
  loginUrl: '/login',
  noCustomerUrl: '/pricing',
})
app.use(portal)
// #endregion
app.all('/api/auth/{*path}', toNodeHandler(auth))

// #region login
app.get('/login', (_req, res) => {
  res.send(`<form><input name="email" type="email"> <input name="password" type="password">
    <button>Sign in</button></form>
    <script type="module">
      document.forms[0].onsubmit = async (event) => {
        event.preventDefault()
        // better-auth lets \`callbackURL\` lead to this site only, and gives back what it has checked.
        const callbackURL = new URLSearchParams(location.search).get('return_to') ?? '/'
        const response = await fetch('/api/auth/sign-in/email', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ ...Object.fromEntries(new FormData(event.target)), callbackURL }),
        })
        if (response.ok) location.assign((await response.json()).url)
      }
    </script>`)
})
// #endregion

// #region logout
app.post('/logout', async (req, res) => {
  const { pending } = await portal.logout(req, res) // first: better-auth still knows who this is
  const signedOut = await auth.api.signOut({ headers: fromNodeHeaders(req.headers), returnHeaders: true })
  res.append('Set-Cookie', signedOut.headers.getSetCookie())
  if (pending === 0) return res.redirect(303, '/')
  res
    .status(503)
    .send(`<p>You are signed out here, but your billing portal is still open on this computer.</p>
    <form method="post" action="/portal_logout"><button>Try again</button></form>`)
})
// #endregion

app.get('/', async (req, res) => {
  res.send(
    (await getUser(req))
      ? `<a href="/portal_link">Manage billing</a> <form method="post" action="/logout"><button>Sign out</button></form>`
      : '<a href="/login">Sign in</a>',
  )
})

await auth.api.signUpEmail({ body: { name: 'Ada', email: 'ada@example.com', password: 'portal-portal' } })
database.user[0].billingId = 'cus_ada' // by your server, when Chargebee has made the customer
const server = app.listen(PORT)
process.once('SIGTERM', () => {
  server.close(() => void portal.close())
})
