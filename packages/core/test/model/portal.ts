import { request } from 'node:http'
import type { HandedOut } from './ledger.ts'

/** A customer opens the address that they got: once, and the portal knows them by a cookie of its own. */
export async function openPortal(handedOut: readonly HandedOut[], pick: number): Promise<void> {
  // A sign-in at Chargebee gives no address.
  const openable = handedOut.filter(({ accessUrl }) => accessUrl !== '')
  const one = openable[pick % openable.length]
  if (!one) return
  const { status, cookie } = await visit('GET', one.accessUrl, undefined)
  if (status === 302 && cookie !== undefined) one.portalCookie = cookie
}

/** A customer signs out inside the portal. */
export async function leavePortal(
  handedOut: readonly HandedOut[],
  pick: number,
  portalUrl: string,
): Promise<void> {
  const inside = handedOut.filter(({ portalCookie }) => portalCookie !== undefined)
  const one = inside[pick % inside.length]
  if (!one) return
  one.exchange.mayEnd = true
  await visit('POST', `${portalUrl}/portal/logout`, one.portalCookie)
}

function visit(method: string, url: string, cookie: string | undefined) {
  return new Promise<{ status: number; cookie: string | undefined }>((resolve, reject) => {
    const outgoing = request(url, { method, agent: false, headers: cookie === undefined ? {} : { cookie } })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      incoming.resume()
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          cookie: incoming.headers['set-cookie']?.[0]?.split(';')[0],
        }),
      )
    })
    outgoing.end()
  })
}
