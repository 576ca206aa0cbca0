import { portalSso } from '@portal-sso/koa'
import Koa from 'koa'
import { createApp, type Settings } from '../src/app.js'

/** A mistake on purpose: `portalSso()` comes before the sign-in, so nobody is ever signed in for it. */
export function createAppWithEarlyPortal(addresses: NonNullable<Settings['portal']>) {
  const { app: site, portal: unused } = createApp({ portal: addresses })
  const early = portalSso({
    getCustomerId: (ctx) => ctx.state.user?.customerId,
    loginUrl: '/login',
    ...addresses,
  })
  const app = new Koa()
  app.use(early)
  app.use((ctx) => {
    ctx.respond = false
    return site.callback()(ctx.req, ctx.res)
  })
  return { listener: app.callback(), close: () => Promise.all([early.close(), unused.close()]) }
}
