import { runExample } from '@portal-sso/example-shared'
import { createApp } from './app.js'

await runExample('Koa', (options) => {
  const { app, portal } = createApp({ portal: options })
  return { listener: app.callback(), close: () => portal.close() }
})
