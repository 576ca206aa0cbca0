import fc from 'fast-check'
import { it } from 'vitest'
import { act, type Command } from './commands.ts'
import type { HostSettings } from './host-process.ts'
import { end } from './life.ts'
import { commandsOf, type Mix } from './mixes.ts'
import { World } from './world.ts'

// Further runs: PORTAL_SSO_RUNS=100000, in all mixes together (`pnpm soak`).
// A failing run again: PORTAL_SSO_SEED and PORTAL_SSO_PATH, as the failure prints them, and `-t` with the mix.
const { CI, PORTAL_SSO_RUNS, PORTAL_SSO_SEED, PORTAL_SSO_PATH } = process.env
const RUNS = Number(PORTAL_SSO_RUNS ?? 300)
// In CI always the same runs, so that what turns red there is the change; everywhere else new ones each time.
const SEED_IN_CI = 20_261_122
export const SEED = Number(PORTAL_SSO_SEED ?? (CI ? SEED_IN_CI : Math.floor(Math.random() * 2 ** 31)))

const settingsOf = (mix: Mix): fc.Arbitrary<HostSettings> =>
  fc.record({
    maxSessions: fc.integer({ min: 1, max: 3 }),
    hasLoginId: fc.constantFrom(false, false, true),
    hasLogin: fc.constant(mix.startsWith('login')),
    secondActivate: fc.constantFrom('refused' as const, 'refused' as const, 'accepted' as const),
    wrongToken: fc.constantFrom(400 as const, 401 as const, 404 as const, 409 as const),
    timeoutMs: fc.constant(8_000),
    logoutTimeoutMs: fc.constant(8_000),
    points: fc.constantFrom(null, 3, 8),
  })

/** One run: a world, a command after the other, and what must hold after each of them and in the end. */
export async function runModel(hostSettings: HostSettings, commands: readonly Command[]): Promise<void> {
  const world = await World.create(hostSettings)
  try {
    for (const command of commands) {
      await act(world, command)
      world.check()
    }
    await end(world)
  } finally {
    await world.close()
  }
}

/** What is simple is soon looked through; what overtakes each other is not. */
const SHARES: Readonly<Record<Mix, number>> = {
  everyday: 2,
  races: 4,
  outages: 4,
  crashes: 3,
  logins: 3,
  'login races': 4,
}

/** The test of one mix, with its share of the runs. */
export function itHolds(mix: Mix): void {
  const all = Object.values(SHARES).reduce((sum, share) => sum + share)
  const numRuns = Math.ceil((RUNS * SHARES[mix]) / all)
  it(`keeps its promises: ${mix}, ${numRuns} runs`, { timeout: 2 ** 31 - 1 }, async () => {
    process.stdout.write(`model, ${mix}: ${numRuns} runs, PORTAL_SSO_SEED=${SEED}\n`)
    await fc.assert(fc.asyncProperty(settingsOf(mix), commandsOf(mix), runModel), {
      numRuns,
      seed: SEED,
      ...(PORTAL_SSO_PATH && { path: PORTAL_SSO_PATH }),
      // A counterexample is wanted short, but not for ever.
      interruptAfterTimeLimit: 2 ** 31 - 1,
    })
  })
}
