import emulator = require('@portal-sso/emulator')
import portalSso = require('@portal-sso/fastify')
import fastify = require('fastify')

const portal = portalSso.portalSso({
  getCustomerId: (request) => (request.id ? 'ada' : portalSso.NO_CUSTOMER),
})

// @ts-expect-error a misspelt option
portalSso.portalSso({ getCustomerID: () => 'ada' })

const app = fastify.fastify()
app.addHook('onRequest', portal)
app.post('/sign-out', async (request, reply) => {
  const { pending } = await portal.logout(request, reply)
  return { pending }
})

export const running: Promise<emulator.Emulator> = emulator.startEmulator()
