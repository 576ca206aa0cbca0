import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import tls, { type TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createConnections } from '../../src/chargebee/connections.js'

let certificate: { key: string; cert: string }
const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED

beforeAll(async () => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }])
  certificate = { key: made.private, cert: made.cert }
  // Node takes further authorities at its start only; nothing here is about trust.
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
})

afterAll(() => {
  if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
  else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
})

/** Listens on loopback and keeps what has shaken hands. */
async function listen(server: tls.Server) {
  const sockets: TLSSocket[] = []
  server.on('secureConnection', (socket: TLSSocket) => {
    sockets.push(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { sockets, origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function connect(origin: string, now = () => 0) {
  const connections = createConnections(new URL(origin), now)
  onTestFinished(() => connections.close())
  return connections
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(5)
}

/** One request over the connections, by hand. */
async function ask(origin: string, connections: ReturnType<typeof connect>) {
  const request = https.get(origin, { agent: connections.use() })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject)
  })
  const wasOpenBefore = connections.wasOpenBefore(request)
  const text = await response.setEncoding('utf8').toArray()
  // The connection goes back to the others after the answer has ended.
  await new Promise((resolve) => setImmediate(resolve))
  return { status: response.statusCode, text: text.join(''), wasOpenBefore }
}

const answering = () => https.createServer(certificate, (_request, response) => void response.end('ok'))

describe('connections', () => {
  it('has one that has shaken hands before the first call, without a request', async () => {
    let requests = 0
    const { sockets, origin } = await listen(answering().on('request', () => requests++))
    const connections = connect(origin)
    await until(() => sockets.length === 1)
    expect(requests).toBe(0)
    expect(await ask(origin, connections)).toEqual({ status: 200, text: 'ok', wasOpenBefore: true })
    expect(await ask(origin, connections)).toMatchObject({ wasOpenBefore: true })
    expect(sockets).toHaveLength(1)
  })

  it('opens a fresh one where the one ahead was closed meanwhile', async () => {
    const { sockets, origin } = await listen(answering())
    const connections = connect(origin)
    await until(() => sockets.length === 1)
    sockets[0]?.destroy()
    await delay(20)
    expect(await ask(origin, connections)).toEqual({ status: 200, text: 'ok', wasOpenBefore: false })
  })

  it('keeps one ready while customers are active, and no longer', async () => {
    let now = 0
    const { sockets, origin } = await listen(answering())
    const connections = connect(origin, () => now)
    expect(await ask(origin, connections)).toMatchObject({ status: 200 })
    now += 60_000
    sockets[0]?.destroy()
    await until(() => sockets.length === 2)
    expect(await ask(origin, connections)).toMatchObject({ wasOpenBefore: true })
    expect(sockets).toHaveLength(2)
    now += 11 * 60_000
    sockets[1]?.destroy()
    await delay(50)
    expect(sockets).toHaveLength(2)
  })

  it('does not open one after the other to a server that wants none', async () => {
    const server = tls.createServer(certificate, (socket) => void socket.destroy())
    const { sockets, origin } = await listen(server)
    connect(origin).use()
    await until(() => sockets.length === 1)
    await delay(100)
    expect(sockets).toHaveLength(1)
  })

  it('takes nothing for an answer that came before a question', async () => {
    let isFirst = true
    const server = tls.createServer(certificate, (socket) => {
      if (isFirst) socket.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n')
      else socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
      isFirst = false
    })
    const { sockets, origin } = await listen(server)
    const connections = connect(origin)
    await until(() => sockets.length === 1)
    await delay(20)
    expect(await ask(origin, connections)).toMatchObject({ status: 200, text: 'ok' })
  })

  it('gives a far address seconds to shake hands, where the name has others as well', () => {
    const { options } = connect('https://chargebee.invalid').use() as unknown as {
      options: net.TcpNetConnectOpts
    }
    expect(options.autoSelectFamilyAttemptTimeout).toBeGreaterThanOrEqual(2_000)
  })

  it('opens none ahead to this machine, where a server of a test would wait for it', async () => {
    let connected = 0
    const server = net.createServer(() => connected++)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    await delay(50)
    await new Promise((resolve) => server.close(resolve))
    expect(connected).toBe(0)
  })

  it('leaves nothing open', async () => {
    const { sockets, origin } = await listen(answering())
    const resources = process.getActiveResourcesInfo().length
    const connections = createConnections(new URL(origin), () => 0)
    await until(() => sockets.length === 1)
    const closed = new Promise((resolve) => sockets[0]?.once('close', resolve).resume())
    connections.close()
    await closed
    await delay(10)
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(resources)
  })

  it('says nothing where nobody listens, and lets the call find out', async () => {
    const server = net.createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    await new Promise((resolve) => server.close(resolve))
    const connections = connect(origin)
    await delay(20)
    await expect(ask(origin, connections)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
