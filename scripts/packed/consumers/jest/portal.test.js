const express = require('express')
const { fastify } = require('fastify')
const Koa = require('koa')
const { startEmulator } = require('@portal-sso/emulator')
const { doMainJob, listen } = require('../shared/main-job.cjs')

const hosts = {
  express: (portal) => express().use(portal),
  koa: (portal) => new Koa().use(portal).callback(),
  async fastify(portal) {
    const app = fastify()
    app.addHook('onRequest', portal)
    await app.ready()
    return app.routing
  },
}

test.each(Object.keys(hosts))('a click on %s ends in the portal', async (framework) => {
  const { portalSso } = require(`@portal-sso/${framework}`)
  const emulator = await startEmulator({ customers: [{ id: 'ada' }] })
  Object.assign(process.env, emulator.env)
  const { server, baseUrl } = await listen()
  const portal = portalSso({ getCustomerId: () => 'ada', baseUrl })
  server.on('request', await hosts[framework](portal))

  await doMainJob({ baseUrl, emulator, customerId: 'ada' })

  server.close()
  await portal.close()
  await emulator.close()
})
