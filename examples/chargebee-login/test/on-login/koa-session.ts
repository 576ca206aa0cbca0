import { type PortalSsoOptions, portalSso } from '@portal-sso/koa'
import Koa, { type DefaultState } from 'koa'
import session from 'koa-session'
import type { SessionEntries } from './session-entries.js'

interface SessionData {
  customerId?: string
  isPlanted?: boolean
}
interface Context {
  get session(): SessionData & { regenerate(): Promise<void> }
  set session(data: SessionData | null)
}

/** What docs/chargebee-login.md shows for `koa-session`, with the least that an app needs around it. */
export function createApp(
  options: Partial<PortalSsoOptions<DefaultState, Context>>,
  entries: SessionEntries,
) {
  const app = new Koa<DefaultState, Context>()
  app.keys = ['of a test']
  app.silent = true
  const store = {
    get: async (id: string) => entries.get(id),
    set: (id: string, data: unknown) => entries.set(id, data),
    destroy: async (id: string) => entries.delete(id),
  }
  app.use(session({ key: 'sid', store }, app))

  const portal = portalSso<DefaultState, Context>({
    getCustomerId: (ctx) => ctx.session.customerId,
    loginUrl: '/portal_login',
    login: {
      async onLogin(portalSession, ctx) {
        ctx.session = { customerId: portalSession.customer_id }
        await ctx.session.regenerate()
      },
    },
    ...options,
  })
  app.use(portal)

  app.use(async (ctx) => {
    if (ctx.path === '/plant') {
      ctx.session.isPlanted = true
      ctx.body = 'A session of nobody.'
    } else if (ctx.path === '/who') {
      ctx.body = { customerId: ctx.session.customerId ?? null }
    } else if (ctx.path === '/sign-out' && ctx.method === 'POST') {
      const { pending } = await portal.logout(ctx)
      ctx.session = null
      ctx.redirect(pending > 0 ? '/portal-still-open' : '/')
      ctx.status = 303
    }
  })
  return { listener: app.callback(), close: () => portal.close() }
}
