import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Api } from '../api/api.js'
import { type Answer, chargebeeError } from '../api/chargebee-errors.js'
import { routeOf } from '../api/operations.js'
import { parseFormBody } from '../util/form-body.js'
import { MAX_BODY_BYTES, readBody } from '../util/read-body.js'
import type { CallLog } from './call-log.js'
import type { FaultKind, Faults } from './faults.js'
import type { Holds } from './holds.js'

interface Parts {
  readonly api: Api
  readonly callLog: CallLog
  readonly faults: Faults
  readonly holds: Holds
}

/** The API over HTTP: records every request, lets holds and faults have their way, answers. */
export function serveApi(parts: Parts): RequestListener {
  return (request, response) => {
    serve(parts, request, response).catch((error) => {
      // Only a client that went away in the middle of its request comes here; anything else is a bug to be seen.
      if (!request.destroyed || request.complete) throw error
    })
  }
}

async function serve(
  { api, callLog, faults, holds }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const method = request.method ?? 'GET'
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
  const body = await readBody(request)
  const route = routeOf(method, path)
  const call = callLog.add({
    operation: typeof route === 'string' ? undefined : route.operation,
    method,
    path,
    headers: request.headers,
    params: readableParams(body),
  })
  const answerAs = (answer: Answer, kind?: FaultKind) => {
    call.status = answer.status
    call.replayed = answer.headers['chargebee-idempotency-replayed'] === 'true'
    send(response, answer, kind)
  }
  if (body === undefined) {
    const tooLarge = chargebeeError(413, { message: `The body is larger than ${MAX_BODY_BYTES} bytes` })
    return answerAs({ ...tooLarge, headers: { ...tooLarge.headers, connection: 'close' } })
  }

  if (!(await holds.pass(call))) return
  const fault = faults.take(call.operation)
  if (fault?.kind === 'no-headers') return
  if (fault?.kind === 'reset') return request.socket.resetAndDestroy()
  const ipAddress = request.socket.remoteAddress ?? '127.0.0.1'
  const answer = fault?.answer ?? api.answer({ method, path, headers: request.headers, body, ipAddress })
  if (fault?.kind === 'reset-after') return request.socket.resetAndDestroy()
  answerAs(answer, fault?.kind)
}

function send(response: ServerResponse, { status, headers, body }: Answer, kind?: FaultKind): void {
  const bytes = Buffer.from(body)
  // An empty body can't break off: it promises one byte that never comes.
  const spoilt = kind === 'no-end' || kind === 'truncated'
  const length = spoilt ? Math.max(bytes.length, 1) : bytes.length
  response.writeHead(status, { ...(status !== 204 && { 'content-length': length }), ...headers })
  if (!spoilt) {
    response.end(bytes)
    return
  }
  response.flushHeaders()
  response.write(bytes.subarray(0, length >> 1), () => {
    if (kind === 'truncated') response.destroy()
  })
}

function readableParams(body: string | undefined): ReadonlyMap<string, string> {
  try {
    return parseFormBody(body ?? '')
  } catch {
    return new Map()
  }
}
