import { runExample } from '@portal-sso/example-shared'
import { createApp } from './app.js'

await runExample('Koa', () => {
  const { app, portal } = createApp()
  return { listener: app.callback(), close: () => portal.close() }
})
