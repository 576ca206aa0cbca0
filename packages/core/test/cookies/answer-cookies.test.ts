import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  COOKIE_CHANGES,
  type CookieChange,
  createAnswerCookies,
  MAX_ANSWER_COOKIE_BYTES,
} from '../../src/cookies/answer-cookies.js'

const cookie = (name: string, length = 200) => `${name}=`.padEnd(length, 'x')
const lines = (setCookies: readonly string[]) =>
  setCookies.map((value) => `Set-Cookie: ${value}\r\n`).join('')
const names = (setCookies: readonly string[]) => setCookies.map((value) => value.split('=')[0])

describe('the cookies of an answer', () => {
  it('leave in the order of their urgency, each kind in the order of coming', () => {
    const cookies = createAnswerCookies()
    cookies.add('renewed', [cookie('r1')])
    cookies.add('marked', [cookie('m1'), cookie('m2')])
    cookies.add('new', [cookie('n1')])
    cookies.add('cleared', [cookie('c1')])
    expect(names(cookies.list())).toEqual(['n1', 'c1', 'm1', 'm2', 'r1'])
  })

  it('are one for each name: what was said last', () => {
    const cookies = createAnswerCookies()
    cookies.add('new', [cookie('a'), cookie('b')])
    cookies.add('cleared', ['a=; Max-Age=0'])
    expect(cookies.list()).toEqual([cookie('b'), 'a=; Max-Age=0'])
  })

  it('put off what does not fit, the least urgent first, and fill the room with what does', () => {
    const cookies = createAnswerCookies()
    cookies.add('new', [cookie('n', 500)])
    cookies.add('cleared', [cookie('c1', 400), cookie('c2', 400)])
    cookies.add('marked', [cookie('m', 400)])
    cookies.add('renewed', [cookie('r', 100)])
    expect(names(cookies.list())).toEqual(['n', 'c1', 'c2', 'r'])
  })

  it('put off no clearing at a sign-out', () => {
    const cookies = createAnswerCookies()
    const cleared = Array.from({ length: 40 }, (_, index) => cookie(`c${index}`))
    cookies.add('cleared', cleared)
    cookies.add('marked', [cookie('m')])
    expect(cookies.list().length).toBeLessThan(cleared.length)
    cookies.putOffNoClearing()
    expect(cookies.list()).toEqual(cleared)
  })

  it('take 1.5 KB of the head at most, but for new ones, which all leave', () => {
    const change = fc.constantFrom(...COOKIE_CHANGES)
    const added = fc.array(fc.tuple(change, fc.nat(20), fc.integer({ min: 4, max: 900 })), { maxLength: 40 })
    fc.assert(
      fc.property(added, (all) => {
        const cookies = createAnswerCookies()
        const last = new Map<string, CookieChange>()
        for (const [kind, index, length] of all) {
          cookies.add(kind, [cookie(`c${index}`, length)])
          last.set(`c${index}`, kind)
        }
        const list = cookies.list()
        const kinds = names(list).map((name) => COOKIE_CHANGES.indexOf(last.get(String(name)) ?? 'new'))
        expect(kinds).toEqual([...kinds].sort((a, b) => a - b))
        const made = [...last].flatMap(([name, kind]) => (kind === 'new' ? [name] : []))
        const leaving = names(list).slice(0, made.length)
        expect([...leaving].sort()).toEqual([...made].sort())
        const bytes = Buffer.byteLength(lines(list))
        const bytesOfNew = Buffer.byteLength(lines(list.slice(0, made.length)))
        expect(bytes).toBeLessThanOrEqual(Math.max(MAX_ANSWER_COOKIE_BYTES, bytesOfNew))
      }),
    )
  })
})
