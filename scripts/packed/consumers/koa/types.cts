import emulator = require('@portal-sso/emulator')
import portalSso = require('@portal-sso/koa')
import Koa = require('koa')

interface State {
  user?: { billingId?: string }
}

const portal = portalSso.portalSso<State>({
  getCustomerId: ({ state }) => (state.user ? (state.user.billingId ?? portalSso.NO_CUSTOMER) : undefined),
})

// @ts-expect-error a misspelt option
portalSso.portalSso({ getCustomerID: () => 'ada' })

const app = new Koa<State>()
app.use(portal)
app.use(async (ctx) => {
  const { pending } = await portal.logout(ctx)
  ctx.body = { pending }
})

export const running: Promise<emulator.Emulator> = emulator.startEmulator()
