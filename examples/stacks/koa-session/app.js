import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import { portalSso } from '@portal-sso/koa'
import Koa from 'koa'
import session from 'koa-session'

// Stands for your table of users, which holds a hash of the password.
const users = new Map([['ada@example.com', { password: 'portal', billingId: 'cus_ada' }]])

const { PORT = '8080', SESSION_SECRET = 'change me', PORTAL_SSO_BASE_URL: home } = process.env
const app = new Koa()
app.keys = [SESSION_SECRET]
app.use(session({ sameSite: 'lax' }, app))

// #region portal
const portal = portalSso({
  getCustomerId: (ctx) => ctx.session.billingId,
  loginUrl: '/login',
})
app.use(portal) // after the session
// #endregion

const router = new Router()
app.use(bodyParser())
app.use(router.routes())

// `return_to` as a browser reads it: an address of this site, or the start page.
function toOwnAddress(path = '/') {
  const url = URL.canParse(path, home) ? new URL(path, home) : new URL(home)
  return url.origin === new URL(home).origin ? url.href : home
}

// #region login
router.get('/login', (ctx) => {
  // No `action`: it posts to the address that it was shown at, with `return_to`.
  ctx.body = `<form method="post">
    <input name="email" type="email"> <input name="password" type="password"> <button>Sign in</button>
  </form>`
})

router.post('/login', (ctx) => {
  const { email, password } = ctx.request.body
  const user = users.get(email)
  if (!user || user.password !== password) return ctx.throw(401)
  ctx.session = { billingId: user.billingId } // a new one: nothing of before the sign-in is in it
  ctx.status = 303
  ctx.redirect(toOwnAddress(ctx.query.return_to))
})
// #endregion

// #region logout
router.post('/logout', async (ctx) => {
  const { pending } = await portal.logout(ctx) // first: your session still says who this is
  ctx.session = null
  if (pending === 0) {
    ctx.status = 303
    return ctx.redirect('/')
  }
  ctx.status = 503
  ctx.body = `<p>You are signed out here, but your billing portal is still open on this computer.</p>
    <form method="post" action="/portal_logout"><button>Try again</button></form>`
})
// #endregion

router.get('/', (ctx) => {
  ctx.body = ctx.session.billingId
    ? `<a href="/portal_link">Manage billing</a> <form method="post" action="/logout"><button>Sign out</button></form>`
    : '<a href="/login">Sign in</a>'
})

const server = app.listen(PORT)
process.once('SIGTERM', () => {
  server.close(() => void portal.close())
})
