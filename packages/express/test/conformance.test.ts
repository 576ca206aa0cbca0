import { describePortal } from '@portal-sso/conformance'
import express from 'express'
import session from 'express-session'
import { expressHost } from './hosts.ts'

const major = process.env.PROJECT === 'express4' ? 4 : 5
const name = `Express ${major}`

describePortal(`${name}, at the root`, expressHost({ mount: (app, portal) => app.use(portal) }))

describePortal(
  `${name}, mounted`,
  expressHost({ mountPath: '/billing', mount: (app, portal) => app.use('/billing', portal) }),
)

describePortal(
  `${name}, in a router in a router in an app`,
  expressHost({
    mountPath: '/shop/account/billing',
    mount(app, portal) {
      const inner = express.Router().use('/billing', portal)
      const outer = express.Router().use('/account', inner)
      app.use('/shop', express().use(outer))
    },
  }),
)

describePortal(
  `${name}, with basePath`,
  expressHost({
    mountPath: '/billing',
    options: { basePath: '/billing' },
    mount: (app, portal) => app.use(portal),
  }),
)

describePortal(
  `${name}, with basePath on a route`,
  expressHost({
    mountPath: '/billing',
    options: { basePath: '/billing' },
    mount: (app, portal) => app.all(major === 4 ? '/billing/*' : '/billing/*path', portal),
  }),
)

describePortal(
  `${name}, mounted behind a proxy that strips a path`,
  expressHost({
    strippedPath: '/shop',
    mountPath: '/billing',
    mount: (app, portal) => app.use('/billing', portal),
  }),
)

describePortal(
  `${name}, behind body parser and session`,
  expressHost({
    before(app) {
      app.use(express.json(), express.urlencoded({ extended: true }))
      app.use(session({ secret: 'of the host', resave: false, saveUninitialized: false }))
    },
    mount: (app, portal) => app.use(portal),
  }),
)
