import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerResponse, ServerHttp2Stream } from 'node:http2'
import { Socket } from 'node:net'
import { answerHeadOf, type HandOut } from './answer-head.js'

/** Whether nothing can be added to the answer any more: it has begun to leave, or its connection is gone. */
export function isAnswered(res: ServerResponse): boolean {
  return res.headersSent || res.writableEnded || res.destroyed || streamOf(res)?.destroyed === true
}

/** What became of a session that was handed out; `replacedBy`: what left in place of it, in words. */
export type Delivery = 'delivered' | 'lost' | { readonly replacedBy: string }

/** A session leaves with the answer. Calls once: when the system has the answer as it was meant, or never will have. */
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

/** Calls when the system has the answer, or with `false` when its connection ended before; may call again. */
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

// Node's HTTP/2 as its HTTP/1.1: the response that frameworks get stands on a stream.
function streamOf(res: ServerResponse): ServerHttp2Stream | undefined {
  const { stream } = res as ServerResponse & Partial<Pick<Http2ServerResponse, 'stream'>>
  return stream && 'rstCode' in stream ? stream : undefined
}

function whenStreamCloses(stream: ServerHttp2Stream, listener: (isDelivered: boolean) => void): void {
  const tell = () => listener(stream.writableFinished && stream.rstCode === 0 && !stream.aborted)
  if (stream.destroyed) tell()
  else stream.once('close', tell)
}

/** A wrapper that runs hosts as functions makes up its own, out of whatever serves it. */
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
    // A write that failed is "finished" for Node all the same; the socket knows better.
    listener(res.writableFinished && !socket.errored)
  }
  if (res.closed || socket.closed) {
    tell()
    return
  }
  res.once('close', tell)
  // A pipelined request that is not its turn yet hears of the end of the connection from the socket alone.
  socket.once('close', tell)
}

/** Without a connection there is none that could fail: what the host has ended, the wrapper has got. */
function whenEnded(res: ServerResponse, listener: (isDelivered: boolean) => void): void {
  let isEnding = false
  res.once('finish', () => listener(true))
  // Some wrappers say so while the answer is still being ended.
  res.once('close', () => listener(isEnding || res.writableEnded))
  const end = res.end as (...endArguments: unknown[]) => ServerResponse
  res.end = (...endArguments: unknown[]) => {
    isEnding = true
    const ended = end.apply(res, endArguments)
    // Not every wrapper has these events.
    listener(true)
    return ended
  }
}
