// Processor time of the host per click, its own checks and sealing included.
import { median } from '../lib/numbers.mjs'
import { toMicroseconds, toRatio } from '../lib/report.mjs'
import { createScene } from '../lib/scene.mjs'

// Short ones: what else the machine does falls on both sides alike.
const ROUNDS = 25
const WARM_UP = 3_000
const CLICKS = 600
const CONCURRENCY = 8
const LIMIT = 0.7

/** @param {import('../lib/scene.mjs').Surroundings} surroundings */
export async function measureProcessorTime(surroundings) {
  surroundings.say(`processor time of ${ROUNDS} × ${CLICKS} clicks of distinct customers each: about 40 s`)
  // Without a network: what waits takes no processor time, and waiting makes the rounds long.
  const scene = await createScene(surroundings, { roundTripMs: 0 })
  const hosts = { ours: await scene.startHost('ours'), byHand: await scene.startHost('by-hand') }

  const run = async (name, round, clicks) => {
    const host = hosts[name]
    const before = await host.ask('cpuMicroseconds')
    const load = { port: host.port, customer: `${name}-${round}`, clicks, concurrency: CONCURRENCY }
    const { failed, problem } = await scene.visitor.ask('load', load)
    if (failed > 0) throw new Error(`${failed} clicks failed (${name}): ${problem}`)
    return ((await host.ask('cpuMicroseconds')) - before) / clicks
  }

  const times = { ours: [], byHand: [] }
  for (const name of ['ours', 'byHand']) await run(name, 'warm-up', WARM_UP)
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of ['ours', 'byHand']) times[name].push(await run(name, round, CLICKS))
  }
  await Promise.all(Object.values(hosts).map((host) => host.stop()))
  await scene.stop()

  const ratio = median(times.ours.map((own, round) => own / times.byHand[round]))
  return [
    {
      what: 'Processor time per click',
      ours: toMicroseconds(median(times.ours)),
      rival: toMicroseconds(median(times.byHand)),
      ratio: toRatio(ratio),
      limit: `≤ ${LIMIT} of by hand`,
      isMet: ratio <= LIMIT,
    },
  ]
}
