import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import {
  assetsFolder,
  checkCredentials,
  type DemoUser,
  findUser,
  isOwnForm,
  loginPage,
  notAllowedPage,
  signedOutPage,
  signOutPendingPage,
  toReturnPath,
} from '@portal-sso/example-shared'
import { NO_CUSTOMER, type PortalSsoOptions, portalSso } from '@portal-sso/express'
import express, { type RequestHandler } from 'express'
import session from 'express-session'
import helmet from 'helmet'
import { billingPage, startPage } from './pages.js'

declare module 'express-session' {
  interface SessionData {
    userId: string
  }
}

export interface Settings {
  readonly portal?: Partial<PortalSsoOptions>
  /** Where `chargebee.js` comes from; without it from Chargebee, or from the emulator where one is in use. */
  readonly chargebeeJs?: string
}

const publicFolder = fileURLToPath(new URL('../public', import.meta.url))

export function createApp({ portal: portalOptions, chargebeeJs = defaultScript() }: Settings = {}) {
  const app = express()
  const site = portalOptions?.site ?? process.env.CHARGEBEE_SITE ?? ''
  const origin = new URL(chargebeeJs).origin
  const isChargebee = origin === 'https://js.chargebee.com'
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: {
          'script-src': ["'self'", origin],
          // The portal opens in a frame of this page.
          'frame-src': isChargebee
            ? [`https://${site}.chargebee.com`, `https://${site}.chargebeeportal.com`]
            : [origin],
          ...(isChargebee
            ? { 'style-src': ["'self'", 'https://js.chargebee.com', `https://${site}.chargebee.com`] }
            : { 'upgrade-insecure-requests': null }),
        },
      },
    }),
  )
  app.use('/assets', express.static(assetsFolder))
  app.use('/public', express.static(publicFolder))
  app.use(
    session({
      name: 'acme.sid',
      secret: randomBytes(32).toString('hex'),
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto' },
    }),
  )

  // The page asks `POST /portal_session`. The link is off: here the portal opens in place only.
  const portal = portalSso({
    getCustomerId: (req) => {
      const user = findUser(req.session.userId)
      return user && (user.customerId ?? NO_CUSTOMER)
    },
    routes: { portal: false },
    afterLogoutUrl: '/signed-out',
    ...portalOptions,
  })
  app.use(portal)

  app.use(ownFormsOnly)
  app.use(express.urlencoded())
  app.get('/', (req, res) => {
    const user = userOf(req.session)
    res.set('Cache-Control', 'no-store')
    res.send(user ? billingPage({ user, site, chargebeeJs }) : startPage())
  })
  app.get('/login', (req, res) => {
    res.send(
      loginPage({ returnTo: toReturnPath(req.query.return_to, '/'), email: String(req.query.as ?? '') }),
    )
  })
  app.post('/login', async (req, res, next) => {
    const returnTo = toReturnPath(req.body?.return_to, '/')
    const user = await checkCredentials(req.body?.email, req.body?.password)
    if (user === undefined) {
      res.status(401).send(loginPage({ returnTo, failed: true }))
      return
    }
    // A new session id, so that one planted before sign-in is worth nothing.
    req.session.regenerate((error) => {
      if (error) return next(error)
      req.session.userId = user.id
      res.redirect(303, returnTo)
    })
  })
  app.post('/logout', async (req, res, next) => {
    const { pending } = await portal.logout(req, res)
    req.session.destroy((error) => {
      if (error) return next(error)
      res.clearCookie('acme.sid')
      if (pending > 0) res.send(signOutPendingPage(pending))
      else res.redirect(303, '/signed-out')
    })
  })
  app.get('/signed-out', (_req, res) => res.send(signedOutPage()))
  return { app, portal }
}

function userOf({ userId }: { userId?: string }): DemoUser | undefined {
  return findUser(userId)
}

/** The stand-in of an emulator that the environment points at, else the real one. */
function defaultScript(): string {
  const { CHARGEBEE_API_URL: apiUrl } = process.env
  return apiUrl ? `${apiUrl}/v2/chargebee.js` : 'https://js.chargebee.com/v2/chargebee.js'
}

const ownFormsOnly: RequestHandler = (req, res, next) => {
  if (req.method !== 'POST' || isOwnForm(req.headers)) next()
  else res.status(403).send(notAllowedPage({}))
}
