// A Chargebee that takes every request and answers none of them, or not to the end.
import { together, wait } from '../lib/numbers.mjs'
import { toMs } from '../lib/report.mjs'
import { createScene } from '../lib/scene.mjs'

const CLICKS = 200
const DEADLINE_MS = 10_000
const LIMIT_MS = DEADLINE_MS * 1.1
const PATIENCE_MS = 30_000

const HANGS = /** @type {const} */ ({ 'no-headers': 'no answer', 'no-end': 'no end of the answer' })

/** @param {import('../lib/scene.mjs').Surroundings} surroundings */
export async function measureHangs(surroundings) {
  surroundings.say(`${CLICKS} clicks on a Chargebee that never answers, side by side: about 35 s`)
  const hangs = /** @type {(keyof typeof HANGS)[]} */ (Object.keys(HANGS))
  const rows = await together(hangs.length, (index) => measureHang(surroundings, hangs[index]))
  return rows.flat()
}

/** @param {import('../lib/scene.mjs').Surroundings} surroundings @param {keyof typeof HANGS} hang */
async function measureHang(surroundings, hang) {
  const [ours, byHand] = await Promise.all(
    /** @type {const} */ (['ours', 'by-hand']).map(async (kind) => {
      const scene = await createScene(surroundings, { hang, roundTripMs: 0 })
      const host = await scene.startHost(kind)
      const before = await host.ask('resources')
      const burst = { port: host.port, customer: kind, clicks: CLICKS, limitMs: PATIENCE_MS }
      const result = await scene.visitor.ask('burst', burst)
      // The visitor's own connections go with the visitor.
      await scene.visitor.stop()
      await wait(500)
      const left = difference(await host.ask('resources'), before)
      await host.stop()
      await scene.stop()
      return { ...result, left }
    }),
  )
  const what = `${CLICKS} clicks, ${HANGS[hang]} from Chargebee`
  return [
    {
      what: `${what}: the last is answered after`,
      ours: toMs(ours.max),
      rival: `${byHand.unanswered} hang after ${PATIENCE_MS / 1000} s`,
      limit: `≤ ${toMs(LIMIT_MS)}`,
      isMet: ours.max <= LIMIT_MS && ours.unanswered === 0,
    },
    {
      what: `${what}: sockets and timers left`,
      ours: ours.left.length === 0 ? 'none' : ours.left.join(', '),
      rival: byHand.left.length === 0 ? 'none' : `${byHand.left.length}`,
      limit: 'none',
      isMet: ours.left.length === 0,
    },
  ]
}

/** @param {string[]} after @param {string[]} before @returns {string[]} what has come */
function difference(after, before) {
  const rest = [...before]
  return after.filter((name) => {
    const index = rest.indexOf(name)
    if (index >= 0) rest.splice(index, 1)
    return index < 0
  })
}
