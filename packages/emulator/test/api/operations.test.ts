import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { routeOf } from '../../src/api/operations.js'

describe('routeOf', () => {
  test('an id comes back as it was encoded, and never reaches another path', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'grapheme' }),
        fc.constantFrom('logout', 'activate'),
        (id, operation) => {
          const path = `/api/v2/portal_sessions/${encodeURIComponent(id)}/${operation}`
          expect(routeOf('POST', path)).toEqual({ operation, id })
        },
      ),
    )
  })
})
