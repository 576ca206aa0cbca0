import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import type { StartHost } from '@portal-sso/conformance'
import mount from 'koa-mount'
import session from 'koa-session'
import { koaHost } from '../hosts.ts'

export const name = process.env.PROJECT === 'koa2' ? 'Koa 2' : 'Koa 3'

/** The ways to mount us other than at the root, each with a host that does so. */
export const mounts: Readonly<Record<string, StartHost>> = {
  mounted: koaHost({ mountPath: '/billing', mount: (app, portal) => app.use(mount('/billing', portal)) }),
  'in a mount in a mount': koaHost({
    mountPath: '/shop/billing',
    mount: (app, portal) => app.use(mount('/shop', mount('/billing', portal))),
  }),
  'with basePath': koaHost({
    mountPath: '/billing',
    options: { basePath: '/billing' },
    mount: (app, portal) => app.use(portal),
  }),
  'with basePath in @koa/router': koaHost({
    mountPath: '/billing',
    options: { basePath: '/billing' },
    mount: (app, portal) => app.use(new Router().all('/billing/*path', portal).routes()),
  }),
  'mounted behind a proxy that strips a path': koaHost({
    strippedPath: '/shop',
    mountPath: '/billing',
    mount: (app, portal) => app.use(mount('/billing', portal)),
  }),
  'behind body parser and session': koaHost({
    before(app) {
      app.keys = ['of the host']
      app.use(session(app))
      // A body that the parser refuses ("__proto__" in JSON) is let through unparsed, as if nobody had looked.
      app.use(bodyParser({ onError() {} }))
    },
    mount: (app, portal) => app.use(portal),
  }),
}
