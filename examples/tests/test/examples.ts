import type { RequestListener } from 'node:http'
import type { Emulator } from '@portal-sso/emulator'
import { createApp as createExpressApp } from '@portal-sso/example-express'
import { createApp as createKoaApp } from '@portal-sso/example-koa'
import { createAppWithEarlyPortal as createEarlyExpressApp } from '../../express/test/early-portal.js'
import { createAppWithEarlyPortal as createEarlyKoaApp } from '../../koa/test/early-portal.js'

/** What a test gives `portalSso()` in place of the environment. */
export interface PortalAddresses extends Pick<Emulator, 'apiKey' | 'apiUrl' | 'portalUrl' | 'site'> {
  readonly baseUrl: string
}

export interface ExampleApp {
  readonly listener: RequestListener
  close(): Promise<unknown>
}

export interface Example {
  readonly name: string
  readonly folder: 'express' | 'koa'
  createApp(portal: PortalAddresses): ExampleApp
  /** The same with a mistake: `portalSso()` in front of the sign-in. */
  createAppWithEarlyPortal(portal: PortalAddresses): ExampleApp
}

export const examples: readonly Example[] = [
  {
    name: 'Express',
    folder: 'express',
    createApp(addresses) {
      const { app, portal } = createExpressApp({ portal: addresses })
      return { listener: app, close: () => portal.close() }
    },
    createAppWithEarlyPortal: createEarlyExpressApp,
  },
  {
    name: 'Koa',
    folder: 'koa',
    createApp(addresses) {
      const { app, portal } = createKoaApp({ portal: addresses })
      return { listener: app.callback(), close: () => portal.close() }
    },
    createAppWithEarlyPortal: createEarlyKoaApp,
  },
]
