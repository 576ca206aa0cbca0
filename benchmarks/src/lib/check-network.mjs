import { median, wait } from './numbers.mjs'
import { toRoundTrips } from './report.mjs'
import { createScene, ROUND_TRIP_MS } from './scene.mjs'

const PROBES = 9
const TRIES = 4

/**
 * The simulated network has to cost what a real one would, or no number is worth anything.
 *
 * @param {import('./scene.mjs').Surroundings} surroundings
 * @throws where it does not after a few tries: too much else is going on
 */
export async function checkNetwork(surroundings) {
  const scene = await createScene(surroundings)
  for (let count = 0; ; count++) {
    const { fresh, kept } = await probe(scene)
    surroundings.say(
      `the network: a request costs ${toRoundTrips(kept)}, on a fresh connection ${toRoundTrips(fresh)}`,
    )
    if (isWithin(kept, 0.98, 1.12) && isWithin(fresh, 2.95, 3.4)) break
    if (count === TRIES)
      throw new Error('the simulated network costs more than 1 R and 3 R: is the machine busy?')
    await wait(2_000)
  }
  await scene.stop()
}

/** @param {Awaited<ReturnType<typeof createScene>>} scene */
async function probe(scene) {
  const probes = []
  for (let count = 0; count < PROBES; count++) {
    probes.push(await scene.visitor.ask('probe', { port: scene.port }))
  }
  return { fresh: median(probes.map(({ fresh }) => fresh)), kept: median(probes.map(({ kept }) => kept)) }
}

/** @param {number} ms @param {number} least in round trips @param {number} most */
function isWithin(ms, least, most) {
  return ms >= least * ROUND_TRIP_MS && ms <= most * ROUND_TRIP_MS
}
