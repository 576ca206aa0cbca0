import emulator = require('@portal-sso/emulator')
import portalSso = require('@portal-sso/express')
import express = require('express')

interface MyRequest extends express.Request {
  user?: { billingId?: string }
}

const portal = portalSso.portalSso({
  getCustomerId: (req: MyRequest) => (req.user ? (req.user.billingId ?? portalSso.NO_CUSTOMER) : undefined),
})

// @ts-expect-error a misspelt option
portalSso.portalSso({ getCustomerID: () => 'ada' })

const app = express()
app.use(portal)
app.post('/sign-out', (req, res, next) => {
  portal.logout(req, res).then(({ pending }) => res.send(`${pending}`), next)
})

export const running: Promise<emulator.Emulator> = emulator.startEmulator()
