import { expect } from 'vitest'
import type { Cell } from './cell.ts'
import { logOut, openLink } from './columns.ts'
import { type Expected, toExpected } from './expected.ts'
import { judgeOutcome } from './judge-outcome.ts'
import { leakFinder, spell } from './leaks.ts'

/** Holds a cell against the contract. */
export async function judge(cell: Cell, printed: readonly string[]): Promise<void> {
  const expected = toExpected(cell.fault, cell.column, cell.effect)
  judgeLeaks(cell, expected, printed)
  judgeCalls(cell, expected)
  if (cell.column.isWithoutEvents) judgeLog(cell, expected, printed)
  else judgeEvents(cell, expected)

  await judgeOutcome(cell, expected)

  // Nobody is kept on a connection that is of no more use.
  if (cell.effect.is === 'late') await cell.server.givenUp()
  expect(cell.server.visitorsElsewhere, 'a redirect was followed').toBe(0)
  if (cell.column.name === 'link' && cell.fault.misbehave) await judgeNextClick(cell)
  await judgeLastLogout(cell)
}

function judgeLeaks(
  { outcome, events, setCookies, sso, secrets, site }: Cell,
  expected: Expected,
  printed: readonly string[],
) {
  const findLeaks = leakFinder(secrets)
  const said: Record<string, unknown> = {
    'an event': events,
    'the middleware': sso,
    'an error': outcome.error,
    'a cookie': setCookies,
    'the log': printed.filter((line) => line.includes(site)),
  }
  // A portal session is handed out in the answer, and nowhere else.
  if (!expected.succeeds)
    Object.assign(said, { 'the answer': [outcome.headers, outcome.body, outcome.result] })
  for (const [place, value] of Object.entries(said)) {
    expect(findLeaks(spell(value)), `in ${place}`).toEqual([])
  }
  // Whoever else prints: not one line of this process may hold a secret of this cell.
  const leaks = findLeaks(printed.join('\n')).filter((name) => name !== "Chargebee's text")
  expect(leaks, 'in the log').toEqual([])
}

function judgeCalls({ calls, column, effect }: Cell, { calls: [least, most] }: Expected) {
  const own = calls.filter(({ operation }) => operation === column.operation)
  expect(own.length, 'calls').toBeGreaterThanOrEqual(least)
  expect(own.length, 'calls').toBeLessThanOrEqual(most)
  expect(calls.filter(({ operation }) => operation === 'other')).toEqual([])
  if (column.isWarm) expect(own[0]).toMatchObject({ isOnUsedConnection: true })
  if (column.operation === 'create') {
    const keys = new Set(own.map(({ headers }) => headers['chargebee-idempotency-key']))
    // Section 7: "same idempotency key".
    if (own.length > 0) expect([...keys]).toEqual([expect.stringMatching(/^.{8,100}$/)])
  }
  if (effect.is !== 'busy' || !effect.waitMs) return
  const gaps = own.slice(1).map(({ atMs }, index) => atMs - (own[index]?.atMs ?? 0))
  for (const gap of gaps) expect(gap, 'came back too early').toBeGreaterThanOrEqual(effect.waitMs)
}

function judgeEvents({ events, column, outcome }: Cell, { status, setting, succeeds, codes }: Expected) {
  const failed = events.filter(({ type }) => type === 'upstream.failed')
  for (const event of failed) expect(event).toMatchObject({ operation: column.operation })
  if (status !== undefined) {
    expect(failed.length, 'upstream.failed').toBeGreaterThanOrEqual(1)
    // The way back takes its own short time whatever the settings: a later try may run out of it.
    const inTime = column.name === 'return' ? failed.slice(0, 1) : failed
    for (const [index, event] of inTime.entries()) expect(event).toMatchObject({ status, attempt: index + 1 })
  }
  const settings = events.flatMap((event) => (event.type === 'misconfigured' ? [event.setting] : []))
  if (setting) expect(settings).toEqual([expect.stringMatching(setting)])
  else expect(settings).toEqual([])
  if (!succeeds && outcome.status >= 400)
    expect(codes).toContain(events.find((event) => event.type === 'request.refused')?.code)
}

/** What an operator sees who has not set anything up. */
function judgeLog({ site, effect }: Cell, { status, setting }: Expected, printed: readonly string[]) {
  const lines = printed.filter((line) => line.includes(site))
  if (setting) expect(lines.filter((line) => setting.test(line)).length).toBeGreaterThanOrEqual(1)
  if (status !== undefined) expect(lines.filter((line) => /create/.test(line))).toHaveLength(1)
  if (effect.is === 'doubt' && effect.isOrphan) expect(lines.join()).toContain('never handed out')
  for (const line of lines) expect(line).not.toContain('\n')
}

/** The same customer clicks once more, with Chargebee well again. */
async function judgeNextClick({ server, sso, browser, calls, emulator }: Cell) {
  server.heal()
  const next = await openLink(sso, browser)
  expect(next.status).toBe(303)
  expect(next.headers.Location).toBe(emulator.sessions().at(-1)?.access_url)
  const keyOf = (call: (typeof calls)[number]) => call.headers['chargebee-idempotency-key']
  const [before, after] = [calls, server.calls.slice(calls.length)].map((some) =>
    some.filter(({ operation }) => operation === 'create').map(keyOf),
  )
  expect(after).toHaveLength(1)
  expect(before).not.toContain(after?.[0])
}

/** Whatever has happened: what this browser was given is found and ended when Chargebee is well. */
async function judgeLastLogout({ honest, browser, emulator }: Cell) {
  const remembered = await browser.remembered()
  const { status, body } = await logOut(honest, browser)
  expect(status).toBe(200)
  expect(JSON.parse(body)).toMatchObject({ pending: 0 })
  // A sign-in at Chargebee that was begun may still be finished, or run out within ten minutes.
  expect(browser.names().filter((name) => !name.includes('psso-login.'))).toEqual([])
  for (const { sessionId } of remembered) {
    expect(emulator.sessions().find(({ id }) => id === sessionId)).toMatchObject({ status: 'logged_out' })
  }
}
