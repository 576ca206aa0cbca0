import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSealer } from '../../src/cookies/sealing.js'
import { createSessionJar, type JarSettings } from '../../src/cookies/session-jar.js'
import type { PortalSsoEventDetail } from '../../src/events.js'

const SECRETS = [
  'one secret of at least thirty-two bytes',
  'two secret of at least thirty-two bytes',
] as const
const DAY = 24 * 60 * 60

function jarWith(options: Partial<JarSettings> = {}) {
  const events: PortalSsoEventDetail[] = []
  let now = 1_800_000_000_000
  const jar = createSessionJar({
    site: 'acme-test',
    secrets: [SECRETS[0]],
    secure: true,
    maxSessions: 5,
    now: () => now,
    emit: (event) => events.push(event),
    ...options,
  })
  return {
    jar,
    events,
    tick: (seconds: number) => (now += seconds * 1000),
    sessions: async (header: string) => (await jar.read(header)).sessions,
  }
}

/** `name=value` of a `Set-Cookie` value, as a browser sends it back. */
const pair = (setCookie: string | undefined) => String(setCookie?.split(';')[0])
const nameOf = (setCookie: string | undefined) => String(setCookie?.split('=')[0])
const sessionId = fc.stringMatching(/^[A-Za-z0-9_-]{1,70}$/)
const customerId = fc.stringMatching(/^[\x21-\x7e]{1,50}$/)

