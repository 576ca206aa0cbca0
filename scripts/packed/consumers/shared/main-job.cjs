const assert = require('node:assert/strict')
const { once } = require('node:events')
const { createServer, request } = require('node:http')

const NAVIGATION = {
  Accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  'Sec-Fetch-Site': 'same-origin',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-User': '?1',
}

/** A server on a free port of the loopback interface; the framework joins with `server.on('request', app)`. */
async function listen() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseUrl = `http://127.0.0.1:${server.address().port}`
  return { server, baseUrl }
}

/** The main job, once: a click ends in the customer's portal, and a sign-out ends the portal session. */
async function doMainJob({ baseUrl, emulator, customerId }) {
  const click = await send('GET', `${baseUrl}/portal_link`, NAVIGATION)
  assert.equal(click.status, 303, click.body)
  assert.equal(click.body, '')
  assert.equal(click.headers['cache-control'], 'no-store')
  const accessUrl = new URL(click.headers.location)
  assert.equal(accessUrl.origin, emulator.portalUrl)
  const cookies = click.headers['set-cookie'] ?? []
  assert.ok(cookies.length > 0, 'the session is remembered in a cookie')
  assert.deepEqual(session(emulator), { customerId, status: 'created' })

  const portal = await send('GET', accessUrl.href, { Accept: 'text/html' })
  assert.ok(portal.status < 400, `the access URL answers ${portal.status}`)
  assert.deepEqual(session(emulator), { customerId, status: 'logged_in' })

  const logout = await send('POST', `${baseUrl}/portal_logout`, {
    Accept: 'application/json',
    'Sec-Fetch-Site': 'same-origin',
    Origin: baseUrl,
    Cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; '),
  })
  assert.equal(logout.status, 200, logout.body)
  assert.deepEqual(JSON.parse(logout.body), { ended: 1, pending: 0 })
  assert.deepEqual(session(emulator), { customerId, status: 'logged_out' })
}

function session(emulator) {
  const sessions = emulator.sessions()
  assert.equal(sessions.length, 1, 'one click, one session')
  return { customerId: sessions[0].customer_id, status: sessions[0].status }
}

async function send(method, url, headers) {
  const sent = request(url, { method, headers, agent: false }).end()
  const [response] = await once(sent, 'response')
  const chunks = []
  for await (const chunk of response) chunks.push(chunk)
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() }
}

module.exports = { NAVIGATION, listen, doMainJob, send }
