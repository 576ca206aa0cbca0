import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { answerHeadOf } from '../../src/http/answer-head.js'
import { exchange, PROTOCOLS } from './one-exchange.ts'

const OURS = 'psso.x=sealed; Path=/; HttpOnly'
const HOSTS = 'theme=dark; Path=/'
const PORTAL = 'https://acme.chargebeeportal.com/portal/once'

/** Every way in which a host can write its head, and which cookies of its own are in it. */
const WAYS: Readonly<Record<string, readonly [(res: ServerResponse) => void, readonly string[]]>> = {
  'end() alone': [(res) => res.end('page'), []],
  'write() and end()': [
    (res) => {
      res.write('pa')
      res.end('ge')
    },
    [],
  ],
  'flushHeaders()': [
    (res) => {
      res.flushHeaders()
      res.end('page')
    },
    [],
  ],
  'setHeader() anew': [
    (res) => {
      res.setHeader('Set-Cookie', HOSTS)
      res.end()
    },
    [HOSTS],
  ],
  'setHeader() with a list': [
    (res) => {
      res.setHeader('set-cookie', [HOSTS, 'b=2'])
      res.end()
    },
    [HOSTS, 'b=2'],
  ],
  'removeHeader()': [
    (res) => {
      res.removeHeader('Set-Cookie')
      res.end()
    },
    [],
  ],
  'all headers wiped': [
    (res) => {
      for (const name of res.getHeaderNames()) res.removeHeader(name)
      res.statusCode = 500
      res.end('Internal Server Error')
    },
    [],
  ],
  'writeHead() with an object': [(res) => res.writeHead(200, { 'Set-Cookie': HOSTS }).end(), [HOSTS]],
  'writeHead() with another spelling': [
    (res) => res.writeHead(200, { 'SET-COOKIE': [HOSTS, 'b=2'] }).end(),
    [HOSTS, 'b=2'],
  ],
  'writeHead() with a flat list': [
    (res) => res.writeHead(200, ['Set-Cookie', HOSTS, 'X-A', '1', 'Set-Cookie', 'b=2']).end(),
    [HOSTS, 'b=2'],
  ],
  'writeHead() without headers': [(res) => res.writeHead(204).end(), []],
  'writeHead() with undefined for a reason': [
    (res) =>
      (res.writeHead as (...given: unknown[]) => ServerResponse)(200, undefined, {
        'Set-Cookie': HOSTS,
      }).end(),
    [HOSTS],
  ],
  'setHeader(), then writeHead()': [
    (res) => {
      res.setHeader('Set-Cookie', 'gone=1')
      res.writeHead(200, { 'Set-Cookie': HOSTS }).end()
    },
    [HOSTS],
  ],
}

