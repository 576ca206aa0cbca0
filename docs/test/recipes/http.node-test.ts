import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { startEmulator } from '@portal-sso/emulator'
import { createApp } from './app.js'

const emulator = await startEmulator()
const { site, apiKey, apiUrl, portalUrl } = emulator
const { app, portal } = createApp({ site, apiKey, apiUrl, portalUrl, baseUrl: 'http://localhost:8080' })
const server = createServer(app).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo

after(async () => {
  server.close()
  await portal.close()
  await emulator.close()
})

/** A person's click. It follows no redirect. */
async function click(path: string, cookie = ''): Promise<IncomingMessage> {
  const asked = request({ port, host: '127.0.0.1', path, headers: { accept: 'text/html', cookie } }).end()
  const [answer] = await once(asked, 'response')
  answer.resume()
  return answer
}

test('the link opens the portal', async () => {
  const signedIn = await click('/login')
  const cookie = signedIn.headers['set-cookie']?.map((line) => line.split(';')[0]).join('; ')
  const { statusCode, headers } = await click('/portal_link', cookie)
  assert.equal(statusCode, 303)
  assert.ok(headers.location?.startsWith(`${portalUrl}/portal/`))
})
