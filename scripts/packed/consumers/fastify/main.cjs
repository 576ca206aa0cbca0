const { startEmulator } = require('@portal-sso/emulator')
const { portalSso } = require('@portal-sso/fastify')
const { fastify } = require('fastify')
const { doMainJob, listen } = require('../shared/main-job.cjs')

void main()

async function main() {
  const emulator = await startEmulator({ customers: [{ id: 'ada' }] })
  Object.assign(process.env, emulator.env)

  const { server, baseUrl } = await listen()
  const portal = portalSso({ getCustomerId: () => 'ada', baseUrl })
  const app = fastify()
  app.addHook('onRequest', portal)
  await app.ready()
  server.on('request', app.routing)

  await doMainJob({ baseUrl, emulator, customerId: 'ada' })

  server.close()
  await app.close()
  await portal.close()
  await emulator.close()
}
