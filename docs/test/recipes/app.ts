import { type PortalSsoOptions, portalSso } from '@portal-sso/express'
import express from 'express'
import session from 'express-session'

declare module 'express-session' {
  interface SessionData {
    customerId: string
  }
}

export function createApp(portalOptions: Partial<PortalSsoOptions> = {}) {
  const app = express()
  app.use(session({ secret: 'of my tests', resave: false, saveUninitialized: false }))

  const portal = portalSso({
    getCustomerId: (req) => req.session.customerId,
    loginUrl: '/login',
    returnUrl: '/account',
    ...portalOptions,
  })
  app.use(portal)

  app.get('/account', (_req, res) => {
    res.send(`<a href="/portal_link">Manage billing</a>
      <form method="post" action="/logout"><button>Sign out</button></form>`)
  })
  app.get('/login', (req, res) => {
    req.session.customerId = 'cus_ada' // in your app: after a password, and with a new session id
    res.redirect(303, '/account')
  })
  app.post('/logout', async (req, res, next) => {
    const { pending } = await portal.logout(req, res)
    req.session.destroy((error) =>
      error ? next(error) : res.send(pending > 0 ? 'Still open' : 'Signed out'),
    )
  })
  return { app, portal }
}
