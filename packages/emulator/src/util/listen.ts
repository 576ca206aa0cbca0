import { once } from 'node:events'
import { createServer, type Server } from 'node:http'

/** Long enough that a client which keeps its connections for a minute finds them open. */
const KEEP_ALIVE_MS = 65_000

/** A listening server; its requests are not handled yet. */
export async function listen(port: number, host = '127.0.0.1'): Promise<Server> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS })
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, port, host)
  }
  return server
}

function explain(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const texts: Record<string, string> = {
    EADDRINUSE: `port ${port} is already in use: stop the other program or choose another port`,
    EACCES: `port ${port} is not allowed for this user: choose one above 1023`,
    EADDRNOTAVAIL: `host ${host} is no address of this machine`,
    ENOTFOUND: `host ${host} is not known`,
  }
  const text = texts[error.code ?? '']
  if (text === undefined) return error
  return Object.assign(new Error(text, { cause: error }), { code: error.code })
}
