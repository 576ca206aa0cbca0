import { runExample } from '@portal-sso/example-shared'
import { createApp } from './app.js'

await runExample('Express', (options) => {
  const { app, portal } = createApp({ portal: options })
  return { listener: app, close: () => portal.close() }
})
