// Chargebee's API as far as a portal session goes, as fast as may be: every customer exists, nothing is kept.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import { configuration, listen, serveParent } from '../lib/role.mjs'

const { certificate, idleMs, hang } = configuration

const server = https.createServer(
  {
    key: readFileSync(certificate.key),
    cert: readFileSync(certificate.cert),
    // Closing idle connections is done below, to the point and without telling the client beforehand.
    keepAliveTimeout: 0,
    headersTimeout: 0,
    requestTimeout: 0,
  },
  (request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => answer(request, body, response))
  },
)

/** @type {{ opened: number, open: number, peak: number, requests: number }} */
const count = { opened: 0, open: 0, peak: 0, requests: 0 }
server.on('connection', (/** @type {import('node:net').Socket} */ socket) => {
  count.opened++
  count.open++
  count.peak = Math.max(count.peak, count.open)
  socket.setNoDelay(true)
  socket.once('close', () => {
    count.open--
  })
})
if (!hang) server.setTimeout(idleMs, (socket) => socket.destroy())

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {string} body
 * @param {import('node:http').ServerResponse} response
 */
function answer(request, body, response) {
  count.requests++
  if (hang === 'no-headers') return
  const [, id] = /^\/api\/v2\/portal_sessions\/([\w-]+)\/logout$/.exec(request.url ?? '') ?? []
  const session = id ? ended(id) : created(new URLSearchParams(body))
  const text = JSON.stringify({ portal_session: session })
  response.writeHead(200, {
    'Content-Type': 'application/json;charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    // Set by hand, so that Node leaves out the hint `Keep-Alive: timeout=…`.
    Connection: 'keep-alive',
  })
  if (hang === 'no-end') response.write(text.slice(0, text.length / 2))
  else response.end(text)
}

/** @param {URLSearchParams} form */
function created(form) {
  const id = `portal___test__${randomBytes(12).toString('hex').slice(0, 16)}`
  const now = Math.floor(Date.now() / 1000)
  return {
    object: 'portal_session',
    id,
    token: `__test__${id.slice(15)}`,
    // Ends with the id, by which a sign-out by hand gets to know it.
    access_url: `https://bench-test.chargebeeportal.com/portal/access/${id}`,
    redirect_url: form.get('redirect_url') ?? undefined,
    status: 'created',
    created_at: now,
    expires_at: now + 3600,
    customer_id: form.get('customer[id]'),
    linked_customers: [],
  }
}

/** @param {string} id */
function ended(id) {
  const now = Math.floor(Date.now() / 1000)
  return {
    object: 'portal_session',
    id,
    status: 'logged_out',
    created_at: now,
    logout_at: now,
    linked_customers: [],
  }
}

const port = await listen(server)
serveParent({
  port: () => port,
  count: () => ({ ...count }),
  /** Forgets what was counted, but not what is open. */
  recount() {
    Object.assign(count, { opened: 0, peak: count.open, requests: 0 })
  },
})
