import { describe, it } from 'vitest'
import { counting } from './counting.js'
import { due } from './due.js'
import { orders } from './orders.js'
import { owners } from './owners.js'
import { repeats } from './repeats.js'
import { Bench, type OpenStore, type StoreCheckGroup } from './store-check.js'
import { switches } from './switches.js'

export type { OpenStore } from './store-check.js'

const groups: readonly StoreCheckGroup[] = [orders, owners, switches, repeats, due, counting]

/**
 * The suite that every store must pass: declares one Vitest suite that runs each check on data of its own.
 *
 * @param name what is under test, say `Redis, node-redis`
 * @param open opens the store for a site; closing it is for the caller, after all checks
 */
export function describeStore(name: string, open: OpenStore): void {
  describe(name, () => {
    for (const { title, checks } of groups) {
      describe.concurrent(title, () => {
        for (const { id, title: requirement, run } of checks) {
          it(`${id}: ${requirement}`, async () => run(await Bench.at(open)))
        }
      })
    }
  })
}
