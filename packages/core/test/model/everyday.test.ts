import { it } from 'vitest'
import type { Command } from './commands.ts'
import type { Outsider } from './outsiders.ts'
import { itHolds, runModel } from './run-model.ts'

itHolds('everyday')

const SETTINGS = {
  maxSessions: 3,
  hasLoginId: false,
  hasLogin: true,
  secondActivate: 'refused',
  wrongToken: 400,
  timeoutMs: 8_000,
  logoutTimeoutMs: 8_000,
  points: null,
} as const

const DAY_MS = 24 * 60 * 60 * 1000
const FIRST = { browser: 0, options: { fate: 'now' }, wait: true } as const
const CLICK: Command = { do: 'start', kind: 'link', ...FIRST }

const OTHER: Command = { do: 'sign in', browser: 0, customer: 'ben' }
const LAST_USER: Command = { do: 'intrude', who: 'last user', browser: 0, pick: 0 }

it.each<{ name: string; commands: Command[] }>([
  { name: 'of the next one', commands: [CLICK, OTHER, CLICK, LAST_USER] },
  { name: 'of the next one, under way', commands: [CLICK, OTHER, { ...CLICK, wait: false }, LAST_USER] },
])('leaves alone what is $name, when the last user signs out with old cookies', async ({ commands }) => {
  await runModel(SETTINGS, commands)
})

// Too rare in random runs: many of the same kind.
it.each<{ name: string; who: Outsider; picks: number[] }>([
  { name: "another website's links", who: 'foreign page', picks: [0, 1, 2, 6] },
  { name: "a stranger's sign-ins and clicks", who: 'stranger', picks: [0, 1, 2, 3, 4, 5] },
  { name: "the last user's old cookies", who: 'last user', picks: [1, 2, 3] },
])('takes no click from a customer, whatever comes of $name', async ({ who, picks }) => {
  const settings = { ...SETTINGS, points: 3 }
  const all = [...picks, ...picks, ...picks].map(
    (pick): Command => ({ do: 'intrude', who, browser: 0, pick }),
  )
  const signIn: Command = { do: 'sign in', browser: 0, customer: 'ben' }
  await runModel(settings, [
    CLICK,
    signIn,
    CLICK,
    ...all,
    { do: 'wait' },
    CLICK,
    ...all,
    { do: 'wait' },
    CLICK,
  ])
})

// Too rare in random runs: a cookie lives for 400 days from when it was last seen.
it.each<{ name: string; visit: Command }>([
  { name: 'the way back', visit: { do: 'start', kind: 'return', ...FIRST } },
  { name: 'a click', visit: CLICK },
  {
    name: 'a sign-in',
    visit: { do: 'come back', way: 'signed in', customer: 'anna', pick: 0, ...FIRST },
  },
])('remembers for another 400 days what comes by: $name', async ({ visit }) => {
  const later: Command = { do: 'jump', ms: 250 * DAY_MS }
  await runModel(SETTINGS, [CLICK, later, visit, later])
})
