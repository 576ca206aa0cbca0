import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import type { Emulator } from '../../src/index.js'
import { expectChargebeeAnswer } from '../chargebee-schemas.js'
import { emulate } from '../helpers.js'

/**
 * What Chargebee's SDKs of five languages sent to the emulator, byte for byte but for the host, the id of the session
 * and the name of the operating system: recorded on 2026-11-25 while each of them did what is named there, and read
 * the answers. These SDKs are no packages of npm, so their requests are sent again here without them.
 */
const RECORDED: Readonly<Record<string, Readonly<Record<string, { head: string[]; body: string }>>>> =
  JSON.parse(readFileSync(new URL('./recorded-requests.json', import.meta.url), 'utf8'))

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any kind, matched as a whole
  readonly body: any
}

/** Over a bare socket, so that nothing is added and nothing left out. */
async function replay(
  emulator: Emulator,
  request: { head: string[]; body: string },
  id: string,
): Promise<Answer> {
  const { host, port } = new URL(emulator.apiUrl)
  const head = request.head.map((line) => line.replace('{host}', host).replace('{id}', id))
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(`${head.join('\r\n')}\r\n\r\n${request.body}`)
  let text = ''
  for await (const chunk of socket) {
    text += chunk
    const [start = '', body = ''] = text.split('\r\n\r\n')
    const length = /content-length: (\d+)/i.exec(start)?.[1]
    if (length !== undefined && Buffer.byteLength(body) >= Number(length)) break
  }
  socket.destroy()
  return { status: Number(text.split(' ')[1]), body: JSON.parse(text.split('\r\n\r\n')[1] ?? '') }
}

test.each(Object.keys(RECORDED))('%s', async (sdk) => {
  const emulator = await emulate()
  let id = ''
  const ask = async (what: string) => {
    const request = RECORDED[sdk]?.[what] ?? expect.fail(`no request to ${what}`)
    const { status, body } = await replay(emulator, request, id)
    expectChargebeeAnswer(status, body)
    return { status, body }
  }
  const created = await ask('create')
  id = created.body.portal_session.id
  expect(created.body.portal_session).toMatchObject({
    customer_id: 'cus_ada',
    redirect_url: 'http://localhost:8080/portal_return',
    status: 'created',
  })
  expect((await ask('retrieve')).body).toEqual(created.body)
  expect((await ask('logout')).body.portal_session).toMatchObject({ id, status: 'logged_out' })
  expect(await ask('create without a customer')).toMatchObject({
    status: 400,
    body: { api_error_code: 'invalid_request', error_code: 'param_required', param: 'customer[id]' },
  })
  expect(await ask('retrieve an unknown one')).toMatchObject({
    status: 404,
    body: { message: 'nope not found' },
  })
  expect(await ask('activate with a wrong token')).toMatchObject({ status: 400, body: { param: 'token' } })
  const { customer } = (await ask('create a customer')).body
  expect(customer).toMatchObject({ first_name: 'Zoë', email: 'zoe@example.com' })
  expect((await ask('list customers')).body.list).toEqual([{ customer }])
  expect(emulator.calls().map(({ status }) => status)).toEqual([200, 200, 200, 400, 404, 400, 200, 200])
})
