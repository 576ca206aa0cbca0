import { assetsFolder, errorPage, helmetOptions, isOwnForm, toReturnPath } from '@portal-sso/example-shared'
import { memoryStore, NO_CUSTOMER, type PortalSsoOptions, portalSso } from '@portal-sso/express'
import express, { type ErrorRequestHandler } from 'express'
import { auth } from 'express-openid-connect'
import helmet from 'helmet'
import { accountPage, homePage, pendingPage } from './pages.js'

/** Stands for the host's own table: the customer of each `sub` that the provider knows. */
export const customers: ReadonlyMap<string, string> = new Map([
  ['ada', 'cus_ada'],
  ['grace', 'cus_grace'],
])

export interface Settings {
  /** Where this site is. */
  readonly baseUrl: string
  /** The OpenID provider, and what it knows this site by. */
  readonly issuer: string
  readonly clientSecret: string
  /** Signs the session cookie. */
  readonly sessionSecret: string
  /** What should not come from the environment. */
  readonly portal?: Partial<PortalSsoOptions>
}

/** A site whose customers sign in at an OpenID provider, and are signed out here when they sign out there. */
export function createApp({ baseUrl, issuer, clientSecret, sessionSecret, portal: portalOptions }: Settings) {
  const app = express()
  app.use(helmet(helmetOptions(baseUrl)))
  app.use('/assets', express.static(assetsFolder))

  // Logins that the provider has ended, by its `sid`. Enough for one process and a demo: with several it belongs into
  // a store that they share (the library takes any of express-session), with the session's own lifetime.
  const endedLogins = new Set<string>()

  app.use(
    auth({
      issuerBaseURL: issuer,
      baseURL: baseUrl,
      clientID: 'acme',
      clientSecret,
      secret: sessionSecret,
      authRequired: false,
      // `form_post`, which is preset, comes from another site: its cookies need https.
      authorizationParams: { response_type: 'code', scope: 'openid' },
      routes: { login: false, logout: false },
      backchannelLogout: {
        // The provider calls from server to server: there is no browser, so no cookie that knows a portal session.
        async onLogoutToken({ sid, sub }: { readonly sid?: string; readonly sub?: string }) {
          if (sid) endedLogins.add(sid)
          const customerId = sub && customers.get(sub)
          const whose = sid ? { loginId: sid } : customerId ? { customerId } : undefined
          if (!whose) return
          const { pending } = await portal.endSessions(whose)
          // The provider is told by a 400, and can show it or try again.
          if (pending > 0) throw new Error(`${pending} portal sessions are not ended yet`)
        },
        isLoggedOut: (req) => endedLogins.has(String(req.oidc.idTokenClaims?.sid)),
        // Preset, it would look into the library's own store.
        onLogin: false,
      },
    }),
  )

  const portal = portalSso({
    getCustomerId: ({ oidc }) => oidc.user && (customers.get(oidc.user.sub) ?? NO_CUSTOMER),
    // The provider's name for this login: what its logout token will say.
    getLoginId: ({ oidc }) => String(oidc.idTokenClaims?.sid ?? ''),
    // What `endSessions` looks into. One process is enough with its memory; several share `redisStore()`.
    store: memoryStore(),
    // Less than a provider waits for the answer to its logout token (oidc-provider: 2.5 s).
    logoutTimeoutMs: 2_000,
    loginUrl: '/login',
    noCustomerUrl: '/',
    afterLogoutUrl: '/',
    ...portalOptions,
  })
  app.use(portal)

  app.get('/login', (req, res) => res.oidc.login({ returnTo: toReturnPath(req.query.return_to, '/') }))
  app.post('/logout', async (req, res) => {
    if (!isOwnForm(req.headers)) return res.sendStatus(403)
    const { pending } = await portal.logout(req, res)
    await res.oidc.logout({ returnTo: pending > 0 ? '/portal-still-open' : '/' })
  })
  app.get('/portal-still-open', (_req, res) => void res.send(pendingPage()))
  app.get('/', (req, res) => {
    res.set('Cache-Control', 'no-store')
    const { user } = req.oidc
    res.send(user ? accountPage({ name: user.sub, signOutThere: `${issuer}/session/end` }) : homePage())
  })
  app.use(answerError)
  return { app, portal }
}

const answerError: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) return next(error)
  const status = error?.status >= 400 && error?.status < 500 ? error.status : 500
  if (status === 500) console.error(error)
  res.status(status).send(errorPage())
}
