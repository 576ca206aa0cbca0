import { isIP, isIPv6 } from 'node:net'

/**
 * The client that an address stands for; `undefined` where there is no address. For IPv6 that is the network, the first
 * 64 bits: a client has all the addresses in it.
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
