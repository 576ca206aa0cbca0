import { describeHttp2 } from '@portal-sso/conformance'
import { name } from './conformance/mounts.ts'
import { expressHost } from './hosts.ts'

describeHttp2(`${name}, over HTTP/2`, expressHost({ http2: true, mount: (app, portal) => app.use(portal) }))
