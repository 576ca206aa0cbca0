const { startEmulator } = require('@portal-sso/emulator')
const { portalSso } = require('@portal-sso/koa')
const Koa = require('koa')
const { doMainJob, listen } = require('../shared/main-job.cjs')

void main()

async function main() {
  const emulator = await startEmulator({ customers: [{ id: 'ada' }] })
  Object.assign(process.env, emulator.env)

  const { server, baseUrl } = await listen()
  const portal = portalSso({ getCustomerId: () => 'ada', baseUrl })
  server.on('request', new Koa().use(portal).callback())

  await doMainJob({ baseUrl, emulator, customerId: 'ada' })

  server.close()
  await portal.close()
  await emulator.close()
}
