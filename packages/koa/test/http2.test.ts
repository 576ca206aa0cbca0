import { describeHttp2 } from '@portal-sso/conformance'
import { name } from './conformance/mounts.ts'
import { koaHost } from './hosts.ts'

describeHttp2(`${name}, over HTTP/2`, koaHost({ http2: true, mount: (app, portal) => app.use(portal) }))
