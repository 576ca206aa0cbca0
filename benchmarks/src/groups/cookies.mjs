// Processor time of the host for what a browser brings along: remembered sessions, and cookies that are not ours.
import { median } from '../lib/numbers.mjs'
import { toMicroseconds, toRatio } from '../lib/report.mjs'
import { createScene } from '../lib/scene.mjs'

const ROUNDS = 15
const WARM_UP = 1_500
const REQUESTS = 400
const CONCURRENCY = 4
const REMEMBERED = 9
const REMEMBERED_LIMIT = 1.3
const FAKES = 900
// As many as fit into the 16 KB that Node takes of a request's headers.
const LONG_FAKES = 40
const FAKES_LIMIT = 3

/** @param {import('../lib/scene.mjs').Surroundings} surroundings */
export async function measureCookies(surroundings) {
  surroundings.say(`requests with ${REMEMBERED} sessions, and with ${FAKES} fake cookies: about 60 s`)
  const scene = await createScene(surroundings, { roundTripMs: 0 })
  const options = { rateLimit: false, onEvent: false }
  const node = ['--max-http-header-size=65536']
  // Nine sessions take a higher limit; a stranger meets a host as it comes.
  const roomy = await scene.startHost('ours', { options: { ...options, maxSessions: 10 } }, node)
  const plain = await scene.startHost('ours', { options }, node)
  const remember = (host, customer, clicks) =>
    scene.visitor.ask('remember', { port: host.port, customer, clicks })
  const nine = await remember(roomy, 'nine', REMEMBERED)
  const real = await remember(plain, 'fake', 1)

  /** @typedef {Awaited<ReturnType<typeof scene.startHost>>} Host */
  /** @type {Record<string, { host: Host, path: string, method: string, customer?: string, cookie?: string }>} */
  const kinds = {
    click: { host: roomy, path: '/portal_link', method: 'GET', customer: 'none' },
    nine: { host: roomy, path: '/portal_link', method: 'GET', customer: 'nine', cookie: nine },
    signOut: { host: plain, path: '/portal_logout', method: 'POST' },
    fakes: { host: plain, path: '/portal_logout', method: 'POST', cookie: toFakes(real, FAKES, false) },
    longFakes: {
      host: plain,
      path: '/portal_logout',
      method: 'POST',
      cookie: toFakes(real, LONG_FAKES, true),
    },
  }
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(Object.keys(kinds).map((name) => [name, []]))
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, { host, ...kind }] of Object.entries(kinds)) {
      const requests = round < 0 ? WARM_UP : REQUESTS
      const before = await host.ask('cpuMicroseconds')
      const { failed, problem } = await scene.visitor.ask('repeat', {
        port: host.port,
        requests,
        concurrency: CONCURRENCY,
        ...kind,
      })
      if (failed > 0) throw new Error(`${failed} requests failed (${name}): ${problem}`)
      if (round >= 0) times[name]?.push(((await host.ask('cpuMicroseconds')) - before) / requests)
    }
  }
  await Promise.all([roomy.stop(), plain.stop()])
  await scene.stop()

  /** @param {string} what @param {string} name @param {string} base @param {number} limit */
  const row = (what, name, base, limit) => {
    const [own = [], other = []] = [times[name], times[base]]
    const ratio = median(own.map((time, round) => time / (other[round] ?? Number.NaN)))
    return {
      what,
      ours: toMicroseconds(median(own)),
      rival: `${toMicroseconds(median(other))} without`,
      ratio: toRatio(ratio),
      limit: `≤ ${limit} of without`,
      isMet: ratio <= limit,
    }
  }
  return [
    row(`Processor time per click with ${REMEMBERED} remembered sessions`, 'nine', 'click', REMEMBERED_LIMIT),
    row(
      `Processor time of a stranger's sign-out with ${FAKES} fake cookies`,
      'fakes',
      'signOut',
      FAKES_LIMIT,
    ),
    row(`… with ${LONG_FAKES} that look like ours in all but the seal`, 'longFakes', 'signOut', FAKES_LIMIT),
  ]
}

/**
 * Names that look like ours, of the same site.
 *
 * @param {string} real `name=value` of a cookie of ours
 * @param {number} count
 * @param {boolean} isLong with values that only cryptography tells apart from ours
 */
function toFakes(real, count, isLong) {
  const [name = '', value = ''] = real.split('=')
  const changed = value.slice(0, -8) + (value.at(-8) === 'A' ? 'B' : 'A') + value.slice(-7)
  return Array.from(
    { length: count },
    (_, index) => `${name.slice(0, -4)}${String(index).padStart(4, '-')}=${isLong ? changed : 'x'}`,
  ).join('; ')
}
