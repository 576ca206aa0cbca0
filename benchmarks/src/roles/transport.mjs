// The SDK alone, over one of the transports to choose from. All clients do the same: one deadline over connection,
// headers and body, no redirects, connections kept.
import https from 'node:https'
import Chargebee from 'chargebee'
import { configuration, serveParent } from '../lib/role.mjs'

const { kind, apiPort } = configuration
const SOCKETS = 50
const IDLE_MS = 55_000

/** @type {Record<string, () => Promise<((request: Request, timeout: number) => Promise<Response>) | undefined>>} */
const transports = {
  'sdk-default': async () => undefined,

  async 'node-https'() {
    const agent = new https.Agent({ keepAlive: true, maxSockets: SOCKETS, timeout: IDLE_MS })
    return async (request, timeout) => {
      const body = Buffer.from(await request.arrayBuffer())
      return new Promise((resolve, reject) => {
        const deadline = new AbortController()
        const timer = setTimeout(() => deadline.abort(), timeout)
        const outgoing = https.request(request.url, {
          method: request.method,
          headers: { ...Object.fromEntries(request.headers), 'content-length': body.length },
          agent,
          signal: deadline.signal,
        })
        outgoing.on('error', reject)
        outgoing.on('response', (incoming) => {
          const chunks = /** @type {Buffer[]} */ ([])
          incoming.on('data', (chunk) => chunks.push(chunk))
          incoming.on('error', reject)
          incoming.on('end', () => {
            clearTimeout(timer)
            const headers = /** @type {Record<string, string>} */ (incoming.headers)
            resolve(new Response(Buffer.concat(chunks), { status: incoming.statusCode ?? 0, headers }))
          })
        })
        outgoing.end(body)
      })
    }
  },

  async undici() {
    const { Agent, request: send } = await import('undici')
    const dispatcher = new Agent({ connections: SOCKETS, keepAliveTimeout: IDLE_MS })
    return async (request, timeout) => {
      const deadline = new AbortController()
      const timer = setTimeout(() => deadline.abort(), timeout)
      const answer = await send(request.url, {
        method: /** @type {'POST'} */ (request.method),
        headers: Object.fromEntries(request.headers),
        body: Buffer.from(await request.arrayBuffer()),
        dispatcher,
        signal: deadline.signal,
      })
      const body = await answer.body.arrayBuffer()
      clearTimeout(timer)
      const headers = /** @type {Record<string, string>} */ (answer.headers)
      return new Response(body, { status: answer.statusCode, headers })
    }
  },
}

const makeApiRequest = await transports[kind]?.()
const chargebee = new Chargebee({
  site: 'localhost',
  hostSuffix: '',
  port: apiPort,
  apiKey: 'test_bench',
  ...(makeApiRequest && { httpClient: { makeApiRequest } }),
})

serveParent({
  /** Microseconds of processor time per call. */
  async creates({ calls, concurrency }) {
    let left = calls
    const create = async () => {
      while (left-- > 0) {
        const { portal_session } = await chargebee.portalSession.create({
          customer: { id: `customer-${left}` },
        })
        if (portal_session.customer_id === undefined) throw new Error('no portal session')
      }
    }
    const before = process.cpuUsage()
    await Promise.all(Array.from({ length: concurrency }, create))
    const { user, system } = process.cpuUsage(before)
    return (user + system) / calls
  },
})
