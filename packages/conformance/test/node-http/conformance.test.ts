import { describePortal } from '@portal-sso/conformance'
import { startNodeHost } from './host.ts'

describePortal("Node's own server, at the root", startNodeHost)
