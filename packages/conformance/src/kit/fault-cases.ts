import type { FaultRule } from '@portal-sso/emulator'
import type { Scene, Stage } from './scene.js'

export const ALWAYS = Number.POSITIVE_INFINITY

/** What goes wrong with a call, whichever it is. */
export type Fault = Omit<FaultRule, 'operation' | 'times'>

/** One scene per case, all at once: the waits between tries would add up. */
export async function each<Case>(
  { open }: Stage,
  cases: readonly Case[],
  run: (scene: Scene, one: Case) => Promise<void>,
  options: Record<string, unknown> = {},
): Promise<void> {
  await Promise.all(
    cases.map(async (one) => {
      const scene = await open({ options })
      try {
        await run(scene, one)
      } catch (error) {
        throw new Error(`with ${JSON.stringify(one).slice(0, 200)}`, { cause: error })
      }
    }),
  )
}
