import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHttpClient, type Exchange } from '../../src/chargebee/http-client.js'
import { startDeadline } from '../../src/time/deadline.js'
import { testClock } from '../test-clock.ts'

async function setUp(listener: RequestListener) {
  const clock = testClock()
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = createHttpClient(new URL(origin), clock)
  onTestFinished(() => {
    client.close()
    server.closeAllConnections()
    server.close()
  })
  const exchange = (ms = 1_000, max = 2): Exchange => ({
    deadline: startDeadline(clock, ms),
    requests: { sent: 0, max },
  })
  /** As the SDK does. */
  const request = (path = '/') => client.makeApiRequest(new Request(origin + path), 80_000)
  return { client, clock, exchange, request }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('the HTTP client', () => {
  it('takes a request for that of the exchange in whose turn it is made', async () => {
    let arrived = 0
    const { client, clock, exchange, request } = await setUp((req, res) => {
      arrived++
      if (req.url === '/late') return
      res.writeHead(201, { 'retry-after': '7' }).end('{}')
    })
    const [hasty, patient] = [exchange(500), exchange(60_000)]
    // Both are called before either is answered.
    const late = client.during(hasty, () => request('/late')).catch(String)
    const answered = client.during(patient, () => request())
    expect((await answered).status).toBe(201)
    while (arrived < 2) await turn()
    await clock.advance(500)
    expect(await late).toContain('out of time')
    expect(hasty).toMatchObject({ requests: { sent: 1 } })
    expect(hasty.status).toBeUndefined()
    expect(patient).toMatchObject({ status: 201, retryAfter: '7', requests: { sent: 1 } })
  })

  it('is in no exchange any more when a call has thrown before it made its request', async () => {
    const { client, exchange, request } = await setUp((_, res) => void res.end('{}'))
    const former = exchange()
    const call = () => {
      throw new Error('before')
    }
    expect(() => client.during(former, call)).toThrow('before')
    expect((await request()).status).toBe(200)
    expect(former.requests.sent).toBe(0)
  })

  it('answers also an SDK that takes its time before it makes the request, and keeps it to a time', async () => {
    let arrived = false
    const { client, clock, exchange, request } = await setUp((req, res) => {
      arrived = true
      if (req.url !== '/late') res.end('{"portal_session":{}}')
    })
    const one = exchange()
    const answer = await client.during(one, () => turn().then(() => request()))
    expect(await answer.json()).toEqual({ portal_session: {} })
    expect(one.status).toBeUndefined()
    arrived = false
    const late = request('/late').catch(String)
    while (!arrived) await turn()
    await clock.advance(10_000)
    expect(await late).toContain('out of time')
  })

  it('sends nothing when the time is up', async () => {
    let arrived = 0
    const { client, clock, exchange, request } = await setUp((_, res) => void res.end(String(arrived++)))
    const over = exchange(500)
    await clock.advance(500)
    await expect(client.during(over, () => request())).rejects.toThrow('out of time')
    expect(over.requests.sent).toBe(0)
    expect(arrived).toBe(0)
  })

  it('replaces a request on a stale connection by another, where one more may be sent', async () => {
    let count = 0
    const { client, exchange, request } = await setUp((req, res) => {
      count++
      if (count % 2 === 0) req.socket.destroy()
      else res.end('{}')
    })
    await client.during(exchange(), () => request())
    await turn()
    const one = exchange()
    expect((await client.during(one, () => request())).status).toBe(200)
    expect(one.requests.sent).toBe(2)
    await client.during(exchange(), () => request()).catch(() => {})
    count = 0
    await client.during(exchange(), () => request())
    await turn()
    const last = exchange(1_000, 1)
    await expect(client.during(last, () => request())).rejects.toThrow()
    expect(last.requests.sent).toBe(1)
  })
})
