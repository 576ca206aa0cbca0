import { type PortalSsoOptions, portalSso } from '@portal-sso/express'
import express from 'express'
import session from 'express-session'
import { answerError, ExpressStore } from './express-store.js'
import type { SessionEntries } from './session-entries.js'

declare module 'express-session' {
  interface SessionData {
    customerId: string
    isPlanted: boolean
  }
}

/** What docs/chargebee-login.md shows for `express-session`, with the least that an app needs around it. */
export function createApp(options: Partial<PortalSsoOptions>, entries: SessionEntries) {
  const app = express()
  const store = new ExpressStore(entries)
  app.use(session({ name: 'sid', secret: 'of a test', resave: false, saveUninitialized: false, store }))

  const portal = portalSso({
    getCustomerId: (req) => req.session.customerId,
    loginUrl: '/portal_login',
    login: {
      async onLogin(portalSession, req) {
        await new Promise<void>((resolve, reject) => {
          req.session.regenerate((error) => (error ? reject(error) : resolve()))
        })
        req.session.customerId = portalSession.customer_id
        await new Promise<void>((resolve, reject) => {
          // Not saved, not signed in: the end of the answer would try once more.
          req.session.save((error) => (error ? req.session.destroy(() => reject(error)) : resolve()))
        })
      },
    },
    ...options,
  })
  app.use(portal)

  app.get('/plant', (req, res) => {
    req.session.isPlanted = true
    res.send('A session of nobody.')
  })
  app.get('/who', (req, res) => res.json({ customerId: req.session.customerId ?? null }))
  app.post('/sign-out', async (req, res, next) => {
    const { pending } = await portal.logout(req, res)
    const goTo = pending > 0 ? '/portal-still-open' : '/'
    req.session.destroy((error) => (error ? next(error) : res.redirect(303, goTo)))
  })
  app.use(answerError)
  return { listener: app, close: () => portal.close() }
}
