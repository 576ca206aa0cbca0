import { describePortal } from '@portal-sso/conformance'
import { expressHost } from '../hosts.ts'
import { name } from './mounts.ts'

describePortal(`${name}, at the root`, expressHost({ mount: (app, portal) => app.use(portal) }))
