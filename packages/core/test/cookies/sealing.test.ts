import { hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { createSealer, sealedLength } from '../../src/cookies/sealing.js'

const SECRETS = [
  'one secret of at least thirty-two bytes',
  'two secret of at least thirty-two bytes',
] as const
const [FIRST, SECOND] = SECRETS

describe('a sealed value', () => {
  it('is a compact JWE whose header names the key, and exactly as long as is said', () => {
    const sealer = createSealer([FIRST], 'test', 4_000)
    fc.assert(
      fc.property(fc.record({ text: fc.string({ unit: 'grapheme' }) }), (value) => {
        const sealed = sealer.seal(value)
        expect(sealed).toHaveLength(sealedLength(value))
        expect(decodeProtectedHeader(sealed)).toEqual({
          alg: 'dir',
          enc: 'A256GCM',
          kid: expect.stringMatching(/^1[\w-]{6}$/),
        })
      }),
      { numRuns: 50 },
    )
  })

  it('opens with each of the secrets, and says whether the first has sealed it', async () => {
    const both = createSealer([FIRST, SECOND], 'test', 100)
    const old = createSealer([SECOND], 'test', 100).seal({ a: 1 })
    expect(await both.open(old)).toEqual({ value: { a: 1 }, isCurrent: false })
    expect(await both.open(both.seal({ a: 2 }))).toEqual({ value: { a: 2 }, isCurrent: true })
  })

  it('is never the same twice, nor under the key of another purpose', async () => {
    const sealer = createSealer([FIRST], 'test', 100)
    const values = Array.from({ length: 100 }, () => sealer.seal({ a: 1 }))
    expect(new Set(values).size).toBe(100)
    const other = createSealer([FIRST], 'other', 100)
    expect(other.findFault(String(values[0]))).toBe('seal')
    expect(await other.open(String(values[0]))).toBeUndefined()
  })

  it('is read by a library for JOSE, and one that the library has made is read', async () => {
    const key = new Uint8Array(hkdfSync('sha256', FIRST, '', '@portal-sso test v2', 32))
    const sealer = createSealer([FIRST], 'test', 4_000)
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (json) => {
        const sealed = sealer.seal({ json })
        const { plaintext } = await compactDecrypt(sealed, key)
        const text = new TextDecoder().decode(plaintext)
        expect(text).toBe(JSON.stringify({ json }))
        const { alg, enc, kid } = decodeProtectedHeader(sealed)
        const theirs = new CompactEncrypt(plaintext).setProtectedHeader({ alg, enc, kid } as never)
        expect(sealer.open(await theirs.encrypt(key))).toEqual({ value: JSON.parse(text), isCurrent: true })
      }),
      { numRuns: 50 },
    )
  })

  it('is known by its form before any cryptography: all that is not ours has a fault, and nothing opens', async () => {
    const sealer = createSealer([FIRST], 'test', 100)
    const ours = sealer.seal({ a: 1 })
    expect(sealer.findFault(ours)).toBeUndefined()
    const long = createSealer([FIRST], 'test', 4_000).seal({ a: 'x'.repeat(200) })
    for (const wrong of ['', '.', '....', 'x', ours.slice(0, 60), `${ours}.`, `${ours}A`, ` ${ours}`, long])
      expect(sealer.findFault(wrong), wrong).toBe('form')
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.nat(ours.length), async (text, at) => {
        const changed = ours.slice(0, at) + text + ours.slice(at + 1)
        const opened = await sealer.open(changed)
        if (opened) expect(opened).toEqual({ value: { a: 1 }, isCurrent: true })
        expect(sealer.findFault(text)).toBe('form')
      }),
      { numRuns: 300 },
    )
  })
})
