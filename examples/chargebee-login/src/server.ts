import { type DemoOptions, runExample } from '@portal-sso/example-shared'
import { createApp as createExpressApp } from './express.js'
import { createApp as createKoaApp } from './koa.js'

const { FRAMEWORK: framework = 'express' } = process.env

function createApp(portal: DemoOptions) {
  // Read now: the emulator, if one was started, has set its address just before.
  const showsDemoPeople = process.env.CHARGEBEE_PORTAL_URL?.startsWith('http://') ?? false
  if (framework === 'express') return createExpressApp({ showsDemoPeople, portal })
  if (framework === 'koa') return createKoaApp({ showsDemoPeople, portal })
  throw new Error(`FRAMEWORK=${framework} is neither express nor koa.`)
}

// A customer who signs in at Chargebee is the user here.
await runExample('Chargebee login', createApp, { hasDemoUsers: false })
