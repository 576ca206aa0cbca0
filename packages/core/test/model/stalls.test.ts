import fc from 'fast-check'
import { describe, it } from 'vitest'
import { act, type Command, commandsOf, stall } from './commands.ts'
import type { HostSettings } from './host-process.ts'
import { runModel, SEED } from './run-model.ts'
import { World } from './world.ts'

// Calls that hang until a deadline, which is real time: few and short.
const SETTINGS: HostSettings = { maxSessions: 2, hasLoginId: false, timeoutMs: 1_500, logoutTimeoutMs: 500 }

const NOW = { fate: 'now' } as const
const click = (browser = 0): Command => ({ do: 'start', kind: 'link', browser, options: NOW, wait: true })
const begin = (kind: 'link' | 'logout' | 'return' | 'sessions'): Command => ({
  do: 'start',
  kind,
  browser: 0,
  options: NOW,
  wait: false,
})

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
        // The customer clicks once more, with Chargebee well again, before the world ends.
        const after: Command[] = [{ do: 'heal' }, { do: 'flow' }, { do: 'wait' }, click()]
        await runModel(SETTINGS, [click(), click(), hangs, ...during, ...trouble.end, ...after])
      })
    }
  }

  it.each([1, 2, 3, 4, 5, 6])(
    'anything, run %i',
    async (run) => {
      const seed = SEED + run
      process.stdout.write(`model, stalls: run ${run}, PORTAL_SSO_SEED=${SEED}\n`)
      const commands = commandsOf('outages', [{ weight: 6, arbitrary: stall }])
      const property = fc.asyncProperty(commands, (all) => runModel(SETTINGS, all))
      await fc.assert(property, { numRuns: 1, seed, endOnFailure: true })
    },
    120_000,
  )

  it('ends a process that still waits for an answer', async () => {
    const world = await World.create(SETTINGS)
    try {
      await act(world, { do: 'fail', rule: { operation: 'create', kind: 'no-headers', times: 3 } })
      await act(world, begin('link'))
      await act(world, { do: 'restart', how: 'close', secrets: 'same' })
      world.check()
      await world.end()
    } finally {
      await world.close()
    }
  })
})
