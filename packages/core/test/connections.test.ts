import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createConnections } from '../src/connections.js'

/** Listens on loopback and keeps what connects. */
async function listen(server: net.Server) {
  const sockets: Socket[] = []
  server.on('connection', (socket: Socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { sockets, port: (server.address() as AddressInfo).port }
}

function connect(origin: string) {
  const connections = createConnections(new URL(origin))
  onTestFinished(() => connections.close())
  return connections
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(5)
}

/** One request over the connections, by hand. */
async function ask(origin: string, connections: ReturnType<typeof connect>) {
  const request = http.get(origin, { agent: connections.use() })
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject)
  })
  const wasOpenBefore = connections.wasOpenBefore(request)
  const text = await response.setEncoding('utf8').toArray()
  // The connection goes back to the others after the answer has ended.
  await new Promise((resolve) => setImmediate(resolve))
  return { status: response.statusCode, text: text.join(''), wasOpenBefore }
}

const answering = () => http.createServer((_request, response) => void response.end('ok'))

describe('connections', () => {
  it('opens one ahead, without a request, and the first call takes it', async () => {
    let requests = 0
    const server = answering().on('request', () => requests++)
    const { sockets, port } = await listen(server)
    const origin = `http://127.0.0.1:${port}`
    const connections = connect(origin)
    await until(() => sockets.length === 1)
    expect(requests).toBe(0)
    expect(await ask(origin, connections)).toEqual({ status: 200, text: 'ok', wasOpenBefore: true })
    expect(await ask(origin, connections)).toMatchObject({ wasOpenBefore: true })
    expect(sockets).toHaveLength(1)
  })

  it('opens a fresh one where the one ahead was closed meanwhile', async () => {
    const { sockets, port } = await listen(answering())
    const origin = `http://127.0.0.1:${port}`
    const connections = connect(origin)
    await until(() => sockets.length === 1)
    sockets[0]?.destroy()
    await delay(20)
    expect(await ask(origin, connections)).toEqual({ status: 200, text: 'ok', wasOpenBefore: false })
  })

  it('takes nothing for an answer that came before a question', async () => {
    let isFirst = true
    const server = net.createServer((socket) => {
      if (isFirst) socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
      else socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
      isFirst = false
    })
    const { sockets, port } = await listen(server)
    const origin = `http://127.0.0.1:${port}`
    const connections = connect(origin)
    await until(() => sockets.length === 1)
    await delay(20)
    expect(await ask(origin, connections)).toMatchObject({ status: 200, text: 'ok' })
  })

  it('does not open one after the other to a server that wants none', async () => {
    const { sockets, port } = await listen(net.createServer((socket) => socket.destroy()))
    const connections = connect(`http://127.0.0.1:${port}`)
    await until(() => sockets.length === 1)
    connections.use()
    await delay(100)
    expect(sockets).toHaveLength(1)
  })

  it('keeps no process alive, and leaves nothing open', async () => {
    const { sockets, port } = await listen(net.createServer())
    const before = process.getActiveResourcesInfo().length
    const connections = createConnections(new URL(`http://127.0.0.1:${port}`))
    await until(() => sockets.length === 1)
    connections.close()
    await new Promise((resolve) => sockets[0]?.on('close', resolve).resume())
    await delay(10)
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before)
  })

  it('says nothing where nobody listens, and lets the call find out', async () => {
    const closed = net.createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const free = (closed.address() as AddressInfo).port
    await new Promise((resolve) => closed.close(resolve))
    const connections = connect(`http://127.0.0.1:${free}`)
    await delay(20)
    await expect(ask(`http://127.0.0.1:${free}`, connections)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
