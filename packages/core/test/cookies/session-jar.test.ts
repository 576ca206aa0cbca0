import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CookieSettings } from '../../src/cookies/sealed-cookie.js'
import { createSealer, sealedLength } from '../../src/cookies/sealing.js'
import { createSessionJar } from '../../src/cookies/session-jar.js'
import type { PortalSsoEventDetail } from '../../src/events.js'

const SECRETS = [
  'one secret of at least thirty-two bytes',
  'two secret of at least thirty-two bytes',
] as const

function jarWith(options: Partial<CookieSettings> = {}) {
  const events: PortalSsoEventDetail[] = []
  let now = 1_800_000_000_000
  const jar = createSessionJar({
    site: 'acme-test',
    secrets: [SECRETS[0]],
    secure: true,
    now: () => now,
    emit: (event) => events.push(event),
    ...options,
  })
  return { jar, events, tick: (seconds: number) => (now += seconds * 1000) }
}

/** `name=value` of a `Set-Cookie` value, as a browser sends it back. */
const pair = (setCookie: string) => String(setCookie.split(';')[0])
const sessionId = fc.stringMatching(/^[A-Za-z0-9_-]{1,70}$/)
const customerId = fc.stringMatching(/^[\x21-\x7e]{1,50}$/)

describe('the jar', () => {
  it('remembers what it was given, oldest first, among the cookies of others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(sessionId, customerId), { maxLength: 6 }), async (sessions) => {
        const { jar, events, tick } = jarWith()
        const cookies: string[] = ['connect.sid=s%3Aabc', 'psso=x', 'theme=dark']
        for (const [id, customer] of sessions) {
          cookies.unshift(pair(await jar.remember(id, customer, 'login')))
          tick(1)
        }
        const read = await jar.read(cookies.join('; '))
        expect(read.map(({ sessionId, customer }) => [sessionId, customer])).toEqual(
          sessions.map(([id, customer]) => [id, jar.customerDigest(customer)]),
        )
        expect(events).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it('sets the attributes that baseUrl calls for', async () => {
    const secure = await jarWith().jar.remember('portal_1', 'c1', 'login')
    expect(secure).toMatch(
      /^__Host-psso\.[\w-]+=[\w.-]+; Max-Age=34560000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    const plain = await jarWith({ secure: false }).jar.remember('portal_1', 'c1', 'login')
    expect(plain).toMatch(/^psso\.[\w-]+=[\w.-]+; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  it('holds neither the id nor the customer in the clear', async () => {
    const cookie = await jarWith().jar.remember('portal_visible_id', 'customer_visible', 'login')
    const decoded = cookie
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
      .join()
    expect(cookie + decoded).not.toMatch(/visible/)
  })

  it('never takes more room than it says, and exactly that for the longest id', async () => {
    for (const length of [1, 40, 70]) {
      const { jar } = jarWith()
      const cookie = pair(await jar.remember('x'.repeat(length), 'c', 'x'.repeat(12)))
      const [read] = await jar.read(cookie)
      expect(read?.size).toBe(`${cookie}; `.length)
      expect(jar.maxCookieSize).toBeGreaterThan(Number(read?.size))
      const [pending] = await jar.renew(length === 70 ? [{ ...read, isPending: true } as never] : [])
      if (pending !== undefined) expect(`${pair(pending)}; `).toHaveLength(jar.maxCookieSize)
    }
  })

  it('renews under the same names with the newest secret, and still opens what an older one sealed', async () => {
    const old = jarWith({ secrets: [SECRETS[0]] }).jar
    const cookie = pair(await old.remember('portal_1', 'c1', 'login'))
    const rotated = jarWith({ secrets: [SECRETS[1], SECRETS[0]] }).jar
    const [renewed] = await rotated.renew(await rotated.read(cookie))
    expect(pair(String(renewed)).split('=')[0]).toBe(cookie.split('=')[0])
    const newest = jarWith({ secrets: [SECRETS[1]] }).jar
    expect(await newest.read(pair(String(renewed)))).toMatchObject([{ sessionId: 'portal_1' }])
    expect(await newest.read(cookie)).toEqual([])
  })

  it('forgets by name, with the attributes it was set with', async () => {
    const { jar } = jarWith()
    const cookie = pair(await jar.remember('portal_1', 'c1', 'login'))
    const [forgotten] = jar.forget(await jar.read(cookie))
    expect(forgotten).toMatch(
      /^__Host-psso\.[\w-]+=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(String(forgotten).split('=')[0]).toBe(cookie.split('=')[0])
  })

  it.each([
    ['another secret', 'seal', { secrets: [SECRETS[1]] }],
    ['another site', 'site', { site: 'other-test' }],
  ] as const)('does not open a cookie of %s, and says so', async (_, reason, options) => {
    const cookie = pair(await jarWith().jar.remember('portal_1', 'c1', 'login'))
    const { jar, events } = jarWith(options)
    expect(await jar.read(cookie)).toEqual([])
    expect(events).toEqual([{ type: 'cookie.unreadable', name: cookie.split('=')[0], reason }])
  })

  it('does not open a cookie under another name', async () => {
    const { jar, events } = jarWith()
    const value = pair(await jar.remember('portal_1', 'c1', 'login')).split('=')[1]
    expect(await jar.read(`__Host-psso.another=${value}`)).toEqual([])
    expect(events).toMatchObject([{ type: 'cookie.unreadable', reason: 'name' }])
  })

  it('does not open what was sealed for another purpose', async () => {
    const { jar, events } = jarWith()
    const name = '__Host-psso.abc'
    const content = { n: name, s: 'acme-test', v: { id: 'portal_1', c: 'c', l: 'l', t: 1 } }
    const foreign = await createSealer([SECRETS[0]], 'something else').seal(content)
    expect(await jar.read(`${name}=${foreign}`)).toEqual([])
    const ours = await createSealer([SECRETS[0]], 'remembered portal session').seal(content)
    expect(await jar.read(`${name}=${ours}`)).toHaveLength(1)
    expect(events).toHaveLength(1)
  })

  it('opens nothing that was changed by a single character, and survives any header', async () => {
    const { jar } = jarWith()
    const cookie = pair(await jar.remember('portal_1', 'c1', 'login'))
    await fc.assert(
      fc.asyncProperty(
        fc.nat(cookie.length - 1),
        fc.constantFrom('A', 'z', '.', '=', ';'),
        async (index, character) => {
          const changed = cookie.slice(0, index) + character + cookie.slice(index + 1)
          // The last character of a base64url part has bits that don't count: the same bytes are the same cookie.
          const bytes = (text: string) =>
            text
              .split('.')
              .map((part) => Buffer.from(part, 'base64url').toString('hex'))
              .join('.')
          if (bytes(changed) === bytes(cookie)) return
          expect(await jar.read(changed)).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(await jar.read(`__Host-psso.${text}`)).toEqual([])
      }),
    )
  })
})

it('sealedLength is exact', async () => {
  const sealer = createSealer([SECRETS[0]], 'test')
  await fc.assert(
    fc.asyncProperty(fc.record({ text: fc.string({ unit: 'grapheme' }) }), async (value) => {
      expect(await sealer.seal(value)).toHaveLength(sealedLength(value))
    }),
    { numRuns: 50 },
  )
})
