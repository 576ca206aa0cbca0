import { describePortal } from '@portal-sso/conformance'
import { koaHost } from '../hosts.ts'
import { name } from './mounts.ts'

describePortal(`${name}, at the root`, koaHost({ mount: (app, portal) => app.use(portal) }))
