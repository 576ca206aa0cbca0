import type { Browser } from './browser.ts'
import { checkNothingLeft } from './checks.ts'
import type { Exchange } from './exchange.ts'
import { HostProcess, type SecretName } from './host-process.ts'
import { isAlive } from './ledger.ts'
import { isStill, passUntil } from './passing.ts'
import { hold, Violation } from './violation.ts'
import type { World } from './world.ts'

const LONGEST_JOURNEY_MS = 60 * 60 * 1000
const LONGEST_WAIT_MS = 7 * 60 * 1000

/** The host's process ends, as `how` says, and another one takes its place. */
export async function restart(
  world: World,
  how: 'close' | 'kill',
  secrets: readonly SecretName[],
): Promise<void> {
  const { ledger, process: former } = world
  if (how === 'close') {
    former.wire.flow()
    former.isClosed = true
    // A server that closes lets the answers go out that it is writing.
    for (const exchange of ledger.inState('writing')) await world.deliver(exchange)
    const closed = former.sso.close()
    const refused = world.start('link', world.browsers[0] as Browser, { fate: 'now' })
    await world.finish()
    for (const exchange of ledger.inState('writing')) await world.deliver(exchange)
    await passWhile(world, closed)
    hold('answered', refused.session === undefined, () => 'a closing process has handed out a session')
  }
  former.kill()
  // Nothing of what was sent to it is answered any more.
  world.intrusions.clear()
  ledger.died(former)
  world.secrets = [...new Set([...secrets, ...world.secrets])]
  world.process = await HostProcess.start(world.emulator, world.settings, secrets, world.now, {
    isNobodys: (sessionId) => ledger.isNobodys(sessionId),
    onPortalLogout: ({ id }) => {
      const status = ledger.sessions().get(id)?.status
      if (status !== 'logged_out') ledger.broken.push(new Violation('answered', `${id} is ${status}`))
    },
  })
}

/** Time passes for everybody. */
export async function jump(world: World, ms: number): Promise<void> {
  const { emulator, ledger } = world
  // What has been sent arrives before.
  while (!(await isStill(world)));
  if (ms > LONGEST_JOURNEY_MS) {
    // Neither a call nor an answer is on its way for days.
    if (ledger.running().length > 0) return
    for (const state of ['writing', 'travelling'] as const) {
      for (const exchange of ledger.inState(state)) await world.deliver(exchange)
    }
  }
  world.now += ms
  ledger.letPass(ms)
  emulator.advance(ms)
  for (const browser of world.browsers) ledger.expire(browser)
  // What is under way may run out of time.
  if (world.process.clock.deadlines() > 0) ledger.disturb(true)
  await world.process.clock.advance(ms)
}

/** Again, where it has run out of time: on a busy machine that need not be Chargebee's fault. */
async function lastLogout(world: World, browser: Browser): Promise<Exchange> {
  for (let times = 1; ; times++) {
    const exchange = world.start('logout', browser, { fate: 'now' })
    await world.finish([exchange])
    const isLate = exchange.answeredAtMs - exchange.startedAtMs >= world.settings.logoutTimeoutMs
    // More cookies than are looked at in one request: the last are ended first.
    const isMore = exchange.hasSucceeded && browser.readable(world.process.jarSecrets).length > 0
    if (!(isLate || isMore) || times === 5) return exchange
  }
}

async function passWhile(world: World, work: Promise<unknown>): Promise<void> {
  let isOver = false
  const over = work.finally(() => {
    isOver = true
  })
  await passUntil(world, () => isOver)
  await over
}

/** In the background, what could not be ended is tried again, at the latest every few minutes. */
async function retry(world: World): Promise<void> {
  const left = () => {
    const sessions = world.ledger.sessions()
    return [...world.process.pending()].filter((id) => sessions.has(id) && isAlive(sessions, id))
  }
  // More than once: what was under way in the background may have failed just now.
  for (let times = 0; times < 5 && left().length > 0; times++) {
    const before = world.process.events.length
    const waiting = left()
    await jump(world, LONGEST_WAIT_MS)
    const told = () =>
      world.process.events.slice(before).map((event) => 'sessionId' in event && event.sessionId)
    await passUntil(world, () => waiting.every((id) => told().includes(id)))
  }
  hold('retried', left().length === 0, () => `${left()[0]} could not be ended, and nobody tries again`)
}

/** Chargebee is well again, every browser logs out once, and nothing that anybody ever got may be left. */
export async function end(world: World): Promise<void> {
  const { ledger } = world
  world.heal()
  world.process.wire.flow()
  await world.finish()
  for (const exchange of ledger.inState('writing', 'travelling')) await world.deliver(exchange)
  world.check()
  if (ledger.exchanges.length % 2 === 0) await retry(world)
  await restart(world, 'close', world.secrets)
  for (const browser of world.browsers) {
    const exchange = await lastLogout(world, browser)
    hold('nothing left', exchange.hasSucceeded, () => `the last logout of ${browser.name} did not succeed`)
    world.check()
  }
  const last = world.process
  last.isClosed = true
  await passWhile(world, last.sso.close())
  ledger.died(last)
  world.check()
  checkNothingLeft(ledger, world.emulator.calls())
}
