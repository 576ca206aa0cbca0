// Five hundred customers who click at the same moment, through the network.
import { median, wait } from '../lib/numbers.mjs'
import { toMs, toRatio } from '../lib/report.mjs'
import { createScene } from '../lib/scene.mjs'

const ROUNDS = 5
const CLICKS = 500
const WARM_UP = 600
const P99_LIMIT = 0.6
const CPU_LIMIT = 0.7
const CONNECTIONS_LIMIT = 50

/** @param {import('../lib/scene.mjs').Surroundings} surroundings */
export async function measureBurst(surroundings) {
  surroundings.say(`${CLICKS} clicks at once, ${ROUNDS} rounds with new hosts: about 75 s`)
  const rounds = { ours: [], byHand: [] }
  for (let round = 0; round < ROUNDS; round++) {
    const stages = {
      ours: await prepare(surroundings, 'ours'),
      byHand: await prepare(surroundings, 'by-hand'),
    }
    // After a pause as there is one in a quiet hour.
    await wait(5_000)
    const order = round % 2 === 0 ? ['ours', 'byHand'] : ['byHand', 'ours']
    for (const name of order) rounds[name].push(await burst(stages[name]))
    for (const { host, scene } of Object.values(stages)) {
      await host.stop()
      await scene.stop()
    }
  }

  const ratioOf = (key) => median(rounds.ours.map((own, round) => own[key] / rounds.byHand[round][key]))
  const of = (name, key) => median(rounds[name].map((values) => values[key]))
  const failed = (name) => rounds[name].reduce((sum, values) => sum + values.failed, 0)
  const peak = Math.max(...rounds.ours.map(({ connections }) => connections))
  const all = ROUNDS * CLICKS
  return [
    {
      what: `${CLICKS} clicks at once: 99th percentile`,
      ours: toMs(of('ours', 'p99')),
      rival: toMs(of('byHand', 'p99')),
      ratio: toRatio(ratioOf('p99')),
      limit: `≤ ${P99_LIMIT} of by hand`,
      isMet: ratioOf('p99') <= P99_LIMIT,
    },
    {
      what: `${CLICKS} clicks at once: processor time`,
      ours: toMs(of('ours', 'cpuMs')),
      rival: toMs(of('byHand', 'cpuMs')),
      ratio: toRatio(ratioOf('cpuMs')),
      limit: `≤ ${CPU_LIMIT} of by hand`,
      isMet: ratioOf('cpuMs') <= CPU_LIMIT,
    },
    {
      what: `${CLICKS} clicks at once: connections to Chargebee`,
      ours: `${peak}`,
      rival: `${of('byHand', 'connections')}`,
      limit: `≤ ${CONNECTIONS_LIMIT}`,
      isMet: peak <= CONNECTIONS_LIMIT,
    },
    {
      what: `${CLICKS} clicks at once: refused`,
      ours: `${failed('ours')} of ${all}`,
      rival: `${failed('byHand')} of ${all}`,
      limit: '0',
      isMet: failed('ours') === 0,
    },
  ]
}

/** @param {import('../lib/scene.mjs').Surroundings} surroundings @param {'ours' | 'by-hand'} kind */
async function prepare(surroundings, kind) {
  const scene = await createScene(surroundings)
  const host = await scene.startHost(kind)
  const load = { port: host.port, customer: 'warm-up', clicks: WARM_UP, concurrency: 8 }
  const { failed, problem } = await scene.visitor.ask('load', load)
  if (failed > 0) throw new Error(`${failed} clicks failed (${kind}): ${problem}`)
  return { scene, host }
}

/** @param {Awaited<ReturnType<typeof prepare>>} stage */
async function burst({ scene, host }) {
  await scene.api.ask('recount')
  const before = await host.ask('cpuMicroseconds')
  const { p99, failed, problem } = await scene.visitor.ask('burst', {
    port: host.port,
    customer: 'burst',
    clicks: CLICKS,
  })
  const cpuMs = ((await host.ask('cpuMicroseconds')) - before) / 1000
  const { peak } = await scene.api.ask('count')
  return { p99, failed, problem, cpuMs, connections: peak }
}
