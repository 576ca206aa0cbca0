import { startEmulator } from '@portal-sso/emulator'
import { portalSso } from '@portal-sso/fastify'
import { fastify } from 'fastify'
import { doMainJob, listen } from '../shared/main-job.cjs'

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
