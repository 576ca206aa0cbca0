// A click through the network: right after the host's start, and after times of silence.
import { median, together } from '../lib/numbers.mjs'
import { toRatio, toRoundTrips } from '../lib/report.mjs'
import { createScene, ROUND_TRIP_MS } from '../lib/scene.mjs'

const ROUNDS = 5
const IDLE_SECONDS = [1, 6, 20, 50]
const IDLE_LIMIT = 1.15
const FIRST_LIMIT = 1.5

// A host that runs for a while, whose code is compiled.
const WARM_UP = 200

// Long enough after the start for it to be over, also that of the other hosts.
const AFTER_START_MS = 2_500

const SETTLED_MS = 2_000
const APART_MS = 180

/**
 * @typedef {object} Visit
 * @property {'ours' | 'by-hand'} kind
 * @property {Awaited<ReturnType<Awaited<ReturnType<typeof createScene>>['startHost']>>} host
 * @property {string} customer
 * @property {number[]} times of the clicks, in milliseconds
 */

/** @param {import('../lib/scene.mjs').Surroundings} surroundings */
export async function measureClicks(surroundings) {
  surroundings.say(`a click after ${IDLE_SECONDS.join(', ')} s of silence, ${ROUNDS} hosts each: about 110 s`)
  const scene = await createScene(surroundings)
  /** @type {Visit[]} */
  const visits = []
  // Hosts start one after the other, and each has its own moments: no click waits for another host's work.
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of /** @type {const} */ (['ours', 'by-hand'])) {
      const host = await scene.startHost(kind)
      visits.push({ kind, host, customer: `${kind}-${round}`, times: [] })
    }
  }
  const click = async ({ kind, host, customer, times }, gapsMs) => {
    const clicks = await scene.visitor.ask('clicks', { port: host.port, customer, gapsMs })
    const failed = clicks.find(({ problem }) => problem)
    if (failed) throw new Error(`a click failed (${kind}): ${failed.problem}`)
    times.push(...clicks.map(({ ms }) => ms))
  }

  await together(visits.length, (index) => click(visits[index], [AFTER_START_MS + index * APART_MS]))
  for (const { host, customer } of visits) {
    await scene.visitor.ask('load', { port: host.port, customer, clicks: WARM_UP, concurrency: 8 })
  }
  const gapsMs = IDLE_SECONDS.map((seconds) => seconds * 1000)
  await together(visits.length, (index) => click(visits[index], [SETTLED_MS + index * APART_MS, ...gapsMs]))
  await Promise.all(visits.map(({ host }) => host.stop()))
  const timesOf = (kind) => visits.filter((visit) => visit.kind === kind).map(({ times }) => times)
  const [ours, byHand] = [timesOf('ours'), timesOf('by-hand')]
  await scene.stop()

  const row = (what, index, limit) => {
    const own = median(ours.map((times) => times[index]))
    const rival = median(byHand.map((times) => times[index]))
    return {
      what,
      ours: toRoundTrips(own),
      rival: toRoundTrips(rival),
      ratio: toRatio(own / rival),
      limit: `≤ ${limit} R`,
      isMet: own <= limit * ROUND_TRIP_MS,
    }
  }
  return [
    row('First click after start', 0, FIRST_LIMIT),
    ...IDLE_SECONDS.map((seconds, index) => row(`Click after ${seconds} s idle`, 2 + index, IDLE_LIMIT)),
  ]
}
