import { expect } from 'vitest'
import type { Answer, SetCookie } from './http.js'
import { json, varyOf } from './http.js'
import type { Scene, Stage } from './scene.js'
import { remembersSession } from './visitor.js'

/** One requirement of the contract, tried on a host. */
export interface Check {
  /** Stays the same when the wording changes. */
  readonly id: string
  /** The requirement as a sentence with MUST. */
  readonly title: string
  run(stage: Stage): Promise<void>
}

export interface CheckGroup {
  readonly title: string
  readonly checks: readonly Check[]
  /** One at a time, since they look at what is the process's and not the host's: the console. */
  readonly alone?: boolean
}

export function check(id: string, title: string, run: (stage: Stage) => Promise<void>): Check {
  return { id, title, run }
}

export const FOUR_HUNDRED_DAYS_IN_SECONDS = 400 * 24 * 60 * 60

/** The cookies that this answer sets to remember portal sessions. */
export function rememberedBy(answer: Answer): SetCookie[] {
  return answer.setCookies.filter(({ name, deletes }) => remembersSession(name) && !deletes)
}

/** All that this answer sets or clears, the host's own cookies aside. */
export function ourCookies({ setCookies }: Answer): SetCookie[] {
  return setCookies.filter(({ name }) => isOurs(name))
}

/** The cookies of portal sessions that this answer clears. */
export function forgottenBy(answer: Answer): SetCookie[] {
  return answer.setCookies.filter(({ name, deletes }) => remembersSession(name) && deletes)
}

/** What every answer of every route carries. */
export function expectPrivate(answer: Answer): void {
  expect(answer.headers['cache-control'], 'Cache-Control').toBe('no-store')
  expect(answer.headers['referrer-policy'], 'Referrer-Policy').toBe('no-referrer')
}

/** An answer of ours that gave nothing away: no cookie of ours, no address of a portal. */
export function expectRefusal(answer: Answer, status: number): void {
  expect(answer.status, answer.body).toBe(status)
  expectPrivate(answer)
  expect(answer.setCookies.filter(({ name }) => isOurs(name)).map(({ raw }) => raw)).toEqual([])
  expect(answer.headers.location).toBeUndefined()
}

/** RFC 9457. */
export function expectProblem(answer: Answer, status: number): void {
  expectRefusal(answer, status)
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json\b/)
  const problem = json(answer)
  expect(problem.status).toBe(status)
  expect(problem.title ?? problem.detail).toEqual(expect.any(String))
  expect(problem.type, 'the address of what explains the code').toMatch(new RegExp(`#${problem.code}$`))
}

export function expectPage(answer: Answer, status: number): void {
  expectRefusal(answer, status)
  expect(answer.headers['content-type']).toMatch(/^text\/html; ?charset=utf-8$/i)
}

/** The portal was opened: the address of the newest session, in `Location` only. */
export function expectHandedOut(answer: Answer, scene: Scene): void {
  expect(answer.status, answer.body).toBe(303)
  expect(answer.headers.location).toBe(newestSession(scene).access_url)
  expect(answer.body).toBe('')
  expectPrivate(answer)
}

/** The request went on to the host's own routes, and these knew nothing of it. */
export function expectNext(answer: Answer): void {
  expect(answer.status, answer.body).toBe(404)
  expect(json(answer)).toEqual({ host: 404 })
}

/** The host's own error handler answered. */
export function expectHostError(answer: Answer): Record<string, unknown> {
  expect(answer.status, answer.body).toBe(500)
  const body = json(answer)
  expect(body).toHaveProperty('hostError')
  expect(answer.setCookies.filter(({ name }) => isOurs(name))).toEqual([])
  return body
}

export function expectVary(answer: Answer, ...names: string[]): void {
  expect(varyOf(answer)).toEqual(expect.arrayContaining(names.map((name) => name.toLowerCase())))
}

export function expectNoCall(scene: Scene): void {
  expect(scene.emulator.calls()).toEqual([])
}

export function newestSession(scene: Scene) {
  const session = scene.sessions.at(-1)
  if (session === undefined) throw new Error('the emulator has made no portal session')
  return session
}

/** Copies headers without some. */
export function without(
  headers: Readonly<Record<string, string>>,
  ...names: readonly string[]
): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}

/** The address of one of our routes, as `Location` and links give it, with these query parameters and no others. */
export function expectSameAddress(
  actual: string,
  address: string,
  query: readonly (readonly [string, string])[],
): void {
  const url = new URL(actual)
  expect(`${url.origin}${url.pathname}`).toBe(address)
  expect([...url.searchParams].sort()).toEqual([...query].map((pair) => [...pair]).sort())
}

function isOurs(name: string): boolean {
  return /^(__Host-)?psso/.test(name)
}

/** Waits for something that another party is about to do; the test's own time limit ends a vain wait. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2))
}
