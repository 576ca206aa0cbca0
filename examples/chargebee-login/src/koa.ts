import { assets, createSessionStore, helmetOptions, isOwnForm } from '@portal-sso/example-shared'
import { type PortalSsoOptions, portalSso } from '@portal-sso/koa'
import Koa, { type DefaultState, type Middleware, type ParameterizedContext } from 'koa'
import helmet from 'koa-helmet'
import session from 'koa-session'
import { type Customer, toCustomer } from './customer.js'
import {
  accountPage,
  errorPage,
  homePage,
  notAllowedPage,
  notFoundPage,
  signedOutPage,
  signOutPendingPage,
} from './pages.js'
import { newSecret, portalSecret, signInPath } from './settings.js'

/** What `ctx` holds in this app: `portalSso()` passes it on to the callbacks. */
interface Context {
  get session(): { customer?: Customer; regenerate(): Promise<void> }
  set session(session: { customer?: Customer } | null)
}
type Handler = Middleware<DefaultState, Context>
type Ctx = ParameterizedContext<DefaultState, Context>

export interface Settings {
  /** Shows whom the emulator knows. */
  readonly showsDemoPeople?: boolean
  /** What should not come from the environment: the site, the key, the addresses. */
  readonly portal?: Partial<PortalSsoOptions<DefaultState, Context>>
}

export function createApp({ showsDemoPeople = false, portal: portalOptions }: Settings = {}) {
  const app = new Koa<DefaultState, Context>()
  app.use(answerErrors)
  app.use(helmet(helmetOptions(portalOptions?.baseUrl)))
  app.use(serveAssets)

  // Behind a proxy that ends TLS, `app.proxy = true` belongs here as well.
  app.keys = [newSecret()]
  app.use(session({ key: 'acme.sid', sameSite: 'lax', store: createSessionStore() }, app))

  // After the session, which says who is signed in, and is where a sign-in at Chargebee ends.
  const portal = portalSso<DefaultState, Context>({
    getCustomerId: (ctx) => ctx.session.customer?.id,
    login: {
      async onLogin(portalSession, ctx) {
        ctx.session = { customer: toCustomer(portalSession) }
        // A new id, so that a session planted before the sign-in is worth nothing. This saves it as well, before the
        // redirect: the browser may be at the next page sooner than a store has written.
        await ctx.session.regenerate()
      },
    },
    loginUrl: '/portal_login',
    returnUrl: '/account',
    afterLogoutUrl: '/signed-out',
    ...portalSecret(),
    ...portalOptions,
  })
  app.use(portal)

  const signOut: Handler = async (ctx) => {
    if (!isOwnForm(ctx.headers)) return show(ctx, notAllowedPage(ctx.session.customer), 403)
    // First Chargebee: without this site's session nobody knows any more whose sign-out this is.
    const { pending } = await portal.logout(ctx)
    ctx.session = null
    if (pending > 0) show(ctx, signOutPendingPage(pending))
    else seeOther(ctx, '/signed-out')
  }

  app.use(pagesAreNotStored)
  app.use(on('GET', '/', (ctx) => show(ctx, homePage({ customer: ctx.session.customer, showsDemoPeople }))))
  app.use(on('GET', '/account', showAccount))
  app.use(on('POST', '/sign-out', signOut))
  app.use(on('GET', '/signed-out', (ctx) => show(ctx, signedOutPage())))
  app.use((ctx) => show(ctx, notFoundPage(ctx.session.customer), 404))
  return { listener: app.callback(), close: () => portal.close() }
}

const showAccount: Handler = (ctx) => {
  const { customer } = ctx.session
  if (customer) show(ctx, accountPage(customer))
  else seeOther(ctx, signInPath)
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
