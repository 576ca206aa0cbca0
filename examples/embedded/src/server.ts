import { runExample } from '@portal-sso/example-shared'
import { createApp } from './app.js'

await runExample('embedded portal', () => {
  const { app, portal } = createApp()
  return { listener: app, close: () => portal.close() }
})
