import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import { describePortal } from '@portal-sso/conformance'
import mount from 'koa-mount'
import session from 'koa-session'
import { koaHost } from './hosts.ts'

const name = process.env.PROJECT === 'koa2' ? 'Koa 2' : 'Koa 3'

describePortal(`${name}, at the root`, koaHost({ mount: (app, portal) => app.use(portal) }))

describePortal(
  `${name}, mounted`,
  koaHost({ mountPath: '/billing', mount: (app, portal) => app.use(mount('/billing', portal)) }),
)

describePortal(
  `${name}, in a mount in a mount`,
  koaHost({
    mountPath: '/shop/billing',
    mount: (app, portal) => app.use(mount('/shop', mount('/billing', portal))),
  }),
)

describePortal(
  `${name}, with basePath`,
  koaHost({
    mountPath: '/billing',
    options: { basePath: '/billing' },
    mount: (app, portal) => app.use(portal),
  }),
)

describePortal(
  `${name}, with basePath in @koa/router`,
  koaHost({
    mountPath: '/billing',
    options: { basePath: '/billing' },
    mount: (app, portal) => app.use(new Router().all('/billing/*path', portal).routes()),
  }),
)

describePortal(
  `${name}, mounted behind a proxy that strips a path`,
  koaHost({
    strippedPath: '/shop',
    mountPath: '/billing',
    mount: (app, portal) => app.use(mount('/billing', portal)),
  }),
)

describePortal(
  `${name}, behind body parser and session`,
  koaHost({
    before(app) {
      app.keys = ['of the host']
      app.use(session(app))
      // A body that the parser refuses ("__proto__" in JSON) is let through unparsed, as if nobody had looked.
      app.use(bodyParser({ onError() {} }))
    },
    mount: (app, portal) => app.use(portal),
  }),
)
