import { randomUUID } from 'node:crypto'
import {
  assetsFolder,
  checkCredentials,
  type DemoUser,
  errorPage,
  findUser,
  helmetOptions,
  isOwnForm,
  loginPage,
  notAllowedPage,
  notFoundPage,
  signedOutPage,
  signOutPendingPage,
  toReturnPath,
} from '@portal-sso/example-shared'
import { NO_CUSTOMER, type PortalSsoOptions, portalSso } from '@portal-sso/express'
import { type RedisClient, redisStore } from '@portal-sso/redis'
import cookieSession from 'cookie-session'
import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express'
import helmet from 'helmet'
import { loginOf, setLogin } from './login.js'
import { accountPage, homePage, passwordChangedPage } from './pages.js'

export interface Settings {
  /** Connected. The app does not close it. */
  readonly client: RedisClient
  /** The same in all processes. */
  readonly sessionSecret: string
  /** Which of the processes this is; shown on the page. */
  readonly processName: string
  /** What should not come from the environment. */
  readonly portal?: Partial<PortalSsoOptions>
}

/** One of several processes of a host. All of them remember portal sessions in the same Redis. */
export function createApp({ client, sessionSecret, processName, portal: portalOptions }: Settings) {
  const app = express()
  app.use(helmet(helmetOptions(portalOptions?.baseUrl)))
  app.use('/assets', express.static(assetsFolder))

  // The host's own sign-in lives in its cookie here, so that a Redis that is gone shows what the portal does then, and
  // nothing else. A copy of such a cookie stays good after the sign-out: a real host keeps its sessions in a store.
  app.use(cookieSession({ name: 'acme.login', secret: sessionSecret, sameSite: 'lax' }))
  const userOf = (req: Request): DemoUser | undefined => findUser(loginOf(req).userId)

  const portal = portalSso({
    getCustomerId: (req) => {
      const user = userOf(req)
      return user && (user.customerId ?? NO_CUSTOMER)
    },
    getLoginId: (req) => loginOf(req).loginId ?? '',
    store: redisStore({ client }),
    loginUrl: '/login',
    noCustomerUrl: '/',
    returnUrl: '/account',
    afterLogoutUrl: '/signed-out',
    ...portalOptions,
  })
  app.use(portal)

  app.use(pagesAreNotStored)
  app.use((req, res, next) => {
    if (req.method !== 'POST' || isOwnForm(req.headers)) next()
    else res.status(403).send(notAllowedPage({ user: userOf(req) }))
  })
  app.use(express.urlencoded())
  app.get('/', (req, res) => res.send(homePage({ user: userOf(req), processName })))
  app.get('/account', async (req, res) => {
    const user = userOf(req)
    if (!user) return res.redirect(303, '/login?return_to=/account')
    res.send(accountPage({ user, processName }, await portal.sessions(req).catch(() => undefined)))
  })

  app.get('/login', (req, res) => {
    const returnTo = toReturnPath(req.query.return_to, '/account')
    if (userOf(req)) res.redirect(303, returnTo)
    else res.send(loginPage({ returnTo, email: String(req.query.as ?? '') }))
  })
  app.post('/login', async (req, res) => {
    const returnTo = toReturnPath(req.body?.return_to, '/account')
    const email = String(req.body?.email ?? '')
    const user = await checkCredentials(email, String(req.body?.password ?? ''))
    if (!user) return res.status(401).send(loginPage({ returnTo, email, failed: true }))
    setLogin(req, { userId: user.id, loginId: randomUUID() })
    res.redirect(303, returnTo)
  })

  app.post('/password', async (req, res) => {
    const user = userOf(req)
    if (!user?.customerId) return res.redirect(303, '/login')
    // In every browser, through every process: a portal that was opened with the old password is closed.
    const result = await portal.endSessions(user.customerId)
    res.send(passwordChangedPage({ user, processName }, result))
  })

  app.post('/logout', async (req, res) => {
    const { pending } = await portal.logout(req, res)
    setLogin(req, null)
    if (pending > 0) res.send(signOutPendingPage(pending))
    else res.redirect(303, '/signed-out')
  })
  app.get('/signed-out', (_req, res) => res.send(signedOutPage()))

  app.use((req, res) => res.status(404).send(notFoundPage({ user: userOf(req) })))
  app.use(answerError)
  return { app, portal }
}

const pagesAreNotStored: RequestHandler = (_req, res, next) => {
  // They differ by who is signed in: the back button must not bring them back after sign-out.
  res.set('Cache-Control', 'no-store')
  next()
}

const answerError: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error)
  const status = error?.status >= 400 ? error.status : 500
  if (status === 500) console.error(error)
  res.status(status).send(errorPage())
}
