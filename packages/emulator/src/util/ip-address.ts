import type { IncomingMessage } from 'node:http'

/** Of the connection; an IPv4 address in its own notation, also on a socket for both. */
export function ipAddressOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/i, '')
}
