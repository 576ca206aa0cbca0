import { isIP, isIPv6 } from 'node:net'

/**
 * Which client an address stands for, of those that are to be told apart; `undefined`: nobody knows. Of an IPv6
 * address that is the network (its first 64 bits), in which one client has as many addresses as it likes.
 */
export function toClient(address: string | undefined): string | undefined {
  const plain = (address ?? '').replace(/%.*$/, '')
  if (isIP(plain) === 0) return undefined
  if (!isIPv6(plain)) return plain
  // As URLs spell it: lower case, without leading zeros, an IPv4 address in it as two groups.
  const { hostname } = new URL(`http://[${plain}]`)
  const mapped = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(hostname)
  if (mapped) return toIPv4(`${mapped[1]}`, `${mapped[2]}`)
  const [head = '', tail] = hostname.slice(1, -1).split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const groups = [...before, ...Array(8 - before.length - after.length).fill('0'), ...after]
  return `${groups.slice(0, 4).join(':')}::/64`
}

function toIPv4(high: string, low: string): string {
  const bytes = Buffer.from(high.padStart(4, '0') + low.padStart(4, '0'), 'hex')
  return bytes.join('.')
}
