// Whether anything stays in memory of customers who have long gone on.
import { wait } from '../lib/numbers.mjs'
import { toMegabytes } from '../lib/report.mjs'
import { createScene } from '../lib/scene.mjs'

const CLICKS = 10_000
const CONCURRENCY = 16
// The rate limit forgets a customer after 60 s; before, every click of the last minute is in memory by intent.
const FORGOTTEN_MS = 65_000
// What two measurements of an unchanged heap may differ by.
const NOISE_BYTES = 1_000_000

/** @param {import('../lib/scene.mjs').Surroundings} surroundings */
export async function measureHeap(surroundings) {
  surroundings.say(`heap after ${CLICKS} and ${2 * CLICKS} clicks of distinct logins: about 150 s`)
  const scene = await createScene(surroundings, { roundTripMs: 0 })
  const host = await scene.startHost('ours', {}, ['--expose-gc'])
  const load = async (name) => {
    const clicks = { port: host.port, customer: name, clicks: CLICKS, concurrency: CONCURRENCY }
    const { failed, problem } = await scene.visitor.ask('load', clicks)
    if (failed > 0) throw new Error(`${failed} clicks failed: ${problem}`)
    await wait(FORGOTTEN_MS)
    return /** @type {number} */ (await host.ask('heapBytes'))
  }
  const half = await load('first')
  const whole = await load('second')
  await host.stop()
  await scene.stop()
  return [
    {
      what: `Heap after ${CLICKS} and after ${2 * CLICKS} clicks of distinct logins`,
      ours: `${toMegabytes(half)}, ${toMegabytes(whole)}`,
      limit: `flat (within ${toMegabytes(NOISE_BYTES)})`,
      isMet: whole - half <= NOISE_BYTES,
    },
  ]
}
