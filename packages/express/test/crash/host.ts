/** A real host in a process of its own, to be killed. What it is told comes by the environment and by signals. */
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type PortalSsoOptions, portalSso } from '@portal-sso/express'

const { default: express } = (await import(process.env.PROJECT === 'express4' ? 'express4' : 'express')) as {
  default: typeof import('express')
}

const portal = portalSso({
  getCustomerId: (req) => {
    const user = req.get('x-host-user')
    // A sign-in that hangs.
    return user === 'nobody-knows' ? new Promise(() => {}) : user
  },
  onEvent: false,
  ...(JSON.parse(process.env.HOST_OPTIONS ?? '{}') as Partial<PortalSsoOptions>),
})

const app = express()
app.use((req, _res, next) => {
  const share = req.get('x-host-dies-after')
  if (share !== undefined) dieInTheMiddle(req.socket, Number(share))
  next()
})
app.use(portal)

const server = createServer(app)
server.listen(0, '127.0.0.1', () => {
  process.send?.({ origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})

process.once('SIGTERM', async () => {
  server.close()
  await portal.close()
  // From here on nothing of ours may keep the process alive; what listens to the test does not either.
  process.send?.({ closed: true }, () => process.disconnect())
})

/** Lets a share of the answer's bytes out, from 0 to 1, and dies in that moment as by `kill -9`. */
function dieInTheMiddle(socket: Socket, share: number): void {
  const write = socket.write.bind(socket) as (bytes: Buffer, done: () => void) => boolean
  const die = () => process.kill(process.pid, 'SIGKILL')
  socket.write = (chunk: string | Uint8Array, encoding?: unknown) => {
    const bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
        : Buffer.from(chunk)
    // A corked response writes its end as nothing, which must not come before what is corked.
    if (bytes.length === 0) return true
    const length = Math.floor(bytes.length * share)
    if (length === 0) die()
    return write(bytes.subarray(0, length), die)
  }
}
