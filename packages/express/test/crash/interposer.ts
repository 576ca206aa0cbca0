import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What becomes of a call that Chargebee has processed: its answer goes on to the host, or nothing ever does. */
export type Verdict = 'pass' | 'swallow'

/**
 * Stands between a host and Chargebee, and lets one call through after the other: each is processed and answered before
 * the next one is passed on, so that a test can say "the third". After a `swallow` nothing is passed on any more.
 *
 * @param judge called with each call that Chargebee has just processed
 * @returns its origin, for `CHARGEBEE_API_URL`
 */
export async function interpose(
  apiUrl: string,
  judge: (call: { readonly method: string; readonly path: string }) => Verdict,
): Promise<string> {
  let turn: Promise<Verdict> = Promise.resolve('pass')
  const server = createServer((request, response) => {
    const { method = 'GET', url: path = '/' } = request
    const answer = readBody(request)
    turn = turn.then(async (before) => {
      if (before === 'swallow') return before
      const upstream = await fetch(`${apiUrl}${path}`, {
        method,
        headers: passedOn(request),
        ...(method !== 'GET' && { body: await answer }),
      })
      const body = await upstream.text()
      const verdict = judge({ method, path })
      if (verdict === 'pass') {
        response.writeHead(upstream.status, { 'content-type': 'application/json' }).end(body)
      }
      return verdict
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function passedOn({ headers }: IncomingMessage): Record<string, string> {
  const names = ['authorization', 'content-type', 'chargebee-idempotency-key']
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  )
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
