import { startEmulator } from '@portal-sso/emulator'
import {
  type LogoutResult,
  NO_CUSTOMER,
  type PortalSession,
  PortalSsoError,
  type PortalSsoErrorCode,
  type PortalSsoEvent,
  portalSso,
} from '@portal-sso/fastify'
import { fastify } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    user: { billingId?: string } | undefined
  }
}

const events: PortalSsoEvent[] = []

export const portal = portalSso({
  getCustomerId: async (request, reply) => {
    const status: number = reply.statusCode
    return status === 200 && request.user ? (request.user.billingId ?? NO_CUSTOMER) : undefined
  },
  loginUrl: '/login',
  routes: { session: false },
  rateLimit: { points: 5, durationSeconds: 60 },
  destinations: { invoices: (request) => `https://acme.chargebeeportal.com/${request.user?.billingId}` },
  login: {
    onLogin: async (session, request) => {
      request.user = { billingId: session.customer_id }
    },
  },
  onEvent: (event) => events.push(event),
  onError: (error, _request, reply) => {
    const code: PortalSsoErrorCode = error.code
    return reply.code(error.status).send(code)
  },
})

// @ts-expect-error what opens the portal is not handed to the host
portalSso({ getCustomerId: () => null, login: { onLogin: (session) => session.access_url } })
// @ts-expect-error a misspelt option
portalSso({ getCustomerID: () => 'ada' })
// @ts-expect-error a customer id is no number
portalSso({ getCustomerId: () => 42 })
// @ts-expect-error a required option
portalSso({})

const app = fastify()
app.addHook('onRequest', portal)
app.post('/sign-out', async (request, reply) => {
  const { ended, pending }: LogoutResult = await portal.logout(request, reply)
  const session: PortalSession = await portal.createSession(request, reply, { to: 'invoices' })
  const url: string = session.access_url
  throw new PortalSsoError('logout_incomplete', `${ended}, ${pending}, ${url}`)
})

const emulator = await startEmulator({ customers: [{ id: 'ada' }] })
Object.assign(process.env, emulator.env)
await portal.close()
await emulator.close()
