/** @jest-environment jsdom */
const { once } = require('node:events')
const { request } = require('node:http')
const { startEmulator } = require('@portal-sso/emulator')
const { portalSso } = require('@portal-sso/express')

test('portalSso() says which environment it needs', () => {
  const options = {
    getCustomerId: () => 'ada',
    site: 'acme-test',
    apiKey: 'key',
    baseUrl: 'http://localhost:8080',
  }
  expect(() => portalSso(options)).toThrow(/"@jest-environment node" at the top of the file/)
})

test('the emulator answers', async () => {
  const emulator = await startEmulator({ customers: [{ id: 'ada' }] })
  const sent = request(`${emulator.apiUrl}/api/v2/portal_sessions`, {
    method: 'POST',
    agent: false,
    headers: {
      Authorization: `Basic ${btoa(`${emulator.apiKey}:`)}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    },
  })
  sent.end('customer[id]=ada')
  const [response] = await once(sent, 'response')
  response.resume()
  expect(response.statusCode).toBe(200)
  expect(emulator.sessions()).toMatchObject([{ customer_id: 'ada', status: 'created' }])
  await emulator.close()
})
