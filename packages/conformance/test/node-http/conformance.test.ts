import { describePortal } from '../../src/index.js'
import { startNodeHost } from './host.ts'

describePortal("Node's own server, at the root", startNodeHost)
