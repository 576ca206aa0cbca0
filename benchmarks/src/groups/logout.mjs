// The host's sign-out, which ends one, five and ten portal sessions of one browser.
import { median, together, wait } from '../lib/numbers.mjs'
import { toRatio, toRoundTrips } from '../lib/report.mjs'
import { createScene } from '../lib/scene.mjs'

const ROUNDS = 5
const COUNTS = [1, 5, 10]
const PAUSE_MS = 6_000

/** @type {{ name: string, kind: 'ours' | 'by-hand', settings: object }[]} */
const PARTIES = [
  { name: 'ours', kind: 'ours', settings: { options: { maxSessions: 10 } } },
  { name: 'loop', kind: 'by-hand', settings: { signOut: 'loop' } },
  { name: 'all', kind: 'by-hand', settings: { signOut: 'all' } },
]

/** @param {import('../lib/scene.mjs').Surroundings} surroundings */
export async function measureLogouts(surroundings) {
  const { say } = surroundings
  say(
    `sign-out ${PAUSE_MS / 1000} s after the last of ${COUNTS.join(', ')} clicks, ${ROUNDS} rounds with new hosts: about 60 s`,
  )
  const scene = await createScene(surroundings)
  /** @type {Record<string, number[]>} */
  const times = {}
  const probes = []
  for (let round = 0; round < ROUNDS; round++) {
    const places = PARTIES.flatMap((party) => COUNTS.map((count) => ({ ...party, count })))
    await together(places.length, async (index) => {
      const { name, kind, settings, count } = places[index]
      const host = await scene.startHost(kind, settings)
      await wait(500 + index * 150)
      const visit = { port: host.port, customer: `${name}-${count}`, clicks: count, pauseMs: PAUSE_MS }
      const ms = await scene.visitor.ask('signOut', visit)
      times[`${name}-${count}`] = [...(times[`${name}-${count}`] ?? []), ms]
      await host.stop()
    })
    const { fresh, kept } = await scene.visitor.ask('probe', { port: scene.port })
    probes.push(fresh - kept)
  }
  await scene.stop()

  const of = (name, count) => median(times[`${name}-${count}`] ?? [])
  const handshakeMs = median(probes)
  return COUNTS.map((count) => {
    const own = of('ours', count)
    const limitMs = of('ours', 1) + handshakeMs
    return {
      what: count === 1 ? 'Ending one session' : `Ending ${count} sessions`,
      ours: toRoundTrips(own),
      rival:
        count === 1
          ? toRoundTrips(of('loop', count))
          : `${toRoundTrips(of('loop', count))} (loop), ${toRoundTrips(of('all', count))} (\`Promise.all\`)`,
      ratio: toRatio(own / of('loop', count)),
      ...(count === 10 && {
        limit: `≤ ${toRoundTrips(limitMs)} (one, and a fresh handshake)`,
        isMet: own <= limitMs,
      }),
    }
  })
}
