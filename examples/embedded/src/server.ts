import { runExample } from '@portal-sso/example-shared'
import { createApp } from './app.js'

await runExample('embedded portal', (options) => {
  const { app, portal } = createApp({ portal: options })
  return { listener: app, close: () => portal.close() }
})
