import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from 'redis'
import { createApp } from './app.js'

// One process of the app. The launcher gives the environment, and is told the port and what happens.
const { REDIS_URL = '', PROCESS_NAME = '', SESSION_SECRET = '' } = process.env

const client = createClient({
  url: REDIS_URL,
  // While Redis is gone the answer comes at once, instead of after the deadline.
  disableOfflineQueue: true,
  socket: { reconnectStrategy: 500 },
})
client.on('error', () => {})
await client.connect()

const { app, portal } = createApp({
  client,
  processName: PROCESS_NAME,
  sessionSecret: SESSION_SECRET,
  portal: { onEvent: (event) => process.send?.({ event }) },
})
const server = createServer(app).listen(0, '127.0.0.1')
await once(server, 'listening')
process.send?.({ port: (server.address() as AddressInfo).port })

// The terminal's Ctrl-C reaches this process as well; the launcher decides when it is this one's turn to stop.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit(0))
process.once('SIGTERM', async () => {
  server.close()
  server.closeIdleConnections()
  await portal.close()
  client.destroy()
  process.exit(0)
})
