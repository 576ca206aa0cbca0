import {
  createCipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { compactDecrypt } from 'jose'

const HEADER = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM' })).toString('base64url')
// NIST SP 800-38D, section 8.2.2: random, and never another length.
const IV_BYTES = 12

/** Seals small JSON values for one purpose: what was sealed for another purpose does not open. */
export interface Sealer {
  /** @returns a compact JWE, `dir` + `A256GCM` */
  seal(value: object): Promise<string>
  /** @returns `undefined` for anything that none of the secrets has sealed for this purpose */
  open(sealed: string): Promise<unknown>
}

/** @param secrets the first seals, all of them open */
export function createSealer(secrets: readonly string[], purpose: string): Sealer {
  const keys = secrets.map((secret) => toKey(secret, purpose))
  const [sealingKey] = keys
  if (!sealingKey) throw new TypeError('createSealer() needs at least one secret')
  return {
    seal: async (value) => encrypt(JSON.stringify(value), sealingKey),
    async open(sealed) {
      for (const key of keys) {
        try {
          const { plaintext } = await compactDecrypt(sealed, key, {
            keyManagementAlgorithms: ['dir'],
            contentEncryptionAlgorithms: ['A256GCM'],
          })
          return JSON.parse(new TextDecoder().decode(plaintext))
        } catch {
          // Not sealed with this key, or not sealed at all; the next key may fit.
        }
      }
      return undefined
    },
  }
}

/**
 * A compact JWE (RFC 7516, section 7.1) with the key itself as content key. Opening, where the input is a stranger's, is
 * left to jose; its sealing imports the key and takes a thread for every cookie, a fifth of a click's processor time.
 */
function encrypt(plaintext: string, key: KeyObject): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(HEADER, 'ascii'))
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
  return [
    HEADER,
    '',
    iv.toString('base64url'),
    ciphertext.toString('base64url'),
    cipher.getAuthTag().toString('base64url'),
  ].join('.')
}

/** How long {@link Sealer.seal} makes a value, in characters. */
export function sealedLength(value: object): number {
  const plaintextBytes = Buffer.byteLength(JSON.stringify(value))
  // Protected header, no encrypted key, 96-bit initialisation vector, ciphertext, 128-bit tag, and four dots.
  return HEADER.length + 16 + Math.ceil((plaintextBytes * 4) / 3) + 22 + 4
}

// A key per purpose: a cookie of one kind can't be passed off as another, whatever its content.
function toKey(secret: string, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `@portal-sso ${purpose} v1`, 32)))
}

/** A name for a value that must not be kept itself; 128 bits, the same for the same parts on every process. */
export function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)
}
