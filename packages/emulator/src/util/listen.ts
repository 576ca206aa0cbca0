import { once } from 'node:events'
import { createServer, type Server } from 'node:http'

/** Long enough that a client which keeps its connections for a minute finds them open. */
const KEEP_ALIVE_MS = 65_000

/** A listening server on the loopback interface; its requests are not handled yet. */
export async function listen(port: number): Promise<Server> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS })
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, port)
  }
  return server
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  const texts: Record<string, string> = {
    EADDRINUSE: `port ${port} is already in use: stop the other program or choose another port`,
    EACCES: `port ${port} is not allowed for this user: choose one above 1023`,
  }
  const text = texts[error.code ?? '']
  if (text === undefined) return error
  return Object.assign(new Error(text, { cause: error }), { code: error.code })
}
