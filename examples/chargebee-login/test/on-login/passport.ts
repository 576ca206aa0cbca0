import { type DemoUser, demoUsers } from '@portal-sso/example-shared'
import { type PortalSsoOptions, portalSso } from '@portal-sso/express'
import express from 'express'
import session from 'express-session'
import { Passport } from 'passport'
import { answerError, ExpressStore } from './express-store.js'
import type { SessionEntries } from './session-entries.js'

declare global {
  namespace Express {
    interface User extends DemoUser {}
  }
}

const users = {
  /** A real app makes one for a customer whom it sees for the first time. */
  async ofCustomer(customerId: string): Promise<DemoUser> {
    const user = demoUsers.find((candidate) => candidate.customerId === customerId)
    if (!user) throw new Error('There is no user for this customer.')
    return user
  },
}

/** What docs/chargebee-login.md shows for `passport`, with the least that an app needs around it. */
export function createApp(options: Partial<PortalSsoOptions>, entries: SessionEntries) {
  const app = express()
  const store = new ExpressStore(entries)
  app.use(session({ name: 'sid', secret: 'of a test', resave: false, saveUninitialized: false, store }))
  const passport = new Passport()
  passport.serializeUser((user, done) => done(null, user.customerId))
  passport.deserializeUser((customerId: string, done) => {
    users.ofCustomer(customerId).then((user) => done(null, user), done)
  })
  app.use(passport.session())

  const portal = portalSso({
    getCustomerId: (req) => req.user?.customerId,
    loginUrl: '/portal_login',
    login: {
      async onLogin(portalSession, req) {
        const user = await users.ofCustomer(portalSession.customer_id)
        await new Promise<void>((resolve, reject) => {
          // Not saved, not signed in: the end of the answer would try once more.
          req.logIn(user, (error) => (error ? req.session.destroy(() => reject(error)) : resolve()))
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
  app.get('/who', (req, res) => res.json({ customerId: req.user?.customerId ?? null }))
  app.post('/sign-out', async (req, res, next) => {
    const { pending } = await portal.logout(req, res)
    const goTo = pending > 0 ? '/portal-still-open' : '/'
    req.logOut((error) => (error ? next(error) : res.redirect(303, goTo)))
  })
  app.use(answerError)
  return { listener: app, close: () => portal.close() }
}
