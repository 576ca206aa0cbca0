import { expect } from 'vitest'
import { expectPrivate, forgottenBy, ourCookies, rememberedBy } from '../kit/check.js'
import { type Answer, json } from '../kit/http.js'
import type { Visitor } from '../kit/visitor.js'
import type { Begun, LoginScene } from './scene.js'

/** The customer is signed in, on the way to `path`, and one portal session more is remembered. */
export function expectSignedIn(answer: Answer, { scene }: LoginScene, path = '/'): void {
  expect(answer.status, answer.body).toBe(303)
  expectPrivate(answer)
  expect(answer.body).toBe('')
  expect(scene.resolve(answer.headers.location, CALLBACK_FOR_RESOLVING)).toBe(scene.onOrigin(path))
  expect(rememberedBy(answer).length).toBeGreaterThan(0)
}

/** Relative addresses would resolve against this; one segment stands for the state. */
export const CALLBACK_FOR_RESOLVING = '/portal_callback/state'

/** An answer of a login route that let nobody in: it sets nothing, though it may clear what it has used up. */
export function expectNobodyIn(answer: Answer, status: number | readonly number[]): void {
  expect([status].flat(), answer.body).toContain(answer.status)
  expectPrivate(answer)
  expect(answer.headers.location).toBeUndefined()
  expectNothingKept(answer)
}

/** What an answer may have left of a session that was ended: a logout succeeds, and asks nothing more of Chargebee. */
export async function expectNothingLeft({ scene }: LoginScene, visitor: Visitor): Promise<void> {
  const calls = scene.emulator.calls().length
  const answer = await visitor.logout()
  expect(answer.status, answer.body).toBe(200)
  expect(json(answer)).toMatchObject({ pending: 0 })
  expect(scene.emulator.calls()).toHaveLength(calls)
  expect(visitor.remembered).toEqual([])
}

/** No cookie of ours is set, and none of a portal session cleared. */
export function expectNothingKept(answer: Answer): void {
  expect(
    ourCookies(answer)
      .filter(({ deletes }) => !deletes)
      .map(({ raw }) => raw),
  ).toEqual([])
  expect(forgottenBy(answer).map(({ raw }) => raw)).toEqual([])
}

/** The browser is told to forget the cookie of this login, in words that it accepts for such a name. */
export function expectUsedUp(answer: Answer, { cookie }: Begun): void {
  const cleared = ourCookies(answer).filter(({ name }) => name === cookie.name)
  expect(cleared.map(({ deletes }) => deletes)).toEqual([true])
  expect(cleared[0]?.attributes.get('path')).toBe('/')
  expect(cleared[0]?.attributes.has('secure')).toBe(cookie.attributes.has('secure'))
}

/** Not a word about cookies of ours. */
export function expectUntouchedCookies(answer: Answer): void {
  expect(ourCookies(answer).map(({ raw }) => raw)).toEqual([])
}

/** The codes of what was refused, in order. */
export function refusalsOf({ scene }: LoginScene): unknown[] {
  return scene.events.filter(({ type }) => type === 'request.refused').map(({ code }) => code)
}
