import { type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http'

/** Where a process of the app listens. */
export interface Upstream {
  readonly name: string
  readonly port: number
}

/**
 * What stands in front of several processes: they take turns, and one that does not take the connection is passed over.
 * For a demo; a real one ends TLS and adds `X-Forwarded-*`, for which the app then needs `trust proxy`.
 */
export function createProxy(alive: () => readonly Upstream[]): RequestListener {
  let turn = 0
  return (req, res) => {
    const upstreams = alive()
    const first = turn++
    forward(req, res, [
      ...upstreams.slice(first % upstreams.length),
      ...upstreams.slice(0, first % upstreams.length),
    ])
  }
}

function forward(req: IncomingMessage, res: ServerResponse, [next, ...others]: readonly Upstream[]): void {
  if (!next) {
    res
      .writeHead(503, { 'Retry-After': '5', 'Content-Type': 'text/plain' })
      .end('No process is running. Try again.\n')
    return
  }
  const { method, url, rawHeaders, headers } = req
  const outgoing = request({ host: '127.0.0.1', port: next.port, method, path: url, headers: rawHeaders })
  outgoing.on('response', (answer) => {
    res.writeHead(answer.statusCode ?? 502, [...answer.rawHeaders, 'X-Served-By', next.name])
    answer.pipe(res)
    answer.on('error', () => res.destroy())
  })
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    // Refused means that nothing was sent: only then is the request repeated elsewhere.
    if (error.code === 'ECONNREFUSED') forward(req, res, others)
    else if (res.headersSent) res.destroy()
    else res.writeHead(502, { 'Content-Type': 'text/plain' }).end('The process died on the way. Try again.\n')
  })
  res.on('close', () => outgoing.destroy())
  if (headers['content-length'] || headers['transfer-encoding']) req.pipe(outgoing)
  else outgoing.end()
}
