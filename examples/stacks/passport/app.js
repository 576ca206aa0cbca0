import { NO_CUSTOMER, portalSso } from '@portal-sso/express'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import { Strategy } from 'passport-local'

// Stands for your table of users, which holds a hash of the password.
const users = [{ id: '1', email: 'ada@example.com', password: 'portal', billingId: 'cus_ada' }]

const { PORT = '8080', SESSION_SECRET = 'change me', PORTAL_SSO_BASE_URL: home } = process.env
const app = express()
app.use(
  session({ secret: SESSION_SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
)
app.use(passport.session())
passport.use(
  new Strategy({ usernameField: 'email' }, (email, password, done) => {
    done(null, users.find((user) => user.email === email && user.password === password) ?? false)
  }),
)
passport.serializeUser((user, done) => done(null, user.id))
passport.deserializeUser((id, done) => done(null, users.find((user) => user.id === id) ?? false))

// #region portal
const portal = portalSso({
  getCustomerId: (req) => req.user && (req.user.billingId ?? NO_CUSTOMER),
  loginUrl: '/login',
  noCustomerUrl: '/pricing',
})
app.use(portal) // after passport.session()
// #endregion

// `return_to` as a browser reads it: an address of this site, or the start page.
function toOwnAddress(path = '/') {
  const url = URL.canParse(path, home) ? new URL(path, home) : new URL(home)
  return url.origin === new URL(home).origin ? url.href : home
}

// #region login
app.get('/login', (_req, res) => {
  // No `action`: it posts to the address that it was shown at, with `return_to`.
  res.send(`<form method="post">
    <input name="email" type="email"> <input name="password" type="password"> <button>Sign in</button>
  </form>`)
})

app.post('/login', express.urlencoded(), passport.authenticate('local'), (req, res) => {
  res.redirect(303, toOwnAddress(req.query.return_to)) // in place of `successRedirect`
})
// #endregion

// #region logout
app.post('/logout', async (req, res, next) => {
  const { pending } = await portal.logout(req, res) // first: passport still knows who this is
  req.logout((error) => {
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
    req.user
      ? `<a href="/portal_link">Manage billing</a> <form method="post" action="/logout"><button>Sign out</button></form>`
      : '<a href="/login">Sign in</a>',
  )
})

const server = app.listen(PORT)
process.once('SIGTERM', () => {
  server.close(() => void portal.close())
})
