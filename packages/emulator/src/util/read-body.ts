import type { IncomingMessage } from 'node:http'

/** More than any form of Chargebee's portal sessions needs; Chargebee's own limit is not documented. */
export const MAX_BODY_BYTES = 64 * 1024

/** The body as text, or `undefined` when it is too large (the rest is read and thrown away). */
export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString() : undefined
}
