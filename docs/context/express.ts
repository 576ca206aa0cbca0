import express from 'express'
import session from 'express-session'

// What the samples take for granted: an Express app that signs people in.

declare global {
  namespace Express {
    interface User {
      billingId?: string | undefined
    }
    interface Request {
      user?: User | undefined
    }
  }
}

declare module 'express-session' {
  interface SessionData {
    user: { billingId?: string | undefined }
  }
}

export const app = express()
app.use(session({ secret: 'of the samples', resave: false, saveUninitialized: false }))
app.use((req, _res, next) => {
  req.user = req.session.user as Express.User | undefined
  next()
})

/** Signs in as whoever is named: the tests' way in. */
app.get('/test-login/:billingId', (req, res) => {
  req.session.user = { billingId: req.params.billingId === 'none' ? undefined : req.params.billingId }
  res.redirect(303, '/account')
})
