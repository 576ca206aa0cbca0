import { promisify } from 'node:util'
import zlib, { constants } from 'node:zlib'
import { altered, html, padded, text } from './bodies.ts'
import { type Effect, type Fault, TEXT_OF_CHARGEBEE as TEXT } from './fault.ts'
import type { Misbehave } from './fault-server.ts'
import { type Honest, toBytes } from './http-wire.ts'

// Off the main thread, on which all other cells run.
const gzip = (body: Buffer) => promisify(zlib.gzip)(body, { level: 1 })
const deflate = (body: Buffer) => promisify(zlib.deflate)(body)
const brotli = (body: Buffer) =>
  promisify(zlib.brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })

const BROKEN: Effect = { is: 'broken', status: 200 }
const FINE: Effect = { is: 'fine' }

/** A limit of 64 KB, which the contract gives, lies between these two. */
const BELOW_LIMIT = 60 * 1024
const ABOVE_LIMIT = 70 * 1024
const TEN_MEGABYTES = 10 * 1024 * 1024

/** Whole answers with 200 that hold no portal session, or not in a form that may be read. */
export const BODY_FAULTS: readonly Fault[] = [
  fault('HTML', BROKEN, ({ socket }) => void socket.write(html(200))),
  fault('empty', BROKEN, ({ socket }) => void socket.write(text(200, ''))),
  fault('204', { is: 'broken', status: 204 }, ({ socket }) => {
    socket.write('HTTP/1.1 204 No Content\r\n\r\n')
  }),
  ...['null', '{}', '[]', '"text"', '{"portal_session":null}', '{"portal_session":[]}'].map((body) =>
    fault(body, BROKEN, ({ socket }) => void socket.write(text(200, body))),
  ),
  fault('another resource', BROKEN, ({ socket }) => {
    socket.write(text(200, JSON.stringify({ customer: { id: TEXT, first_name: TEXT } })))
  }),
  fault('invalid JSON', BROKEN, ({ socket }) => {
    socket.write(text(200, `{"portal_session":{"id":"portal_1","token":"${TEXT}"`))
  }),
  fault('10 MB', BROKEN, async ({ socket, process }) => {
    socket.write(toBytes(padded(await process(), TEN_MEGABYTES)))
  }),
  fault('70 KB', BROKEN, whole(size(ABOVE_LIMIT))),
  fault('70 KB in chunks', BROKEN, async ({ socket, process }) => {
    socket.write(chunked(padded(await process(), ABOVE_LIMIT)))
  }),
  fault('60 KB', FINE, whole(size(BELOW_LIMIT))),
  fault('60 KB in chunks', FINE, async ({ socket, process }) => {
    socket.write(chunked(padded(await process(), BELOW_LIMIT)))
  }),
  fault('gzip', FINE, whole(encode('gzip', gzip))),
  fault('deflate', FINE, whole(encode('deflate', deflate))),
  fault('br', FINE, whole(encode('br', brotli))),
  fault('gzip bomb, 10 MB', BROKEN, whole(size(TEN_MEGABYTES), encode('gzip', gzip))),
  fault('gzip bomb, 70 KB', BROKEN, whole(size(ABOVE_LIMIT), encode('gzip', gzip))),
  fault('br bomb, 10 MB', BROKEN, whole(size(TEN_MEGABYTES), encode('br', brotli))),
  fault('br bomb, 70 KB', BROKEN, whole(size(ABOVE_LIMIT), encode('br', brotli))),
  fault('gzip that is none', BROKEN, ({ socket }) => {
    socket.write(text(200, TEXT, { 'Content-Encoding': 'gzip' }))
  }),
  fault('gzip cut off', BROKEN, whole(encode('gzip', async (body) => (await gzip(body)).subarray(0, -30)))),
  ...[301, 302, 303, 307, 308].map((status) =>
    fault(`${status} to another listener`, { is: 'broken', status }, ({ socket, call, elsewhere }) => {
      socket.write(html(status, { Location: elsewhere + call.path }))
    }),
  ),
  ...doubts(),
]

