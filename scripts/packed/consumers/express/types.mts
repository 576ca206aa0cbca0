import { startEmulator } from '@portal-sso/emulator'
import {
  type LogoutResult,
  NO_CUSTOMER,
  type PortalSession,
  PortalSsoError,
  type PortalSsoErrorCode,
  type PortalSsoEvent,
  portalSso,
} from '@portal-sso/express'
import type { NextFunction, Request, Response } from 'express'
import express from 'express'

interface MyRequest extends Request {
  user?: { billingId?: string }
}

const events: PortalSsoEvent[] = []

export const portal = portalSso({
  getCustomerId: async (req: MyRequest, res) => {
    const status: number = res.statusCode
    return status === 200 && req.user ? (req.user.billingId ?? NO_CUSTOMER) : undefined
  },
  loginUrl: '/login',
  routes: { session: false },
  rateLimit: { points: 5, durationSeconds: 60 },
  destinations: { invoices: (req) => `https://acme.chargebeeportal.com/${req.user?.billingId}` },
  login: {
    onLogin: async (session, req, res) => {
      const customerId: string = session.customer_id
      const email: string | undefined = session.linked_customers?.[0]?.email
      res.locals.greeting = [customerId, email, req.user?.billingId]
    },
    cancelUrl: '/',
  },
  onEvent: (event) => events.push(event),
  onError: (error, _req, res, next) => {
    const code: PortalSsoErrorCode = error.code
    if (code === 'not_signed_in') res.status(error.status).send(error.message)
    else next(error)
  },
})

// Without an annotation the request is the framework's own.
portalSso({ getCustomerId: (req) => req.get('x-test') })

// @ts-expect-error what opens the portal is not handed to the host
portalSso({ getCustomerId: () => null, login: { onLogin: (session) => session.token } })
// @ts-expect-error a misspelt option
portalSso({ getCustomerID: () => 'ada' })
// @ts-expect-error a customer id is no number
portalSso({ getCustomerId: () => 42 })
// @ts-expect-error a required option
portalSso({})

const app = express()
app.use(portal)
app.use('/billing', portal)
app.post('/sign-out', async (req: Request, res: Response, next: NextFunction) => {
  const { ended, pending }: LogoutResult = await portal.logout(req, res)
  const session: PortalSession = await portal.createSession(req, res, { to: 'invoices' })
  const url: string = session.access_url
  next(new PortalSsoError('logout_incomplete', `${ended}, ${pending}, ${url}`))
})

const emulator = await startEmulator({ customers: [{ id: 'ada' }] })
Object.assign(process.env, emulator.env)
await portal.close()
await emulator.close()
