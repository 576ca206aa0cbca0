import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type Delivery, deliver } from '../../src/http/delivery.js'

const COOKIE = 'psso.x=sealed; Path=/'

/** What wrappers give for the connection of a request, which there is none of. */
const CONNECTIONS: Readonly<Record<string, () => unknown>> = {
  'a stream': () => new PassThrough(),
  'a plain object': () => ({ encrypted: true, remoteAddress: '203.0.113.7', destroy() {}, end() {} }),
  'a socket that was never connected': () => new Socket(),
  nothing: () => undefined,
}

/** What they put under the response: Node tells of its end where there is something to write to. */
const SINKS: Readonly<Record<string, (res: ServerResponse) => void>> = {
  'one that writes at once': (res) =>
    void res.assignSocket({
      writable: true,
      _writableState: {},
      on() {},
      removeListener() {},
      cork() {},
      uncork() {},
      destroy() {},
      write(_data: unknown, encoding: unknown, callback?: () => void) {
        if (typeof encoding === 'function') encoding()
        else callback?.()
        return true
      },
    } as unknown as Socket),
  none: () => {},
}

const cases = Object.entries(CONNECTIONS).flatMap(([connection, make]) =>
  Object.entries(SINKS).map(([sink, assign]) => ({ connection, make, sink, assign })),
)

describe.each(cases)('over $connection, written to $sink', ({ make, assign }) => {
  function start() {
    const req = new IncomingMessage(make() as Socket)
    const res = new ServerResponse(req)
    assign(res)
    const deliveries: Delivery[] = []
    deliver(req, res, { cookie: COOKIE, head: { status: 200 } }, (delivery) => deliveries.push(delivery))
    return { res, deliveries }
  }

  it('what was ended is delivered, once', async () => {
    const { res, deliveries } = start()
    res.end('page')
    await new Promise((resolve) => setImmediate(resolve))
    res.emit('close')
    expect(deliveries).toEqual(['delivered'])
  })

  it('what was never ended is lost', () => {
    const { res, deliveries } = start()
    res.emit('close')
    res.emit('close')
    expect(deliveries).toEqual(['lost'])
  })

  it('what was replaced is not delivered', () => {
    const { res, deliveries } = start()
    res.statusCode = 500
    res.end('sorry')
    expect(deliveries).toEqual([{ replacedBy: 'status 500 in place of 200' }])
    expect(res.getHeader('Set-Cookie')).toBeUndefined()
  })
})
