import { describe, expect, it } from 'vitest'
import { createHopCookie } from '../../src/cookies/hop-cookie.js'

const SECRET = 'a secret of thirty-two bytes or more'

function create({ site = 'acme', secret = SECRET, secure = true } = {}) {
  let now = Date.UTC(2026, 0, 1)
  const hop = createHopCookie({ site, secrets: [secret], secure, emit: () => {}, now: () => now })
  return { ...hop, pass: (ms: number) => (now += ms) }
}

/** As the browser sends it. */
const sent = (setCookie: string) => `other=1; ${setCookie.split(';')[0]}`

describe('the cookie of a browser that was sent to the sign-in page', () => {
  it('is good for ten minutes', async () => {
    const hop = create()
    const cookie = sent(hop.give('/billing'))
    hop.pass(9 * 60_000)
    expect(await hop.isGood(cookie, '/billing')).toBe(true)
    hop.pass(60_000)
    expect(await hop.isGood(cookie, '/billing')).toBe(false)
  })

  it('is good below the same mount, for the same site, with the same secret, on the same scheme', async () => {
    const cookie = sent(create().give('/billing'))
    expect(await create().isGood(cookie, '/billing')).toBe(true)
    expect(await create().isGood(cookie, '')).toBe(false)
    expect(await create({ site: 'other' }).isGood(cookie, '/billing')).toBe(false)
    expect(await create({ secret: SECRET.replace('a', 'b') }).isGood(cookie, '/billing')).toBe(false)
    expect(await create({ secure: false }).isGood(cookie.replace('__Host-', ''), '/billing')).toBe(false)
  })

  it('is not good when it is missing, empty or made up', async () => {
    const hop = create()
    for (const cookie of [
      undefined,
      '',
      '__Host-psso-hop',
      '__Host-psso-hop=',
      '__Host-psso-hop=a.b.c.d.e',
    ]) {
      expect(await hop.isGood(cookie, '')).toBe(false)
    }
  })

  it('is cleared where the browser has one', async () => {
    const hop = create()
    expect(hop.clear('other=1')).toEqual([])
    expect(hop.clear(sent(hop.give('')))[0]).toMatch(/^__Host-psso-hop=; Max-Age=0/)
  })
})
