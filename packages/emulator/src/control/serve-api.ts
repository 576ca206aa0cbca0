import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Api } from '../api/api.js'
import { type Answer, chargebeeError } from '../api/chargebee-errors.js'
import type { Limits } from '../api/limits.js'
import { routeOf } from '../api/operations.js'
import { parseFormBody } from '../util/form-body.js'
import { ipAddressOf } from '../util/ip-address.js'
import { MAX_BODY_BYTES, readBody } from '../util/read-body.js'
import { splitUrl } from '../util/split-url.js'
import type { CallLog, EmulatorCall } from './call-log.js'
import type { Events } from './events.js'
import type { FaultKind, Faults } from './faults.js'
import type { Holds } from './holds.js'
import { whyRefused } from './why-refused.js'

interface Parts {
  readonly api: Api
  readonly limits: Limits
  readonly gzip: boolean
  readonly callLog: CallLog
  readonly faults: Faults
  readonly holds: Holds
  readonly events: Events
  /** Ends what waits for a delay. */
  readonly closed: AbortSignal
}

/** The API over HTTP: records every request, lets holds, limits and faults have their way, answers. */
export async function serveApi(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { api, callLog, events } = parts
  const method = request.method ?? 'GET'
  const { path, query } = splitUrl(request.url)
  const body = await readBody(request)
  const route = routeOf(method, path)
  const { headers } = request
  const call = callLog.add({
    operation: typeof route === 'string' ? undefined : route.operation,
    method,
    path,
    headers,
    params: readableParams(body),
  })
  events.emit({ type: 'call', call })
  const answerAs = (answer: Answer, kind?: FaultKind, byRule = false) => {
    const why = whyRefused(answer, headers.authorization, byRule)
    callLog.answered(call, answer, why)
    events.emit({ type: 'call', call })
    const compressed = parts.gzip && kind === undefined && /\bgzip\b/.test(`${headers['accept-encoding']}`)
    send(response, compressed ? gzipped(answer) : answer, kind)
  }
  if (body === undefined) {
    const tooLarge = chargebeeError(413, { message: `The body is larger than ${MAX_BODY_BYTES} bytes` })
    return answerAs({ ...tooLarge, headers: { ...tooLarge.headers, connection: 'close' } })
  }
  // Without the right key a call takes no share of what the site allows.
  const leave = api.authenticate(headers.authorization) === undefined ? parts.limits.enter() : undefined
  if (typeof leave === 'object') return answerAs(leave)
  try {
    await process(parts, call, request, answerAs, () =>
      api.answer({ method, path, query, headers, body, ipAddress: ipAddressOf(request) }),
    )
  } finally {
    leave?.()
  }
}

/** Holds first, then the first rule that fits, then the true answer. */
async function process(
  { holds, faults, events, closed }: Parts,
  call: EmulatorCall,
  request: IncomingMessage,
  answerAs: (answer: Answer, kind?: FaultKind, byRule?: boolean) => void,
  trueAnswer: () => Answer,
): Promise<void> {
  const reset = () => void request.socket.resetAndDestroy()
  if (!(await holds.pass(call))) return reset()
  const fault = faults.take(call.operation)
  if (fault?.delayMs !== undefined) {
    const goesOn = await delay(fault.delayMs, true, { signal: closed, ref: false }).catch(() => false)
    if (!goesOn) return reset()
  }
  const unanswered = () => {
    call.why = 'A rule of fail() said so: no answer.'
    events.emit({ type: 'call', call })
  }
  if (fault?.kind === 'no-headers') return unanswered()
  if (fault?.kind === 'reset') {
    unanswered()
    return reset()
  }
  const answer = fault?.answer ?? trueAnswer()
  if (fault?.kind === 'reset-after') {
    unanswered()
    return reset()
  }
  answerAs(answer, fault?.kind, fault?.answer !== undefined)
}

function gzipped(answer: Answer): Answer {
  if (answer.body.length === 0) return answer
  const headers = { ...answer.headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' }
  return { ...answer, headers, body: gzipSync(answer.body) }
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
