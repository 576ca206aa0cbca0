import { randomBytes } from 'node:crypto'
import { bodyParser } from '@koa/bodyparser'
import {
  accountPage,
  assets,
  billingPage,
  checkCredentials,
  createSessionStore,
  type DemoUser,
  errorPage,
  findUser,
  helmetOptions,
  homePage,
  isOwnForm,
  loginPage,
  notAllowedPage,
  notFoundPage,
  pricingPage,
  signedOutPage,
  signOutPendingPage,
  toReturnPath,
} from '@portal-sso/example-shared'
import { NO_CUSTOMER, type PortalSsoOptions, portalSso } from '@portal-sso/koa'
import Koa, { type Middleware, type ParameterizedContext } from 'koa'
import helmet from 'koa-helmet'
import session from 'koa-session'

/** What `ctx.state` and `ctx` hold in this app: `portalSso()` passes both on to the callbacks. */
interface State {
  user?: DemoUser | undefined
}
interface Context {
  get session(): { userId?: string; regenerate(): Promise<void> }
  set session(session: { userId?: string } | null)
}
type Handler = Middleware<State, Context>
type Ctx = ParameterizedContext<State, Context>

export interface Settings {
  /** Signs the session cookie. By default a new one at each start, which signs everybody out. */
  readonly sessionSecret?: string
  /** What should not come from the environment: the site, the key, the addresses. */
  readonly portal?: Partial<PortalSsoOptions<State, Context>>
}

export function createApp({ sessionSecret = newSecret(), portal: portalOptions }: Settings = {}) {
  const app = new Koa<State, Context>()
  app.use(answerErrors)
  app.use(helmet(helmetOptions(portalOptions?.baseUrl)))
  app.use(serveAssets)

  // The host's own sign-in. Behind a proxy that ends TLS, `app.proxy = true` belongs here as well.
  app.keys = [sessionSecret]
  app.use(session({ key: 'acme.sid', sameSite: 'lax', store: createSessionStore() }, app))
  app.use((ctx, next) => {
    ctx.state.user = findUser(ctx.session.userId)
    return next()
  })

  // The portal comes after the sign-in, so that the user is known.
  const portal = portalSso<State, Context>({
    getCustomerId: ({ state: { user } }) => user && (user.customerId ?? NO_CUSTOMER),
    loginUrl: '/login',
    noCustomerUrl: '/pricing',
    returnUrl: '/account',
    afterLogoutUrl: '/signed-out',
    ...portalOptions,
  })
  app.use(portal)

  const signOut: Handler = async (ctx) => {
    // First the portal: without the host's session nobody knows any more whose sign-out this is.
    const { pending } = await portal.logout(ctx)
    ctx.session = null
    if (pending > 0) ctx.body = signOutPendingPage(pending)
    else seeOther(ctx, '/signed-out')
  }

  app.use(pagesAreNotStored)
  app.use(ownFormsOnly)
  app.use(bodyParser({ enableTypes: ['form'] }))
  app.use(on('GET', '/', (ctx) => show(ctx, homePage(ctx.state))))
  app.use(on('GET', '/pricing', (ctx) => show(ctx, pricingPage(ctx.state))))
  app.use(
    on(
      'GET',
      '/account',
      withUser(async (user, ctx) => accountPage(user, await portal.sessions(ctx).catch(() => undefined))),
    ),
  )
  app.use(on('GET', '/account/billing', withUser(billingPage)))
  app.use(on('GET', '/login', showLogin))
  app.use(on('POST', '/login', signIn))
  app.use(on('POST', '/logout', signOut))
  app.use(on('GET', '/signed-out', (ctx) => show(ctx, signedOutPage())))
  app.use((ctx) => show(ctx, notFoundPage(ctx.state), 404))
  return { app, portal }
}

const showLogin: Handler = (ctx) => {
  const returnTo = toReturnPath(ctx.query.return_to, '/account')
  if (ctx.state.user) seeOther(ctx, returnTo)
  else show(ctx, loginPage({ returnTo, email: String(ctx.query.as ?? '') }))
}

const signIn: Handler = async (ctx) => {
  const form = (ctx.request.body ?? {}) as Record<string, unknown>
  const returnTo = toReturnPath(form.return_to, '/account')
  const user = await checkCredentials(form.email, form.password)
  if (!user) return show(ctx, loginPage({ returnTo, email: String(form.email ?? ''), failed: true }), 401)
  ctx.session = { userId: user.id }
  // A new id with it, so that a session planted before sign-in is worth nothing.
  await ctx.session.regenerate()
  seeOther(ctx, returnTo)
}

function withUser(toPage: (user: DemoUser, ctx: Ctx) => string | Promise<string>): Handler {
  return async (ctx) => {
    if (ctx.state.user) show(ctx, await toPage(ctx.state.user, ctx))
    else seeOther(ctx, `/login?return_to=${encodeURIComponent(ctx.originalUrl)}`)
  }
}

const ownFormsOnly: Handler = (ctx, next) => {
  if (ctx.method !== 'POST' || isOwnForm(ctx.headers)) return next()
  show(ctx, notAllowedPage(ctx.state), 403)
}

const pagesAreNotStored: Handler = (ctx, next) => {
  // They differ by who is signed in: the back button must not bring them back after sign-out.
  ctx.set('Cache-Control', 'no-store')
  return next()
}

const answerErrors: Handler = async (ctx, next) => {
  try {
    await next()
  } catch (error) {
    const status = Number((error as { status?: unknown } | null)?.status)
    const isTheirs = status >= 400 && status < 500
    if (!isTheirs) ctx.app.emit('error', error, ctx)
    show(ctx, errorPage(), isTheirs ? status : 500)
  }
}

const serveAssets: Handler = (ctx, next) => {
  const asset = assets.get(ctx.path)
  if (!asset) return next()
  ctx.type = asset.type
  ctx.body = asset.body
}

/** In place of `@koa/router`: this app has no path parameters. */
function on(method: 'GET' | 'POST', path: string, handler: Handler): Handler {
  return (ctx, next) => {
    const asked = ctx.method === 'HEAD' ? 'GET' : ctx.method
    return ctx.path === path && asked === method ? handler(ctx, next) : next()
  }
}

function show(ctx: Ctx, page: string, status = 200): void {
  ctx.status = status
  ctx.body = page
}

function seeOther(ctx: Ctx, path: string): void {
  ctx.redirect(path)
  ctx.status = 303
}

function newSecret(): string {
  return randomBytes(32).toString('hex')
}
