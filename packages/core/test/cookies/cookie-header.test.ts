import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findCookies } from '../../src/cookies/cookie-header.js'

const [SECURE, PLAIN] = ['__Host-psso.', 'psso.']
const find = (header: string) =>
  findCookies(header, {
    prefix: PLAIN,
    isSecure: true,
    tag: '',
    randomLength: 4,
    valueStart: '',
    maxSize: 100,
    maxNamed: 5,
  })

describe('cookies of ours in a header', () => {
  it('have names of exact form: control characters and others are no part of one, at any length', () => {
    for (let code = 0; code < 0x180; code++) {
      const character = String.fromCharCode(code)
      // Of the right length, so that only the characters tell.
      const name = `${SECURE}ab${character}d`
      const isOurs = /[A-Za-z0-9_-]/.test(character)
      expect(
        find(`${name}=x`).cookies.map((cookie) => cookie.name),
        `code ${code}`,
      ).toEqual(isOurs ? [name] : [])
    }
  })

  it('give no other name, whatever the header holds', () => {
    const piece = fc.oneof(
      fc.constantFrom(SECURE, PLAIN, '; ', ';', '=', ', ', 'abcd', '\u0007', '\u001b[2J', '\n', '\u2028'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        const { cookies, unreadable } = find(pieces.join(''))
        for (const { name } of cookies) expect(name).toMatch(/^(?:__Host-)?psso\.[A-Za-z0-9_-]{4}$/)
        for (const { name = 'psso.none' } of unreadable) expect(name).toMatch(/^psso\.[A-Za-z0-9_-]{4}$/)
      }),
      { numRuns: 3_000 },
    )
  })
})
