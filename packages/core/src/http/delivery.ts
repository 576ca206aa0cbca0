import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerResponse, ServerHttp2Stream } from 'node:http2'
import { Socket } from 'node:net'
import { answerHeadOf, type HandOut } from './answer-head.js'

/** Whether the answer can't be changed any more: its head is written, or its connection is gone. */
export function isAnswered(res: ServerResponse): boolean {
  return res.headersSent || res.writableEnded || res.destroyed || streamOf(res)?.destroyed === true
}

/** Whether a session that was handed out has left. `replacedBy`: what left in its place, in words. */
export type Delivery = 'delivered' | 'lost' | { readonly replacedBy: string }

/** Hands a session out with the answer. Calls once, when the operating system has the answer or can't get it any more. */
export function deliver(
  req: IncomingMessage,
  res: ServerResponse,
  handOut: HandOut,
  listener: (delivery: Delivery) => void,
): void {
  const head = answerHeadOf(res)
  let told: Delivery | undefined
  const tell = (delivery: Delivery) => {
    if (told === undefined) listener(delivery)
    told ??= delivery
  }
  let isHeadChecked = false
  const checkHead = () => {
    const replacedBy = isHeadChecked ? undefined : head.findChange(handOut)
    isHeadChecked = true
    if (replacedBy !== undefined) tell({ replacedBy })
  }
  head.addHandOut(handOut)
  head.onWritten(checkHead)
  whenSettled(req, res, (isDelivered) => {
    if (isDelivered) checkHead()
    tell(isDelivered ? 'delivered' : 'lost')
  })
}

/** Calls when the operating system has the answer, or with `false` when the connection ended before. May call again. */
function whenSettled(
  req: IncomingMessage,
  res: ServerResponse,
  listener: (isDelivered: boolean) => void,
): void {
  const stream = streamOf(res)
  if (stream) whenStreamCloses(stream, listener)
  else if (isConnection(req.socket)) whenConnectionCloses(req.socket, res, listener)
  else whenEnded(res, listener)
}

// In Node's compatibility mode for HTTP/2, the response that frameworks get has a stream.
function streamOf(res: ServerResponse): ServerHttp2Stream | undefined {
  const { stream } = res as ServerResponse & Partial<Pick<Http2ServerResponse, 'stream'>>
  return stream && 'rstCode' in stream ? stream : undefined
}

function whenStreamCloses(stream: ServerHttp2Stream, listener: (isDelivered: boolean) => void): void {
  const tell = () => listener(stream.writableFinished && stream.rstCode === 0 && !stream.aborted)
  if (stream.destroyed) tell()
  else stream.once('close', tell)
}

/** A wrapper that runs hosts as functions (AWS Lambda, for one) has no socket, or one that never connects. */
function isConnection(socket: unknown): socket is Socket {
  return socket instanceof Socket && (!socket.pending || socket.destroyed)
}

function whenConnectionCloses(
  socket: Socket,
  res: ServerResponse,
  listener: (isDelivered: boolean) => void,
): void {
  const tell = () => {
    res.off('close', tell)
    socket.off('close', tell)
    // Node counts a write that failed as finished too. The socket has the error.
    listener(res.writableFinished && !socket.errored)
  }
  if (res.closed || socket.closed) {
    tell()
    return
  }
  res.once('close', tell)
  // For a pipelined request whose turn has not come, only the socket tells of the end of the connection.
  socket.once('close', tell)
}

/** Without a connection nothing can fail on the way: an answer that the host has ended has reached the wrapper. */
function whenEnded(res: ServerResponse, listener: (isDelivered: boolean) => void): void {
  let isEnding = false
  res.once('finish', () => listener(true))
  // Some wrappers emit `close` while the answer is still being ended.
  res.once('close', () => listener(isEnding || res.writableEnded))
  const end = res.end as (...endArguments: unknown[]) => ServerResponse
  res.end = (...endArguments: unknown[]) => {
    isEnding = true
    const ended = end.apply(res, endArguments)
    // Not every wrapper emits these events.
    listener(true)
    return ended
  }
}
