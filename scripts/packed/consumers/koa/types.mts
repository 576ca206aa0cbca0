import { startEmulator } from '@portal-sso/emulator'
import {
  type LogoutResult,
  NO_CUSTOMER,
  type PortalSession,
  PortalSsoError,
  type PortalSsoErrorCode,
  type PortalSsoEvent,
  portalSso,
} from '@portal-sso/koa'
import Koa from 'koa'

interface State {
  user?: { billingId?: string }
}

interface Context {
  session: { startedAt: number } | null
}

const events: PortalSsoEvent[] = []

export const portal = portalSso<State, Context>({
  getCustomerId: async (ctx) => {
    const startedAt: number | undefined = ctx.session?.startedAt
    return startedAt && ctx.state.user ? (ctx.state.user.billingId ?? NO_CUSTOMER) : undefined
  },
  loginUrl: '/login',
  routes: { session: false },
  rateLimit: { points: 5, durationSeconds: 60 },
  destinations: { invoices: (ctx) => `https://acme.chargebeeportal.com/${ctx.state.user?.billingId}` },
  login: {
    onLogin: async (session, ctx) => {
      const customerId: string = session.customer_id
      ctx.state.user = { billingId: customerId }
    },
  },
  onEvent: (event) => events.push(event),
  onError: (error, ctx, next) => {
    const code: PortalSsoErrorCode = error.code
    if (code !== 'not_signed_in') return next()
    ctx.status = error.status
    ctx.body = error.message
  },
})

// Without type arguments the state is anything, as in Koa itself.
portalSso({ getCustomerId: (ctx) => ctx.state.user?.billingId })

// @ts-expect-error what opens the portal is not handed to the host
portalSso({ getCustomerId: () => null, login: { onLogin: (session) => session.access_url } })
// @ts-expect-error a misspelt option
portalSso({ getCustomerID: () => 'ada' })
// @ts-expect-error a customer id is no number
portalSso({ getCustomerId: () => 42 })
// @ts-expect-error a required option
portalSso({})

const app = new Koa<State, Context>()
app.use(portal)
app.use(async (ctx) => {
  const { ended, pending }: LogoutResult = await portal.logout(ctx)
  const session: PortalSession = await portal.createSession(ctx, { to: 'invoices' })
  const url: string = session.access_url
  throw new PortalSsoError('logout_incomplete', `${ended}, ${pending}, ${url}`)
})

const emulator = await startEmulator({ customers: [{ id: 'ada' }] })
Object.assign(process.env, emulator.env)
await portal.close()
await emulator.close()
