import { assetsFolder, helmetOptions, isOwnForm } from '@portal-sso/example-shared'
import { type PortalSsoOptions, portalSso } from '@portal-sso/express'
import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express'
import session from 'express-session'
import helmet from 'helmet'
import { type Customer, toCustomer } from './customer.js'
import {
  accountPage,
  errorPage,
  homePage,
  notAllowedPage,
  notFoundPage,
  signedOutPage,
  signOutPendingPage,
} from './pages.js'
import { newSecret, portalSecret, signInPath } from './settings.js'

declare module 'express-session' {
  interface SessionData {
    customer: Customer
  }
}

export interface Settings {
  /** Shows whom the emulator knows. */
  readonly showsDemoPeople?: boolean
  /** What should not come from the environment: the site, the key, the addresses. */
  readonly portal?: Partial<PortalSsoOptions>
}

export function createApp({ showsDemoPeople = false, portal: portalOptions }: Settings = {}) {
  const app = express()
  app.use(helmet(helmetOptions(portalOptions?.baseUrl)))
  app.use('/assets', express.static(assetsFolder))

  // Behind a proxy that ends TLS, `app.set('trust proxy', 1)` belongs here as well.
  app.use(
    session({
      name: 'acme.sid',
      secret: newSecret(),
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto' },
    }),
  )

  // After the session, which says who is signed in, and is where a sign-in at Chargebee ends.
  const portal = portalSso({
    getCustomerId: (req) => req.session.customer?.id,
    login: {
      async onLogin(portalSession, req) {
        // A new id, so that a session planted before the sign-in is worth nothing.
        await regenerate(req)
        req.session.customer = toCustomer(portalSession)
        // Before the redirect: the browser may be at the next page sooner than a store has written.
        await save(req)
      },
    },
    loginUrl: '/portal_login',
    returnUrl: '/account',
    afterLogoutUrl: '/signed-out',
    ...portalSecret(),
    ...portalOptions,
  })
  app.use(portal)

  app.use(pagesAreNotStored)
  app.get('/', (req, res) => res.send(homePage({ customer: req.session.customer, showsDemoPeople })))
  app.get('/account', (req, res) => {
    const { customer } = req.session
    if (customer) res.send(accountPage(customer))
    else res.redirect(303, signInPath)
  })

  app.post('/sign-out', ownFormsOnly, async (req, res, next) => {
    // First Chargebee: without this site's session nobody knows any more whose sign-out this is.
    const { pending } = await portal.logout(req, res)
    req.session.destroy((error) => {
      if (error) return next(error)
      res.clearCookie('acme.sid')
      if (pending > 0) res.send(signOutPendingPage(pending))
      else res.redirect(303, '/signed-out')
    })
  })
  app.get('/signed-out', (_req, res) => res.send(signedOutPage()))

  app.use((req, res) => res.status(404).send(notFoundPage(req.session.customer)))
  app.use(answerError)
  return { listener: app, close: () => portal.close() }
}

function regenerate(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    req.session.regenerate((error) => (error ? reject(error) : resolve()))
  })
}

function save(req: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    // Not saved, not signed in: the end of the answer would try once more.
    req.session.save((error) => (error ? req.session.destroy(() => reject(error)) : resolve()))
  })
}

const pagesAreNotStored: RequestHandler = (_req, res, next) => {
  // They differ by who is signed in: the back button must not bring them back after sign-out.
  res.set('Cache-Control', 'no-store')
  next()
}

const ownFormsOnly: RequestHandler = (req, res, next) => {
  if (isOwnForm(req.headers)) next()
  else res.status(403).send(notAllowedPage(req.session.customer))
}

const answerError: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error)
  const status = error?.status >= 400 && error?.status < 500 ? error.status : 500
  if (status === 500) console.error(error)
  res.status(status).send(errorPage())
}
