import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormError, parseFormBody } from '../../src/util/form-body.js'

describe('parseFormBody', () => {
  const part = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/[[\]]/.test(text))
  const name = fc
    .tuple(part, fc.array(part, { maxLength: 2 }))
    .map(([root, rest]) => root + rest.map((key) => `[${key}]`).join(''))

  test('gives back what a client encoded', () => {
    const forms = fc.uniqueArray(fc.tuple(name, fc.string({ unit: 'grapheme' })), {
      selector: ([key]) => key.split('[', 1)[0],
    })
    fc.assert(
      fc.property(forms, (pairs) => {
        expect([...parseFormBody(new URLSearchParams(pairs).toString())]).toEqual(pairs)
      }),
    )
  })

  test('refuses every doubled name, wherever it stands', () => {
    const doubled = fc.tuple(
      name,
      fc.array(fc.tuple(name, fc.string()), { maxLength: 4 }),
      fc.nat({ max: 4 }),
    )
    fc.assert(
      fc.property(doubled, ([twice, others, at]) => {
        const pairs = [...others]
        pairs.splice(at, 0, [twice, '1'])
        pairs.push([twice, '2'])
        expect(() => parseFormBody(new URLSearchParams(pairs).toString())).toThrow(FormError)
      }),
    )
  })

  test('reads anything or refuses it, and never changes what an object is', () => {
    const pieces = fc.constantFrom(
      'customer',
      '__proto__',
      'constructor',
      '[',
      ']',
      'id',
      '=',
      '&',
      '%',
      '%5B',
      '+',
      'é',
    )
    const anything = fc.oneof(
      fc.string(),
      fc.array(pieces).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(anything, (body) => {
        try {
          for (const [key, value] of parseFormBody(body)) {
            expect(key).toMatch(/^[^[\]]+(\[[^[\]]*\])*$/)
            expect(typeof value).toBe('string')
          }
        } catch (error) {
          expect(error).toBeInstanceOf(FormError)
        }
        expect(Object.keys(Object.prototype)).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })
})