describe.each(PROTOCOLS)('cookies over %s', (protocol) => {
  it.each(Object.entries(WAYS))(
    'are added whatever the host sets before: %s',
    async (_name, [write, own]) => {
      const answer = await exchange(protocol, (_req, res) => {
        answerHeadOf(res).addCookies([OURS])
        write(res)
      })
      expect(answer.setCookies).toEqual([...own, OURS])
    },
  )

  it('leave the rest of a head as the host writes it', async () => {
    const write = (res: ServerResponse) => {
      res.setHeader('X-Kept', 'kept')
      res.setHeader('X-Replaced', 'old')
      res.writeHead(206, { 'X-Replaced': 'new', 'X-List': ['1', '2'] }).end('page')
    }
    const plain = await exchange(protocol, (_req, res) => write(res))
    const answer = await exchange(protocol, (_req, res) => {
      answerHeadOf(res).addCookies([OURS])
      write(res)
    })
    const { date: _date, 'set-cookie': setCookie, ...rest } = answer.headers
    const { date: _other, ...expected } = plain.headers
    expect(setCookie).toEqual([OURS])
    expect({ ...rest }).toEqual({ ...expected })
  })

  it('are there once, the last one of a name', async () => {
    const answer = await exchange(protocol, (_req, res) => {
      answerHeadOf(res).addCookies(['a=1', OURS])
      answerHeadOf(res).addCookies(['a=2', OURS])
      res.setHeader('Set-Cookie', [HOSTS, OURS])
      res.end()
    })
    expect([...answer.setCookies].sort()).toEqual([OURS, 'a=2', HOSTS].sort())
  })

  it('a new session is in front of all others', async () => {
    const answer = await exchange(protocol, (_req, res) => {
      const head = answerHeadOf(res)
      head.addCookies(['psso.old=; Max-Age=0', OURS])
      head.addHandOut({ cookie: OURS })
      res.setHeader('Set-Cookie', HOSTS)
      res.end()
    })
    expect(answer.setCookies).toEqual([OURS, HOSTS, 'psso.old=; Max-Age=0'])
  })

  it('one alone is a text, more are a list', async () => {
    const seen: unknown[] = []
    const take = (res: ServerResponse) => res.end(() => seen.push(res.getHeader('Set-Cookie')))
    await exchange(protocol, (_req, res) => {
      answerHeadOf(res).addCookies([OURS])
      take(res)
    })
    await exchange(protocol, (_req, res) => {
      answerHeadOf(res).addCookies([OURS])
      res.setHeader('Set-Cookie', HOSTS)
      take(res)
    })
    expect(seen).toEqual([OURS, [HOSTS, OURS]])
  })
})

describe.each(PROTOCOLS)('what is handed out over %s', (protocol) => {
  const handOut = { cookie: OURS, head: { status: 303, location: PORTAL } }
  const leave = (change: (res: ServerResponse) => void) => {
    const changes: (string | undefined)[] = []
    const received = exchange(protocol, (_req, res) => {
      const head = answerHeadOf(res)
      head.addCookies([OURS, 'psso.old=; Max-Age=0'])
      head.addHandOut(handOut)
      head.onWritten(() => changes.push(head.findChange(handOut)))
      res.statusCode = 303
      res.setHeader('Location', PORTAL)
      change(res)
      if (!res.writableEnded) res.end()
    })
    return received.then((answer) => ({ ...answer, changes }))
  }

  it('leaves as one', async () => {
    const answer = await leave(() => {})
    expect(answer).toMatchObject({ status: 303, location: PORTAL, changes: [undefined] })
    expect(answer.setCookies).toEqual([OURS, 'psso.old=; Max-Age=0'])
  })

  it.each<[string, (res: ServerResponse) => void, string]>([
    ['another status', (res) => void res.writeHead(500), 'status 500 in place of 303'],
    [
      'a page of the host',
      (res) => void Object.assign(res, { statusCode: 200 }),
      'status 200 in place of 303',
    ],
    ['no Location', (res) => res.removeHeader('Location'), 'no Location'],
    ['another Location', (res) => void res.writeHead(303, { Location: '/sign-in' }), 'another Location'],
  ])('leaves without cookie and address, or not at all: %s', async (_name, change, words) => {
    const answer = await leave(change)
    expect(answer.changes).toEqual([words])
    expect(answer.setCookies).toEqual(['psso.old=; Max-Age=0'])
    expect(answer.location).not.toBe(PORTAL)
  })

  it('is said to be without its cookie where what runs later takes that away', async () => {
    const changes: unknown[] = []
    const answer = await exchange(protocol, (_req, res) => {
      const writeHead = res.writeHead as (...given: unknown[]) => ServerResponse
      res.writeHead = (...given: unknown[]) => {
        res.setHeader('Set-Cookie', HOSTS)
        return writeHead.apply(res, given)
      }
      const head = answerHeadOf(res)
      head.addHandOut({ cookie: OURS })
      head.onWritten(() => changes.push(head.findChange({ cookie: OURS })))
      res.end()
    })
    expect(answer.setCookies).toEqual([HOSTS])
    expect(changes).toEqual(['Set-Cookie without our cookie'])
  })
})