describe('the jar', () => {
  it('remembers what it was given, oldest first, among the cookies of others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(sessionId, customerId), { maxLength: 6 }), async (given) => {
        const { jar, events, tick, sessions } = jarWith()
        const cookies: string[] = ['connect.sid=s%3Aabc', 'psso=x', 'theme=dark', 'broken=%']
        for (const [id, customer] of given) {
          cookies.unshift(pair(jar.remember(id, customer, 'login')))
          tick(1)
        }
        const expected = given.map(([id, customer]) => [id, jar.customerDigest(customer)])
        // What this process has sealed, and what it never saw before.
        for (const read of [await sessions(cookies.join('; ')), await jarWith().sessions(cookies.join('; '))])
          expect(read.map(({ sessionId, customer }) => [sessionId, customer])).toEqual(expected)
        expect(events).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it('sets the attributes that baseUrl calls for', () => {
    expect(jarWith().jar.remember('portal_1', 'c1', 'login')).toMatch(
      /^__Host-psso\.[\w-]{16}=[\w.-]+; Max-Age=34560000; Path=\/; HttpOnly; Secure; Priority=High; SameSite=Lax$/,
    )
    expect(jarWith({ secure: false }).jar.remember('portal_1', 'c1', 'login')).toMatch(
      /^psso\.[\w-]{16}=[\w.-]+; Max-Age=34560000; Path=\/; HttpOnly; Priority=High; SameSite=Lax$/,
    )
  })

  it('holds neither the id nor the customer in the clear', () => {
    const cookie = jarWith().jar.remember('portal_visible_id', 'customer_visible', 'login')
    const decoded = cookie
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
      .join()
    expect(cookie + decoded).not.toMatch(/visible/)
  })

  it('never takes more room than it says', async () => {
    for (const length of [1, 40, 70]) {
      const { jar, sessions, tick } = jarWith()
      const cookie = pair(jar.remember('x'.repeat(length), 'c', 'x'.repeat(12)))
      const [read] = await sessions(cookie)
      expect(read?.size).toBe(`${cookie}; `.length)
      expect(jar.maxCookieSize).toBeGreaterThan(Number(read?.size))
      tick(399 * DAY)
      const [pending] = jar.mark(await sessions(cookie))
      expect(`${pair(pending)}; `.length).toBeLessThanOrEqual(jar.maxCookieSize)
      expect((await jarWith().sessions(pair(pending)))[0]).toMatchObject({ isPending: true })
    }
  })

  it('forgets by name, with the attributes it was set with', async () => {
    const { jar, sessions } = jarWith()
    const cookie = pair(jar.remember('portal_1', 'c1', 'login'))
    const [forgotten] = jar.forget(await sessions(cookie))
    expect(forgotten).toMatch(/^__Host-psso\.[\w-]+=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect(nameOf(forgotten)).toBe(nameOf(cookie))
  })
})

describe('a renewal', () => {
  it('is due after a day, and then counts another 400', async () => {
    const { jar, sessions, tick } = jarWith()
    const cookie = pair(jar.remember('portal_1', 'c1', 'login'))
    tick(DAY - 1)
    expect(jar.renew(await sessions(cookie))).toEqual([])
    tick(1)
    const [renewed] = jar.renew(await sessions(cookie))
    expect(nameOf(renewed)).toBe(nameOf(cookie))
    expect(jar.renew(await sessions(pair(renewed)))).toEqual([])
    tick(400 * DAY)
    expect(await sessions(pair(renewed))).toMatchObject([{ sessionId: 'portal_1' }])
  })

  it('is due at once with another secret than the newest, which an older one still opens', async () => {
    const cookie = pair(jarWith().jar.remember('portal_1', 'c1', 'login'))
    const rotated = jarWith({ secrets: [SECRETS[1], SECRETS[0]] })
    const [renewed] = rotated.jar.renew(await rotated.sessions(cookie))
    expect(nameOf(renewed)).toBe(nameOf(cookie))
    const newest = jarWith({ secrets: [SECRETS[1]] })
    expect(await newest.sessions(pair(renewed))).toMatchObject([{ sessionId: 'portal_1' }])
    expect(await newest.sessions(cookie)).toEqual([])
  })

  it('is due where the last one lies ahead, since a clock was wrong', async () => {
    const ahead = jarWith()
    ahead.tick(700 * DAY)
    const cookie = pair(ahead.jar.remember('portal_1', 'c1', 'login'))
    const { jar, sessions } = jarWith()
    expect(jar.renew(await sessions(cookie))).toHaveLength(1)
  })

  it('comes to those first that have waited longest', async () => {
    const { jar, sessions, tick } = jarWith()
    const first = pair(jar.remember('portal_1', 'c1', 'login'))
    tick(2 * DAY)
    const [renewed] = jar.renew(await sessions(first))
    const second = pair(jar.remember('portal_2', 'c1', 'login'))
    tick(DAY)
    const third = pair(jar.remember('portal_3', 'c1', 'login'))
    tick(2 * DAY)
    const header = [pair(renewed), third, second].join('; ')
    const due = jar.renew((await sessions(header)).toReversed())
    expect(due.map(nameOf)).toEqual([second, renewed, third].map(nameOf))
  })

  it('marks what could not be ended once, and again when it is due', async () => {
    const { jar, sessions, tick } = jarWith()
    const cookie = pair(jar.remember('portal_1', 'c1', 'login'))
    const [marked] = jar.mark(await sessions(cookie))
    expect(await sessions(pair(marked))).toMatchObject([{ isPending: true }])
    expect(jar.mark(await sessions(pair(marked)))).toEqual([])
    tick(DAY)
    expect(jar.mark(await sessions(pair(marked)))).toHaveLength(1)
  })

  it('is looked at: what a browser should have forgotten is no session any more', async () => {
    const { jar, sessions, events, tick } = jarWith()
    const cookie = pair(jar.remember('portal_1', 'c1', 'login'))
    tick(400 * DAY)
    expect(await sessions(cookie)).toHaveLength(1)
    tick(1)
    expect(await sessions(cookie)).toEqual([])
    expect(events).toMatchObject([{ type: 'cookie.unreadable', count: 1, reason: 'age' }])
  })
})

describe('what does not open', () => {
  it('is told with its reason: another secret, another name, another purpose', async () => {
    const cookie = pair(jarWith().jar.remember('portal_1', 'c1', 'login'))
    const other = jarWith({ secrets: [SECRETS[1]] })
    expect(await other.sessions(cookie)).toEqual([])
    expect(other.events).toEqual([
      { type: 'cookie.unreadable', count: 1, name: nameOf(cookie), reason: 'seal' },
    ])

    const { jar, events, sessions } = jarWith()
    const renamed = `${nameOf(cookie).slice(0, -2)}__`
    expect(await sessions(`${renamed}=${cookie.slice(nameOf(cookie).length + 1)}`)).toEqual([])
    const content = { n: nameOf(cookie), v: { id: 'portal_1', c: 'c', l: 'l', t: 1_800_000_000 } }
    const foreign = createSealer([SECRETS[0]], 'something else', 1_000).seal(content)
    expect(await sessions(`${nameOf(cookie)}=${foreign}`)).toEqual([])
    const purpose = 'remembered portal session of acme-test'
    const ours = createSealer([SECRETS[0]], purpose, 1_000).seal(content)
    expect(await sessions(`${nameOf(cookie)}=${ours}`)).toHaveLength(1)
    expect(events).toMatchObject([{ reason: 'name' }, { reason: 'seal' }])
    expect(jar.maxCookieSize).toBeGreaterThan(0)
  })

  it('of another site, or of http instead of https, is none of its business, but for a sign-out', async () => {
    const cookie = pair(jarWith().jar.remember('portal_1', 'c1', 'login'))
    for (const [options, reason] of [
      [{ site: 'other-test' }, 'site'],
      [{ secure: false }, 'scheme'],
    ] as const) {
      const { jar, events } = jarWith(options)
      expect(await jar.read(cookie)).toMatchObject({ sessions: [], unreadable: [{ reason }] })
      expect(events).toEqual([])
    }
  })

  it('of a later version is told apart from what was changed', async () => {
    const { jar, events } = jarWith()
    const cookie = pair(jar.remember('portal_1', 'c1', 'login'))
    const [, head = '', rest = ''] = /=([^.]+)(\..*)$/.exec(cookie) ?? []
    const later = Buffer.from(head, 'base64url').toString().replace('"kid":"1', '"kid":"2')
    const value = Buffer.from(later).toString('base64url') + rest
    expect(await jar.read(`${nameOf(cookie)}=${value}`)).toMatchObject({
      unreadable: [{ reason: 'version' }],
    })
    expect(events).toEqual([])
  })

  it('is one event for a request, whatever it carries, with a name of exact form only', async () => {
    const cookie = pair(jarWith().jar.remember('portal_1', 'c1', 'login'))
    const tagged = nameOf(cookie).slice(0, -12)
    const fakes = Array.from({ length: 900 }, (_, index) => `${tagged}${String(index).padStart(12, 'A')}=x`)
    const { jar, events } = jarWith()
    const { sessions, unreadable } = await jar.read([...fakes, cookie, '__Host-psso.\u0007\n=x'].join('; '))
    expect(sessions).toHaveLength(1)
    expect(unreadable.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(900)
    expect(events).toEqual([
      { type: 'cookie.unreadable', count: 900, name: `${tagged}AAAAAAAAA899`, reason: 'form' },
    ])
  })

  it('is opened from the last in the header on, twice maxSessions and five at the most', async () => {
    const { jar } = jarWith({ maxSessions: 2 })
    const cookies = Array.from({ length: 12 }, (_, index) =>
      pair(jar.remember(`portal_${index}`, 'c', 'login')),
    )
    const { sessions, unreadable } = await jar.read(cookies.join('; '))
    expect(sessions.map(({ cookieName }) => cookieName).sort()).toEqual(cookies.slice(-9).map(nameOf).sort())
    expect(unreadable.map(({ name, reason }) => [name, reason])).toEqual(
      cookies
        .slice(0, 3)
        .toReversed()
        .map((cookie) => [nameOf(cookie), 'many']),
    )
  })

  it('is nothing that was changed by a single character; any header is survived', async () => {
    const { jar, sessions } = jarWith()
    const cookie = pair(jar.remember('portal_1', 'c1', 'login'))
    await fc.assert(
      fc.asyncProperty(
        fc.nat(cookie.length - 1),
        fc.constantFrom('A', 'z', '.', '=', ';', ','),
        async (index, character) => {
          const changed = cookie.slice(0, index) + character + cookie.slice(index + 1)
          // The last character of a base64url part has bits that don't count: the same bytes are the same cookie.
          const bytes = (text: string) =>
            text
              .split('.')
              .map((part) => Buffer.from(part, 'base64url').toString('hex'))
              .join('.')
          if (bytes(changed) === bytes(cookie)) return
          expect(await sessions(changed)).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
    const piece = fc.oneof(fc.string(), fc.constantFrom('__Host-psso.', '; ', ', ', '=', cookie))
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        const found = await jar.read(pieces.join(''))
        for (const session of found.sessions) expect(session.sessionId).toBe('portal_1')
        for (const { name } of found.unreadable) expect(name ?? nameOf(cookie)).toMatch(/^[\w.-]+$/)
      }),
      { numRuns: 300 },
    )
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (header) => {
        expect((await jar.read(header as string)).sessions).toEqual([])
      }),
    )
  })
})