/** Portal sessions in good form that are not what was asked for. What is a doubt of one operation is none of another. */
function doubts(): Fault[] {
  const doubt: Effect = { is: 'doubt' }
  const listed: Effect = { is: 'doubt', setting: /portalHosts/ }
  const orphan: Effect = { is: 'doubt', isOrphan: true }
  const onlyForCreate = { logout: FINE, retrieve: FINE, activate: FINE } as const
  const never = { logout: BROKEN, retrieve: BROKEN, activate: doubt } as const

  const accessUrls: readonly [name: string, url: string | undefined, effect: Effect][] = [
    ['foreign access URL', 'https://portal.evil.example/portal/access/TOKEN', listed],
    ['http access URL', 'http://SITE.chargebeeportal.com/portal/access/TOKEN', doubt],
    ['access URL with a user name', 'https://x@SITE.chargebeeportal.com/portal/access/TOKEN', doubt],
    ['access URL that only looks right', 'https://SITE.chargebeeportal.com.evil.example/TOKEN', listed],
    // No address that could be listed: what a browser makes of a backslash is not what others do.
    ['access URL with a backslash', 'https://evil.example\\@SITE.chargebeeportal.com/TOKEN', doubt],
    ['script as access URL', 'javascript:alert("TOKEN")', doubt],
    ['over-long access URL', `https://SITE.chargebeeportal.com/portal/access/TOKEN${'x'.repeat(550)}`, doubt],
    ['no access URL', undefined, doubt],
  ]
  const ids = ['../customers/x', 'portal/1', 'portal.1', '..', '%2e%2e', `portal_${'x'.repeat(70)}`]

  return [
    fault('another customer', doubt, whole(change({ customer_id: 'cust_2' })), onlyForCreate),
    fault('no customer', doubt, whole(change({ customer_id: undefined })), {
      ...onlyForCreate,
      activate: doubt,
    }),
    // Where a session stands is what `retrieve` asks for, so any answer to that is good.
    fault('another status', doubt, whole(change({ status: 'logged_in' })), { ...never, retrieve: FINE }),
    fault('another session', { is: 'none' }, whole(change({ id: 'portal_of_somebody_else' })), never),
    ...accessUrls.map(([name, url, effect]) => fault(name, effect, leadTo(url), onlyForCreate)),
    ...ids.map((id) => fault(`id ${id.slice(0, 20)}`, orphan, whole(change({ id })), never)),
  ]
}

function fault(name: string, effect: Effect, misbehave: Misbehave, effects: Fault['effects'] = {}): Fault {
  return { name, effect, misbehave, effects }
}

type Step = (honest: Honest) => Honest | Promise<Honest>

/** A whole answer, with these changes to an honest one. */
function whole(...steps: readonly Step[]): Misbehave {
  return async ({ socket, process }) => {
    let answer = await process()
    for (const step of steps) answer = await step(answer)
    socket.write(toBytes(answer))
  }
}

function size(bytes: number): Step {
  return (honest) => padded(honest, bytes)
}

function change(fields: Readonly<Record<string, unknown>>): Step {
  return (honest) => altered(honest, fields)
}

function encode(encoding: string, compress: (body: Buffer) => Promise<Buffer>): Step {
  return async ({ status, headers, body }) => ({
    status,
    headers: { ...headers, 'Content-Encoding': encoding },
    body: await compress(body),
  })
}

/** The real token stays in the address, so that it can be seen where it must not be. */
function leadTo(url: string | undefined): Misbehave {
  return async ({ socket, process, site }) => {
    const honest = await process()
    const { portal_session } = JSON.parse(honest.body.toString()) as { portal_session: { token: string } }
    const access_url = url?.replace('TOKEN', portal_session.token).replace('SITE', site)
    socket.write(toBytes(altered(honest, { access_url })))
  }
}

function chunked({ status, headers, body }: Honest): Buffer {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const parts: Buffer[] = [
    Buffer.from(`HTTP/1.1 ${status} OK\r\n${head.join('')}Transfer-Encoding: chunked\r\n\r\n`),
  ]
  for (let at = 0; at < body.length; at += 8192) {
    const part = body.subarray(at, at + 8192)
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}
