import type { StartHost } from '@portal-sso/conformance'
import express from 'express'
import session from 'express-session'
import { expressHost } from '../hosts.ts'

const major = process.env.PROJECT === 'express4' ? 4 : 5
export const name = `Express ${major}`

/** The ways to mount us other than at the root, each with a host that does so. */
export const mounts: Readonly<Record<string, StartHost>> = {
  mounted: expressHost({ mountPath: '/billing', mount: (app, portal) => app.use('/billing', portal) }),
  'in a router in a router in an app': expressHost({
    mountPath: '/shop/account/billing',
    mount(app, portal) {
      const inner = express.Router().use('/billing', portal)
      const outer = express.Router().use('/account', inner)
      app.use('/shop', express().use(outer))
    },
  }),
  'with basePath': expressHost({
    mountPath: '/billing',
    options: { basePath: '/billing' },
    mount: (app, portal) => app.use(portal),
  }),
  'with basePath on a route': expressHost({
    mountPath: '/billing',
    options: { basePath: '/billing' },
    mount: (app, portal) => app.all(major === 4 ? '/billing/*' : '/billing/*path', portal),
  }),
  'by a pattern that takes up the whole path': expressHost({
    mount: (app, portal) => app.use(major === 4 ? '*' : '/{*splat}', portal),
  }),
  'mounted behind a proxy that strips a path': expressHost({
    strippedPath: '/shop',
    mountPath: '/billing',
    mount: (app, portal) => app.use('/billing', portal),
  }),
  'behind body parser and session': expressHost({
    before(app) {
      app.use(express.json(), express.urlencoded({ extended: true }))
      app.use(session({ secret: 'of the host', resave: false, saveUninitialized: false }))
    },
    mount: (app, portal) => app.use(portal),
  }),
}
