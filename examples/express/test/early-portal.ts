import { portalSso } from '@portal-sso/express'
import express from 'express'
import { createApp, type Settings } from '../src/app.js'

/** A mistake on purpose: `portalSso()` comes before the sign-in, so nobody is ever signed in for it. */
export function createAppWithEarlyPortal(addresses: NonNullable<Settings['portal']>) {
  const { app: site, portal: unused } = createApp({ portal: addresses })
  const early = portalSso({ getCustomerId: (req) => req.user?.customerId, loginUrl: '/login', ...addresses })
  const app = express()
  app.use(early)
  app.use(site)
  return { listener: app, close: () => Promise.all([early.close(), unused.close()]) }
}
