import { startEmulator } from '@portal-sso/emulator'
import { portalSso } from '@portal-sso/express'
import express from 'express'
import { doMainJob, listen } from '../shared/main-job.cjs'

const emulator = await startEmulator({ customers: [{ id: 'ada' }] })
Object.assign(process.env, emulator.env)

const { server, baseUrl } = await listen()
const portal = portalSso({ getCustomerId: () => 'ada', baseUrl })
server.on('request', express().use(portal))

await doMainJob({ baseUrl, emulator, customerId: 'ada' })

server.close()
await portal.close()
await emulator.close()
