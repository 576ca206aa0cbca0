import { expect } from 'vitest'
import { expectPrivate, rememberedBy } from './check.js'
import { type Answer, json } from './http.js'
import type { Scene } from './scene.js'

/** A place of its own, so that a check sees who was sent there. */
export const AFTER_LOGOUT = { afterLogoutUrl: '/bye' } as const

export function expectLoggedOut(answer: Answer, ended: number): void {
  expect(answer.status, answer.body).toBe(200)
  expectPrivate(answer)
  expect(answer.headers['content-type']).toMatch(/^application\/json\b/)
  expect(json(answer)).toEqual({ ended, pending: 0 })
}

export function expectGoesOn(answer: Answer, scene: Scene, path: string): void {
  expect(answer.status, answer.body).toBe(303)
  expectPrivate(answer)
  expect(answer.body).toBe('')
  expect(scene.resolve(answer.headers.location, '/portal_logout')).toBe(scene.onOrigin(path))
}

export function expectNothingPending(answer: Answer): void {
  expect(answer.status, answer.body).toBe(200)
  expect(json(answer)).toMatchObject({ pending: 0 })
}

export function expectPending(answer: Answer): void {
  expect(answer.status, answer.body).toBe(503)
  expectPrivate(answer)
  expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/)
  expect(answer.headers.location).toBeUndefined()
}

/** The browser whose create lost is where a logout leads, and holds nothing of it. */
export function expectSuperseded(answer: Answer, scene: Scene): void {
  expect(answer.status, answer.body).toBe(303)
  expect(scene.resolve(answer.headers.location)).toBe(scene.onOrigin(AFTER_LOGOUT.afterLogoutUrl))
  expect(rememberedBy(answer)).toEqual([])
}
