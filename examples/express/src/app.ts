import { randomBytes } from 'node:crypto'
import {
  accountPage,
  assetsFolder,
  billingPage,
  checkCredentials,
  type DemoUser,
  errorPage,
  findUser,
  helmetOptions,
  homePage,
  isOwnForm,
  loginPage,
  notAllowedPage,
  notFoundPage,
  pricingPage,
  signedOutPage,
  signOutPendingPage,
  toReturnPath,
} from '@portal-sso/example-shared'
import { NO_CUSTOMER, type PortalSsoOptions, portalSso } from '@portal-sso/express'
import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express'
import session from 'express-session'
import helmet from 'helmet'
import { Passport } from 'passport'
import { Strategy } from 'passport-local'

declare global {
  namespace Express {
    // What `req.user` is: passport's types look here.
    interface User extends DemoUser {}
  }
}

export interface Settings {
  /** Signs the session cookie. By default a new one at each start, which signs everybody out. */
  readonly sessionSecret?: string
  /** What should not come from the environment: the site, the key, the addresses. */
  readonly portal?: Partial<PortalSsoOptions>
}

export function createApp({ sessionSecret = newSecret(), portal: portalOptions }: Settings = {}) {
  const app = express()
  app.use(helmet(helmetOptions(portalOptions?.baseUrl)))
  app.use('/assets', express.static(assetsFolder))

  // The host's own sign-in. Behind a proxy that ends TLS, `app.set('trust proxy', 1)` belongs here as well.
  const passport = createPassport()
  app.use(
    session({
      name: 'acme.sid',
      secret: sessionSecret,
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto' },
    }),
  )
  app.use(passport.session())

  // The portal comes after the sign-in, so that `req.user` is known.
  const portal = portalSso({
    getCustomerId: (req) => req.user && (req.user.customerId ?? NO_CUSTOMER),
    loginUrl: '/login',
    noCustomerUrl: '/pricing',
    returnUrl: '/account',
    afterLogoutUrl: '/signed-out',
    ...portalOptions,
  })
  app.use(portal)

  app.use(pagesAreNotStored)
  app.use(ownFormsOnly)
  app.use(express.urlencoded())
  app.get('/', (req, res) => res.send(homePage({ user: req.user })))
  app.get('/pricing', (req, res) => res.send(pricingPage({ user: req.user })))
  app.get(
    '/account',
    withUser(async (user, req) => accountPage(user, await portal.sessions(req).catch(() => undefined))),
  )
  app.get('/account/billing', withUser(billingPage))

  app.get('/login', (req, res) => {
    const returnTo = toReturnPath(req.query.return_to, '/account')
    if (req.user) res.redirect(303, returnTo)
    else res.send(loginPage({ returnTo, email: String(req.query.as ?? '') }))
  })

  app.post('/login', (req, res, next) => {
    const returnTo = toReturnPath(req.body?.return_to, '/account')
    const done = (error: unknown, user?: Express.User | false) => {
      if (error) return next(error)
      if (!user)
        return res
          .status(401)
          .send(loginPage({ returnTo, email: String(req.body?.email ?? ''), failed: true }))
      // Passport gives the session a new id here, so that one planted before sign-in is worth nothing.
      req.logIn(user, (loginError) => (loginError ? next(loginError) : res.redirect(303, returnTo)))
    }
    passport.authenticate('local', done)(req, res, next)
  })

  app.post('/logout', async (req, res, next) => {
    // First the portal: without the host's session nobody knows any more whose sign-out this is.
    const { pending } = await portal.logout(req, res)
    req.session.destroy((error) => {
      if (error) return next(error)
      res.clearCookie('acme.sid')
      if (pending > 0) res.send(signOutPendingPage(pending))
      else res.redirect(303, '/signed-out')
    })
  })
  app.get('/signed-out', (_req, res) => res.send(signedOutPage()))

  app.use((req, res) => res.status(404).send(notFoundPage({ user: req.user })))
  app.use(answerError)
  return { app, portal }
}

function createPassport() {
  const passport = new Passport()
  passport.use(
    new Strategy({ usernameField: 'email' }, (email, password, done) => {
      checkCredentials(email, password).then((user) => done(null, user ?? false), done)
    }),
  )
  passport.serializeUser((user, done) => done(null, user.id))
  passport.deserializeUser((id: string, done) => done(null, findUser(id) ?? false))
  return passport
}

function withUser(toPage: (user: Express.User, req: Request) => string | Promise<string>): RequestHandler {
  return async (req, res) => {
    if (req.user) res.send(await toPage(req.user, req))
    else res.redirect(303, `/login?return_to=${encodeURIComponent(req.originalUrl)}`)
  }
}

const pagesAreNotStored: RequestHandler = (_req, res, next) => {
  // They differ by who is signed in: the back button must not bring them back after sign-out.
  res.set('Cache-Control', 'no-store')
  next()
}

const ownFormsOnly: RequestHandler = (req, res, next) => {
  if (req.method !== 'POST' || isOwnForm(req.headers)) next()
  else res.status(403).send(notAllowedPage({ user: req.user }))
}

const answerError: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error)
  const status = error?.status >= 400 && error?.status < 500 ? error.status : 500
  if (status === 500) console.error(error)
  res.status(status).send(errorPage())
}

function newSecret(): string {
  return randomBytes(32).toString('hex')
}
