// A network between host and API, as a TCP relay that holds everything back:
//
// - each byte, each end and each reset of a connection takes half a round trip, R/2, in its direction;
// - a relay can't delay the handshake of TCP itself (the system accepts at once), but nothing that a client writes may
//   leave before the answer to its SYN would have been there. So what comes in the first R of a connection is taken as
//   written at its end.
//
// A request on a kept-alive connection costs R; a fresh one R (TCP) + R (TLS 1.3) + R (request). The bench checks both
// before it measures anything.
import net from 'node:net'
import { configuration, listen, serveParent } from '../lib/role.mjs'

const { target, roundTripMs } = configuration
const ONE_WAY_MS = roundTripMs / 2

// Timers count in whole milliseconds, and late; the last one is waited for in turns of the event loop.
const TIMER_MS = 1.5

/** Bytes for a server that had closed the connection already: a client was caught by the closing moment. */
let tooLate = 0

/**
 * @param {net.Socket} from
 * @param {net.Socket} to
 * @param {number} openAt when the first byte can leave
 * @param {() => void} onData
 */
function carry(from, to, openAt, onData) {
  /** @type {{ due: number, deliver: () => void }[]} */
  const onTheWay = []
  let isWaiting = false

  function wait() {
    const [next] = onTheWay
    isWaiting = next !== undefined
    if (!next) return
    const restMs = next.due - performance.now()
    if (restMs > TIMER_MS) setTimeout(arrive, Math.floor(restMs - 1))
    else setImmediate(arrive)
  }

  function arrive() {
    const now = performance.now()
    while (onTheWay.length > 0 && onTheWay[0].due <= now) onTheWay.shift()?.deliver()
    wait()
  }

  /** @param {() => void} deliver */
  function send(deliver) {
    const due = Math.max(performance.now(), openAt) + ONE_WAY_MS
    onTheWay.push({ due, deliver: () => void (to.destroyed || deliver()) })
    if (!isWaiting) wait()
  }

  from.on('data', (chunk) =>
    send(() => {
      onData()
      to.write(chunk)
    }),
  )
  from.on('end', () => send(() => to.end()))
  from.on('error', () => send(() => to.resetAndDestroy()))
}

const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const upstream = net.connect({ port: target, host: 'localhost', allowHalfOpen: true, noDelay: true })
  let hasEnded = false
  upstream.on('end', () => {
    hasEnded = true
  })
  const openAt = performance.now() + roundTripMs
  carry(client, upstream, openAt, () => {
    if (hasEnded) tooLate++
  })
  carry(upstream, client, 0, () => {})
})

const port = await listen(server)
serveParent({ port: () => port, tooLate: () => tooLate })
