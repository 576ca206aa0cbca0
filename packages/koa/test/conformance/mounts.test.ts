import { describePortal } from '@portal-sso/conformance'
import { mounts, name } from './mounts.ts'

for (const [way, startHost] of Object.entries(mounts))
  describePortal(`${name}, ${way}`, startHost, 'of-mounts')
