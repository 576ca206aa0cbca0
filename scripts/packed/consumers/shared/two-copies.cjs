const assert = require('node:assert/strict')
const { startEmulator } = require('@portal-sso/emulator')
const express = require('express')
const { listen, send, NAVIGATION } = require('./main-job.cjs')

// Two copies of core in one process, as where one part of a host is CommonJS and another is not: the session that one
// has opened is found and ended by the other, and each knows the other's NO_CUSTOMER.
void main()

async function main() {
  const emulator = await startEmulator({ customers: [{ id: 'ada' }] })
  Object.assign(process.env, emulator.env)
  const copies = [require('@portal-sso/express'), await import('@portal-sso/express')]
  assert.notEqual(copies[0].portalSso, copies[1].portalSso)

  const { server, baseUrl } = await listen()
  const portals = copies.map(({ portalSso }, i) =>
    portalSso({
      getCustomerId: (req) => (req.get('x-guest') ? copies[1 - i].NO_CUSTOMER : 'ada'),
      baseUrl,
      basePath: `/${i}`,
    }),
  )
  const app = express()
  for (const portal of portals) app.use(portal)
  app.post('/sign-out', async (req, res) => {
    res.json(await Promise.all(portals.map((portal) => portal.logout(req, res))))
  })
  server.on('request', app)

  const cookies = []
  for (const i of [0, 1]) {
    const guest = await send('GET', `${baseUrl}/${i}/portal_link`, { ...NAVIGATION, 'X-Guest': '1' })
    assert.equal(guest.status, 404, guest.body)
    const click = await send('GET', `${baseUrl}/${i}/portal_link`, {
      ...NAVIGATION,
      Cookie: cookies.join('; '),
    })
    assert.equal(click.status, 303, click.body)
    cookies.push(...(click.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]))
  }
  assert.deepEqual(statuses(emulator), ['created', 'created'])

  const logout = await send('POST', `${baseUrl}/1/portal_logout`, {
    Accept: 'application/json',
    'Sec-Fetch-Site': 'same-origin',
    Origin: baseUrl,
    Cookie: cookies.join('; '),
  })
  assert.deepEqual(JSON.parse(logout.body), { ended: 2, pending: 0 })
  assert.deepEqual(statuses(emulator), ['logged_out', 'logged_out'])

  const again = await send('POST', `${baseUrl}/sign-out`, { Cookie: cookies.join('; ') })
  assert.equal(again.status, 200, again.body)

  server.close()
  await Promise.all(portals.map((portal) => portal.close()))
  await emulator.close()
}

function statuses(emulator) {
  return emulator.sessions().map(({ status }) => status)
}
