// A request that is not ours: what the middleware adds to it.
import { median } from '../lib/numbers.mjs'
import { startParty } from '../lib/processes.mjs'
import { createScene } from '../lib/scene.mjs'

const RUNS = 11
const CALLS = 1_000_000
const LIMIT = 0.2

/** @param {import('../lib/scene.mjs').Surroundings} surroundings */
export async function measureUnrelated(surroundings) {
  surroundings.say(`${RUNS} runs of ${CALLS} requests that are not ours: about 5 s`)
  // A Chargebee is there all the same: the middleware may want to connect to it.
  const scene = await createScene(surroundings, { roundTripMs: 0 })
  const env = { NODE_EXTRA_CA_CERTS: surroundings.certificate.cert }
  const party = await startParty('unrelated', { apiPort: scene.port }, { env })
  /** @type {{ ours: number, noop: number }[]} */
  const runs = await party.ask('run', { runs: RUNS, calls: CALLS })
  await party.stop()
  await scene.stop()
  const added = median(runs.map(({ ours, noop }) => ours - noop))
  return [
    {
      what: 'Unrelated request, over a middleware that does nothing',
      ours: `${added.toFixed(3)} µs`,
      limit: `≤ ${LIMIT} µs`,
      isMet: added <= LIMIT,
    },
  ]
}
