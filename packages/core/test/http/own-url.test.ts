import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toLoginUrl, toOwnUrl } from '../../src/http/own-url.js'

const linkWith = (query: string | [string, string][]) => ({
  name: 'portal' as const,
  mountPath: '/billing',
  publicPath: '/billing/portal_link',
  redirectUrl: undefined,
  query: new URLSearchParams(query),
})

describe('the address of the link itself', () => {
  it('keeps the parameters that have an effect, and no others', () => {
    expect(toOwnUrl(linkWith('x=1&to=plan&subscription_id=sub_1&after=hop'), 'login')).toBe(
      '/billing/portal_link?to=plan&subscription_id=sub_1&after=login',
    )
    expect(toOwnUrl(linkWith('x=1'))).toBe('/billing/portal_link')
  })

  it('keeps them up to 1,024 characters, as they are encoded', () => {
    const atLimit = 'x'.repeat(1024 - 'to='.length)
    expect(toOwnUrl(linkWith([['to', atLimit]]))).toBe(`/billing/portal_link?to=${atLimit}`)
    expect(toOwnUrl(linkWith([['to', `${atLimit}x`]]))).toBe('/billing/portal_link')
    // Short as it was typed, nine times as long on the wire.
    expect(toOwnUrl(linkWith([['to', '界'.repeat(114)]]), 'login')).toBe('/billing/portal_link?after=login')
  })

  it('makes no Location that outgrows a header, whatever a link brings', () => {
    const parameter = fc.tuple(
      fc.constantFrom('to', 'subscription_id', 'after', 'x'),
      fc.string({ unit: 'binary', maxLength: 1_500, size: 'max' }),
    )
    fc.assert(
      fc.property(fc.array(parameter, { maxLength: 5 }), (query) => {
        const link = linkWith(query)
        expect(toOwnUrl(link, 'login').length).toBeLessThan(1_100)
        // Encoded once more: a character is three at the most.
        expect(toLoginUrl('/sign-in', link).length).toBeLessThan(3_400)
      }),
      { numRuns: 100 },
    )
  })
})
