import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

// OWASP's Password Storage Cheat Sheet names N=2^15, r=8, p=3. That takes exactly Node's default limit of
// 32 MiB, which Node counts as too much.
const cost: ScryptOptions = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }
const keyBytes = 32

/** What a password table should hold: `salt.hash`, both base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, keyBytes, cost)
  return `${salt.toString('base64url')}.${hash.toString('base64url')}`
}

/** Compares in constant time. `stored` is what `hashPassword` returned. */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [salt = '', hash = ''] = stored.split('.')
  const expected = Buffer.from(hash, 'base64url')
  const actual = await derive(password, Buffer.from(salt, 'base64url'), keyBytes, cost)
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}
