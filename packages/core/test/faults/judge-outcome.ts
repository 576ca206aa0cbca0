import { expect } from 'vitest'
import { PortalSsoError, STATUS_OF } from '../../src/errors.js'
import { AFTER_LOGOUT_URL, type Cell, CUSTOMER, RETURN_URL } from './cell.ts'
import { RETURN_TO } from './columns.ts'
import type { Expected } from './expected.ts'

/** What the customer and their browser have got. */
export async function judgeOutcome(cell: Cell, expected: Expected): Promise<void> {
  const { succeeds } = expected
  switch (cell.column.operation) {
    case 'create':
      return succeeds ? judgeOpened(cell) : judgeNotOpened(cell, expected)
    case 'logout':
      return succeeds ? judgeEnded(cell) : judgeNotEnded(cell, expected)
    case 'retrieve':
      return judgeLooked(cell, expected)
    case 'activate':
      return succeeds ? judgeSignedIn(cell) : judgeNotSignedIn(cell, expected)
  }
}

function judgeRefusal({ outcome, column }: Cell, { codes = [] }: Expected) {
  const { error, status, headers, body } = outcome
  if (!(error instanceof PortalSsoError)) throw new Error('no refusal', { cause: error })
  const { code, headers: given } = error
  expect(codes).toContain(code)
  expect(error.status).toBe(STATUS_OF[code])
  if (code === 'chargebee_unavailable' || code === 'logout_incomplete')
    expect(given['Retry-After']).toMatch(/^[1-9]\d{0,5}$/)
  if (status === 0) return
  expect(status).toBe(STATUS_OF[code])
  expect(headers).toMatchObject({ ...given, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' })
  expect(headers).not.toHaveProperty('Location')
  if (column.isScript) expect(JSON.parse(body)).toMatchObject({ status, code })
  else expect(body).toMatch(/^<!doctype html>.*(<a |<button)/is)
}

async function judgeOpened({ outcome, browser, emulator, earlier, setCookies, effect }: Cell) {
  const { status, headers, body, result } = outcome
  const [, made, ...more] = emulator.sessions()
  // One click, one usable session, however often it was tried.
  expect(more).toEqual([])
  expect(made).toMatchObject({ status: 'created', customer_id: CUSTOMER })
  const handedOut =
    status === 303 ? headers.Location : ((result ?? JSON.parse(body)) as typeof made)?.access_url
  expect(handedOut).toBe(made?.access_url)
  expect(setCookies.length, JSON.stringify(effect)).toBeGreaterThanOrEqual(1)
  expect(new Set((await browser.remembered()).map(({ sessionId }) => sessionId))).toEqual(
    new Set([earlier, made?.id]),
  )
}

async function judgeNotOpened(cell: Cell, expected: Expected) {
  const { browser, earlier, effect, emulator, events, column } = cell
  judgeRefusal(cell, expected)
  const remembered = await browser.remembered()
  expect(remembered.map(({ sessionId }) => sessionId)).toEqual([earlier])
  expect(browser.names()).toHaveLength(1)
  if (effect.is !== 'doubt') return
  const [, made] = emulator.sessions()
  const ends = cell.calls.filter(({ operation }) => operation === 'logout')
  const orphans = events.filter(({ type }) => type === 'session.orphaned')
  if (effect.isOrphan) {
    // An id that is none can't be ended, and must not reach an address.
    expect(ends).toEqual([])
    if (!column.isWithoutEvents) expect(orphans).toHaveLength(1)
    return
  }
  expect(ends.map(({ path }) => path)).toEqual([`/api/v2/portal_sessions/${made?.id}/logout`])
  expect(made).toMatchObject({ status: 'logged_out' })
  expect(orphans).toEqual([])
  if (column.isWithoutEvents) return
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'session.ended', sessionId: made?.id, by: 'doubt' }),
  )
}

async function judgeEnded({ outcome, browser, emulator, effect, events, earlier }: Cell) {
  const { status, headers, body, result } = outcome
  if (status === 303) expect(headers).toMatchObject({ Location: AFTER_LOGOUT_URL })
  else expect(result ?? JSON.parse(body)).toEqual({ ended: 1, pending: 0 })
  expect(await browser.remembered()).toEqual([])
  expect(browser.names()).toEqual([])
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'session.ended', sessionId: earlier, by: 'logout' }),
  )
  if (effect.is !== 'unknown') expect(emulator.sessions()).toMatchObject([{ status: 'logged_out' }])
}

async function judgeNotEnded(cell: Cell, expected: Expected) {
  const { outcome, browser, earlier, events, column } = cell
  if (column.name === 'logout()') {
    expect(outcome.error).toBeUndefined()
    expect(outcome.result).toEqual({ ended: 0, pending: 1 })
  } else {
    judgeRefusal(cell, expected)
  }
  expect(await browser.remembered()).toMatchObject([{ sessionId: earlier, isPending: true }])
  expect(events).toContainEqual(expect.objectContaining({ type: 'session.pending', sessionId: earlier }))
}

async function judgeLooked(cell: Cell, expected: Expected) {
  const { outcome, browser, earlier, effect, column } = cell
  if (column.name === 'return') {
    expect(outcome.status).toBe(303)
    expect(outcome.headers).toMatchObject({ Location: RETURN_URL })
  } else if (expected.succeeds) {
    const ids = effect.is === 'unknown' ? [] : [expect.objectContaining({ id: earlier })]
    expect(outcome.result).toEqual(ids)
  } else {
    judgeRefusal(cell, expected)
  }
  const remembered = (await browser.remembered()).map(({ sessionId }) => sessionId)
  expect(remembered).toEqual(column.name === 'return' && effect.is === 'unknown' ? [] : [earlier])
}

async function judgeSignedIn({ outcome, browser, earlier, emulator, events, logins }: Cell) {
  const [, claimed, ...more] = emulator.sessions()
  expect(more).toEqual([])
  expect(outcome.status).toBe(303)
  expect(outcome.headers).toMatchObject({ Location: RETURN_TO })
  expect(claimed).toMatchObject({ status: 'activated' })
  expect(logins).toMatchObject([{ id: claimed?.id, status: 'activated' }])
  for (const secret of ['token', 'access_url']) expect(logins[0]).not.toHaveProperty(secret)
  const customerId = logins[0]?.customer_id
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'login.completed', customerId, sessionId: claimed?.id }),
  )
  const remembered = new Set((await browser.remembered()).map(({ sessionId }) => sessionId))
  // Section 6: "A reverse login as another customer ends them too".
  expect(remembered).toEqual(new Set([...(customerId === CUSTOMER ? [earlier] : []), claimed?.id]))
}

async function judgeNotSignedIn(cell: Cell, expected: Expected) {
  const { browser, calls, earlier, emulator, fault, logins, outcome } = cell
  judgeRefusal(cell, expected)
  expect(logins).toEqual([])
  expect((await browser.remembered()).map(({ sessionId }) => sessionId)).toEqual([earlier])
  // Section 4: the cookie of the begun login "is cleared with every answer but 429 and 503".
  expect(browser.names()).toHaveLength(outcome.status === 429 || outcome.status === 503 ? 2 : 1)
  // Section 4: "an id that was not activated by this browser is never logged out".
  const ends = calls.filter(({ operation }) => operation === 'logout').map(({ path }) => path)
  const claimed = emulator.sessions()[1]?.id
  const isActivated = fault.name === 'no customer'
  expect(ends).toEqual(isActivated ? [`/api/v2/portal_sessions/${claimed}/logout`] : [])
}
