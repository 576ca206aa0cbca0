import Router from '@koa/router'
import Koa from 'koa'
import session from 'koa-session'

// What the samples take for granted: a Koa app that signs people in.

interface Session {
  user?: { billingId?: string | undefined } | undefined
}

interface AppState {
  user?: { billingId?: string | undefined } | undefined
}

interface AppContext {
  get session(): Session
  set session(session: Session | null)
}

export const app = new Koa<AppState, AppContext>()
app.keys = ['of the samples']
app.use(session(app))
app.use((ctx, next) => {
  ctx.state.user = ctx.session.user
  return next()
})

export const router = new Router<AppState, AppContext>()

/** Signs in as whoever is named: the tests' way in. */
router.get('/test-login/:billingId', (ctx) => {
  const { billingId } = ctx.params
  ctx.session = { user: { billingId: billingId === 'none' ? undefined : billingId } }
  ctx.redirect('/account')
})
