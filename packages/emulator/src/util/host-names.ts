import { isIP } from 'node:net'

/**
 * The name in a `Host` header or another `host:port`, lower-case, without the port and without the brackets of
 * an IPv6 address; `undefined` for what is neither a name nor an address.
 */
export function hostNameOf(authority: string | undefined): string | undefined {
  const match = /^(?:\[([\da-f:.]+)\]|([a-z\d._-]+))(?::\d{1,5})?$/i.exec(authority ?? '')
  const name = (match?.[1] ?? match?.[2])?.toLowerCase()
  if (name === undefined || (match?.[1] !== undefined && isIP(name) !== 6)) return undefined
  return name
}

/** `localhost`, a name below it, 127.0.0.0/8 or ::1: names that never lead to another machine. */
export function isLoopbackName(name: string): boolean {
  if (name === 'localhost' || name === '::1') return true
  if (isIP(name) === 4) return name.startsWith('127.')
  return /^(?:[a-z\d_-]+\.)+localhost$/.test(name)
}

/** A name or address as it stands in a URL. */
export function inUrl(name: string): string {
  return name.includes(':') ? `[${name}]` : name
}
