import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { Browser } from './browser.ts'
import { act, type Command } from './commands.ts'
import type { Outcome } from './exchange.ts'
import type { HostSettings } from './host-process.ts'
import { end } from './life.ts'
import { commandsOf } from './mixes.ts'
import { passUntil } from './passing.ts'
import { runModel, SEED } from './run-model.ts'
import { stall } from './trouble-commands.ts'
import { hold } from './violation.ts'
import { World } from './world.ts'

// Calls that hang until a deadline.
const SETTINGS: HostSettings = {
  maxSessions: 2,
  hasLoginId: false,
  hasLogin: true,
  secondActivate: 'refused',
  wrongToken: 400,
  timeoutMs: 1_500,
  logoutTimeoutMs: 500,
  points: null,
}

const NOW = { fate: 'now' } as const
const click = (browser = 0): Command => ({ do: 'start', kind: 'link', browser, options: NOW, wait: true })
const begin = (kind: 'link' | 'logout' | 'return' | 'sessions') => ({
  do: 'start' as const,
  kind,
  browser: 0,
  options: NOW,
  wait: false,
})
const comeBack: Command = {
  do: 'come back',
  browser: 0,
  customer: 'cleo',
  way: 'signed in',
  pick: 0,
  options: NOW,
  wait: false,
}

/** What is under way when the call hangs, after two clicks; `operation` is the call that does. */
const SITUATIONS = [
  { name: 'a click', operation: 'create', during: [begin('link')] },
  { name: 'a click with no room', operation: 'logout', during: [begin('link')] },
  {
    name: "another customer's click",
    operation: 'logout',
    during: [{ do: 'sign in', browser: 0, customer: 'cleo' } as const, begin('link')],
  },
  { name: 'a logout', operation: 'logout', during: [begin('logout')] },
  { name: 'a click and a logout', operation: 'create', during: [begin('link'), begin('logout')] },
  { name: 'two logouts', operation: 'logout', during: [begin('logout'), begin('logout')] },
  { name: 'a sign-in at Chargebee', operation: 'activate', during: [comeBack] },
  { name: 'a sign-in as another customer', operation: 'logout', during: [comeBack] },
  { name: 'a sign-in and a logout', operation: 'activate', during: [comeBack, begin('logout')] },
  { name: 'the way back', operation: 'retrieve', during: [begin('return')] },
  { name: 'a list', operation: 'retrieve', during: [begin('sessions')] },
] as const

/** How it hangs, and what ends it. */
const TROUBLES: readonly { name: string; kind?: 'no-headers' | 'no-end'; end: readonly Command[] }[] = [
  { name: 'no answer until the deadline', kind: 'no-headers', end: [{ do: 'wait' }] },
  { name: 'an answer without an end', kind: 'no-end', end: [{ do: 'wait' }] },
  { name: 'a connection that breaks', end: [{ do: 'step', pick: 0 }, { do: 'tear' }, { do: 'wait' }] },
  {
    name: 'the process killed',
    end: [
      { do: 'step', pick: 0 },
      { do: 'restart', how: 'kill', secrets: 'rotate' },
    ],
  },
]

describe.concurrent('keeps its promises when calls hang', () => {
  for (const { name, operation, during } of SITUATIONS) {
    for (const trouble of TROUBLES) {
      it(`${name}: ${trouble.name}`, async () => {
        const { kind } = trouble
        const hangs: Command = kind ? { do: 'fail', rule: { operation, kind, times: 9 } } : { do: 'stop' }
        // The customer comes by once more, with Chargebee well again, before the world ends.
        const back: Command = { ...begin('return'), wait: true }
        const after: Command[] = [
          { do: 'heal' },
          { do: 'flow' },
          { do: 'wait' },
          kind === 'no-headers' ? back : click(),
        ]
        await runModel(SETTINGS, [click(), click(), hangs, ...during, ...trouble.end, ...after])
      })
    }
  }

  it.each([1, 2, 3, 4, 5, 6])(
    'anything, run %i',
    async (run) => {
      const seed = SEED + run
      process.stdout.write(`model, stalls: run ${run}, PORTAL_SSO_SEED=${SEED}\n`)
      const mix = run % 2 === 0 ? 'login races' : 'outages'
      const commands = commandsOf(mix, [{ weight: 6, arbitrary: stall }])
      const property = fc.asyncProperty(commands, (all) => runModel(SETTINGS, all))
      await fc.assert(property, { numRuns: 8, seed })
    },
    120_000,
  )

  it('ends a sign-in that the host has no answer to', async () => {
    const late = { ...comeBack, options: { ...NOW, onLogin: 'is late' } } as const
    const world = await World.create(SETTINGS)
    try {
      await act(world, late)
      const [exchange] = world.ledger.running()
      await passUntil(world, () => !exchange?.isRunning)
      world.check()
      const [session] = world.ledger.sessions().values()
      hold('answered', exchange?.wayBack?.told.length === 1, () => 'the host was not asked')
      hold('answered', isTimeout(exchange?.outcome), () => 'a host that never answers lets somebody in')
      hold('reverse flow', session?.status === 'logged_out', () => `the session is ${session?.status}`)
      await end(world)
    } finally {
      await world.close()
    }
  })

  it('does not say that a first click is over while nobody can tell whose it is', async () => {
    const world = await World.create(SETTINGS)
    try {
      await act(world, { do: 'stop' })
      await act(world, begin('link'))
      const browser = world.browsers[0] as Browser
      const logout = world.start('logout', browser, { ...NOW, host: 'is silent' })
      await passUntil(world, () => !logout.isRunning)
      hold('logged out', !logout.hasSucceeded, () => 'the click is under way')
      world.check()
      await end(world)
    } finally {
      await world.close()
    }
  })

  it('ends a process that still waits for an answer', async () => {
    const world = await World.create(SETTINGS)
    try {
      await act(world, { do: 'fail', rule: { operation: 'create', kind: 'no-headers', times: 3 } })
      await act(world, begin('link'))
      await act(world, { do: 'restart', how: 'close', secrets: 'same' })
      world.check()
      await end(world)
    } finally {
      await world.close()
    }
  })
})

function isTimeout(outcome: Outcome | undefined): boolean {
  return outcome?.status === 504
}
