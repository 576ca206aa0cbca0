import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CookieForm, findCookies } from '../../src/cookies/cookie-header.js'
import {
  toClearAtSignOut,
  toUnreadableEvent,
  type UnreadableCookie,
  unreadableSize,
} from '../../src/cookies/unreadable.js'
import type { UnreadableReason } from '../../src/events.js'

const OURS = '__Host-psso.'
const name = `${OURS}abcdefghijklmnop`
const form: CookieForm = {
  prefix: 'psso.',
  isSecure: true,
  tag: 'abc',
  randomLength: 16,
  valueStart: 'v',
  maxSize: 50,
  maxNamed: 2,
}
const find = (header: unknown) => findCookies(header as string, form)
const unreadable = (reason: UnreadableReason, count = 1): UnreadableCookie[] =>
  Array.from({ length: count }, (_, index) => ({ name: `${reason}${index}`, reason, size: 100 }))

describe('cookies of ours in a header', () => {
  it('are found by their exact form, the last first', () => {
    const second = `${OURS}abc-EFGHIJKLMNOP`
    const header = `a=1; ${name}=v1;\t${OURS}short=v; my.${name}=v; ${OURS}xbcdefghijklmnop=v; psso.abcdefghijklmnop=v; ${second}=v2; ${second.replace('M', 'm')}=x`
    expect(find(header)).toEqual({
      cookies: [
        { name: second, value: 'v2', size: name.length + 5 },
        { name, value: 'v1', size: name.length + 5 },
      ],
      unreadable: [
        { name: second.replace('M', 'm'), reason: 'form', size: name.length + 4 },
        { name: 'psso.abcdefghijklmnop', reason: 'scheme', size: 25 },
        { name: `${OURS}xbcdefghijklmnop`, reason: 'site', size: name.length + 4 },
      ],
    })
    // Whatever the header's order, what is ours is found among any number of others.
    expect(find(`${name}=v1; ${`${second}=x; `.repeat(900)}`).cookies).toMatchObject([{ value: 'v1' }])
    expect(find(`${name}=v1; ${name}=v2`).cookies).toMatchObject([{ value: 'v1' }])
  })

  it('of one reason are listed up to a number, and then counted', () => {
    const { unreadable: found } = find(
      [...Array(900).fill(`${name}=x`), `${name}=${'x'.repeat(60)}`].join('; '),
    )
    expect(found).toEqual([
      { name, reason: 'form', size: 50 },
      { name, reason: 'form', size: name.length + 4 },
      { reason: 'form', size: 899 * (name.length + 4), count: 899 },
    ])
    expect(toUnreadableEvent(found)).toMatchObject({ count: 901 })
    expect(unreadableSize(found)).toBe(50 + 900 * (name.length + 4))
  })

  it('are told, not parsed, where something has joined them with commas or made a list of them', () => {
    for (const header of [`${name}=v, ${name}=w`, `a=1, ${name}=v`, `a=1,${name}=v; b=2`]) {
      expect(find(header)).toMatchObject({ cookies: [], unreadable: [{ reason: 'joined' }] })
    }
    expect(find([`a=1; ${name}=v`])).toMatchObject({ cookies: [], unreadable: [{ reason: 'list' }] })
    expect(find([`${name}=v`, `${name}=w`, 'b=1', 5]).unreadable).toHaveLength(2)
    for (const header of [undefined, [], '', 'a=1, b=2', `note=see ${name}`, 7, {}])
      expect(find(header)).toEqual({ cookies: [], unreadable: [] })
  })
})

describe('at a sign-out', () => {
  const SIGNED_IN = { isSignedIn: true, remembersOthers: false }

  it('what can not be read is told with its likely causes, to a signed-in customer alone', () => {
    const cookies = [...unreadable('seal', 2), ...unreadable('joined')]
    const event = toUnreadableEvent(cookies, SIGNED_IN)
    expect(event).toMatchObject({ count: 3, name: 'seal0', reason: 'seal' })
    expect(event).toHaveProperty('message', expect.stringMatching(/commas.*"secret"/))
    expect(toUnreadableEvent(cookies, { ...SIGNED_IN, isSignedIn: false })).not.toHaveProperty('message')
    expect(toUnreadableEvent(cookies)).not.toHaveProperty('message')
    expect(toUnreadableEvent([], SIGNED_IN)).toBeUndefined()
  })

  it('cookies of another site are no riddle beside readable ones of this one', () => {
    const cookies = unreadable('site')
    expect(toUnreadableEvent(cookies)).toBeUndefined()
    expect(toUnreadableEvent(cookies, SIGNED_IN)).toHaveProperty('message', expect.stringMatching(/renamed/))
    expect(toUnreadableEvent(cookies, { ...SIGNED_IN, remembersOthers: true })).not.toHaveProperty('message')
  })

  it('a head of hundreds of lines is never made', () => {
    expect(toClearAtSignOut(unreadable('form', 900), 5)).toHaveLength(32)
  })

  it('all but the last maxSessions are cleared, and nothing that is in order elsewhere or unknown', () => {
    const reasons = [
      'seal',
      'name',
      'form',
      'age',
      'many',
      'version',
      'site',
      'scheme',
      'joined',
      'list',
    ] as const
    const kept = ['many', 'version', 'site', 'scheme', 'joined', 'list']
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...reasons), { maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        (given, maxSessions) => {
          const cookies = given.map((reason, index) => ({ name: String(index), reason, size: 10 }))
          const own = cookies.filter(({ reason }) => !kept.includes(reason))
          expect(toClearAtSignOut(cookies, maxSessions)).toEqual(
            own.slice(maxSessions).map((cookie) => ({ cookieName: cookie.name })),
          )
          const elsewhere = cookies.filter(({ reason }) => ['version', 'site', 'scheme'].includes(reason))
          expect(unreadableSize(cookies)).toBe(10 * (cookies.length - elsewhere.length))
        },
      ),
    )
  })
})
