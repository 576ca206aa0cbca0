import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

interface Cost {
  /** The logarithm of scrypt's N. */
  readonly ln: number
  readonly r: number
  readonly p: number
}

// OWASP's Password Storage Cheat Sheet names N=2^15, r=8, p=3 among others.
const costOfNewHashes: Cost = { ln: 15, r: 8, p: 3 }
const keyBytes = 32

/** What a password table should hold: `$scrypt$ln=15,r=8,p=3$salt$hash`, so that the cost can rise from user to user. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, costOfNewHashes)
  const { ln, r, p } = costOfNewHashes
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`
}

/** Compares in constant time. `stored` is what `hashPassword` returned, now or when the cost was another. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, ln, r, p, salt, hash] =
    /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/.exec(stored) ?? []
  if (!salt || !hash) return false
  const expected = Buffer.from(hash, 'base64url')
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  const actual = await derive(password, Buffer.from(salt, 'base64url'), cost)
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

const deriveKey = promisify<string, Buffer, number, object, Buffer>(scrypt)

function derive(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln
  // scrypt takes 128 * N * r bytes. At OWASP's cost that is Node's default limit exactly, which counts as too much.
  return deriveKey(password, salt, keyBytes, { N, r, p, maxmem: 2 * 128 * N * r })
}
