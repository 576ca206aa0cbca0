import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { runExample } from '@portal-sso/example-shared'
import { createApp } from './app.js'
import { createProvider } from './provider.js'

const { PROVIDER_PORT = '9100' } = process.env

await runExample(
  'sign-out at the provider',
  async ({ onEvent }) => {
    const baseUrl = String(process.env.PORTAL_SSO_BASE_URL)
    const issuer = `http://localhost:${PROVIDER_PORT}`
    const clientSecret = randomBytes(24).toString('hex')
    const sessionSecret = randomBytes(32).toString('hex')
    const provider = createServer(
      createProvider({ issuer, client: { secret: clientSecret, baseUrl } }).callback(),
    )
    provider.listen(Number(PROVIDER_PORT), 'localhost')
    await once(provider, 'listening')
    console.log(`OpenID provider: ${issuer}`)
    const { app, portal } = createApp({ baseUrl, issuer, clientSecret, sessionSecret, portal: { onEvent } })
    return {
      listener: app,
      async close() {
        provider.close()
        provider.closeAllConnections()
        await portal.close()
      },
    }
  },
  { hasDemoUsers: false },
)
