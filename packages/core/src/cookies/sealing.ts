import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

// NIST SP 800-38D, section 8.2.2: random, and never another length.
const IV_BYTES = 12
const TAG_BYTES = 16
const CIPHER = 'aes-256-gcm'

/** The first character of every key id. Another format gets the next digit, and the same head in front of it. */
const FORMAT = '1'
const KEY_ID_LENGTH = FORMAT.length + 6
// A whole number of base64url groups: the head is recognised, and its key found, without decoding it.
export const HEAD_START = toHead('').slice(0, 48)
const HEAD_LENGTH = toHead('x'.repeat(KEY_ID_LENGTH)).length
const FORM = /^([A-Za-z0-9_-]+)\.\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}$/

/** Why a value can't be opened, before any cryptography: not of our form, of a later version, of an unknown key. */
export type SealFault = 'form' | 'version' | 'seal'

export interface Opened {
  readonly value: unknown
  /** Whether the key that seals today has sealed it. */
  readonly isCurrent: boolean
}

/**
 * Seals small JSON values for one purpose. A value that was sealed for another purpose does not open. The values are
 * compact JWEs (RFC 7516, section 7.1), `dir` + `A256GCM`, with the key itself as content key, which any JOSE library
 * reads. Node's own cipher does the work for two reasons. The header must be ours to the character, so no byte of a
 * stranger's value is parsed before it is authenticated. And a library on Web Crypto takes 76 µs to seal and 69 to 104
 * to open, where this takes 12 and 10: a stranger decides how many values there are to open.
 */
export interface Sealer {
  /** @returns a compact JWE, `dir` + `A256GCM`, whose header names the key */
  seal(value: object): string
  /** Why none of the keys can open a value, found without cryptography. */
  findFault(sealed: string): SealFault | undefined
  /** @returns `undefined` for anything that none of the secrets has sealed for this purpose */
  open(sealed: string): Opened | undefined
}

interface Key {
  readonly head: string
  readonly secret: KeyObject
}

/**
 * @param secrets the first seals, all of them open
 * @param maxContentLength of the JSON text: no longer one is sealed, and no longer value is looked at
 */
export function createSealer(secrets: readonly string[], purpose: string, maxContentLength: number): Sealer {
  const keys = secrets.map((secret) => toKey(secret, purpose))
  const [current] = keys
  if (!current) throw new TypeError('createSealer() needs at least one secret')
  const maxLength = toSealedLength(maxContentLength)
  const keyOf = (sealed: string) => keys.find(({ head }) => sealed.startsWith(`${head}.`))

  function findFault(sealed: string): SealFault | undefined {
    if (!sealed.startsWith(HEAD_START)) return 'form'
    const head = sealed.slice(0, HEAD_LENGTH)
    const format = Buffer.from(head, 'base64url').toString('latin1').at(36)
    if (format !== FORMAT) return format !== undefined && /[2-9]/.test(format) ? 'version' : 'form'
    if (sealed.length > maxLength || FORM.exec(sealed)?.[1] !== head) return 'form'
    return keyOf(sealed) ? undefined : 'seal'
  }

  return {
    seal: (value) => encrypt(JSON.stringify(value), current),
    findFault,
    open(sealed) {
      const key = findFault(sealed) === undefined ? keyOf(sealed) : undefined
      if (!key) return undefined
      try {
        return { value: JSON.parse(decrypt(sealed, key)), isCurrent: key === current }
      } catch {
        return undefined
      }
    },
  }
}

function encrypt(plaintext: string, { head, secret }: Key): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, secret, iv).setAAD(Buffer.from(head, 'ascii'))
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
  return [
    head,
    '',
    iv.toString('base64url'),
    ciphertext.toString('base64url'),
    cipher.getAuthTag().toString('base64url'),
  ].join('.')
}

/**
 * @param sealed of the exact form, under this key's head
 * @throws Error where the tag does not fit
 */
function decrypt(sealed: string, { head, secret }: Key): string {
  const [, , iv = '', ciphertext = '', tag = ''] = sealed.split('.')
  const options = { authTagLength: TAG_BYTES }
  const decipher = createDecipheriv(CIPHER, secret, Buffer.from(iv, 'base64url'), options)
  decipher.setAAD(Buffer.from(head, 'ascii')).setAuthTag(Buffer.from(tag, 'base64url'))
  // The plaintext is not read before `final()` has compared the tag.
  const plaintext = [decipher.update(Buffer.from(ciphertext, 'base64url')), decipher.final()]
  return Buffer.concat(plaintext).toString('utf8')
}

/** How long {@link Sealer.seal} makes a value, in characters. */
export function sealedLength(value: object): number {
  return toSealedLength(Buffer.byteLength(JSON.stringify(value)))
}

function toSealedLength(plaintextBytes: number): number {
  // Protected header, no encrypted key, 96-bit initialisation vector, ciphertext, 128-bit tag, and four dots.
  return HEAD_LENGTH + 16 + Math.ceil((plaintextBytes * 4) / 3) + 22 + 4
}

// Each purpose has a key of its own, so a cookie of one kind can't pass for another.
function toKey(secret: string, purpose: string): Key {
  const derive = (what: string) => Buffer.from(hkdfSync('sha256', secret, '', `@portal-sso ${what} v2`, 32))
  const raw = derive(purpose)
  const id = FORMAT + derive(`id of ${purpose}`).toString('base64url').slice(0, 6)
  return { head: toHead(id), secret: createSecretKey(raw) }
}

function toHead(keyId: string): string {
  return Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: keyId })).toString('base64url')
}

/** Stands for a value that must not be kept itself: 128 bits, the same for the same parts in every process. */
export function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)
}
