// Clicks where Chargebee closes idle connections sooner than most servers do.
import { wait } from '../lib/numbers.mjs'
import { createScene } from '../lib/scene.mjs'

const CLOSE_MS = 15_000
const PAUSE_MS = 20_000
// Around the moment when the answer of the server that closes is on its way: in the R before it, a click meets it.
const AIMS_MS = [-45, -38, -31, -25, -18, -11, -4, 3]

/** @param {import('../lib/scene.mjs').Surroundings} surroundings */
export async function measureClosing(surroundings) {
  surroundings.say(
    `clicks where the server closes after ${CLOSE_MS / 1000} s, some aimed at that moment: about 70 s`,
  )
  const scene = await createScene(surroundings, { idleMs: CLOSE_MS })
  const visit = async (kind, name, gapsMs) => {
    const host = await scene.startHost(kind)
    const clicks = await scene.visitor.ask('clicks', { port: host.port, customer: `${kind}-${name}`, gapsMs })
    await host.stop()
    return clicks
  }
  const measure = async (kind) => {
    const visits = [visit(kind, 'pauses', [1000, PAUSE_MS, PAUSE_MS, PAUSE_MS])]
    for (const [index, aimMs] of AIMS_MS.entries()) {
      await wait(200)
      visits.push(visit(kind, `aim-${index}`, [1000, CLOSE_MS + aimMs, CLOSE_MS + aimMs, CLOSE_MS + aimMs]))
    }
    const clicks = (await Promise.all(visits)).flat()
    return { all: clicks.length, failed: clicks.filter(({ problem }) => problem).length }
  }
  // By hand none meets the closing moment: its connections are gone after 4 s.
  const [ours, byHand] = await Promise.all([measure('ours'), measure('by-hand')])
  const met = await scene.network?.ask('tooLate')
  await scene.stop()
  return [
    {
      what: `Clicks that fail where the server closes after ${CLOSE_MS / 1000} s (${met} met the closing moment)`,
      ours: `${ours.failed} of ${ours.all}`,
      rival: `${byHand.failed} of ${byHand.all}`,
      limit: '0',
      isMet: ours.failed === 0,
    },
  ]
}
