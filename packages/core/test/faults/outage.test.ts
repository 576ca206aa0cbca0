import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { startEmulator } from '@portal-sso/emulator'
import { describe, expect, it } from 'vitest'
import { createSessionJar } from '../../src/cookies/session-jar.js'
import { createPortalSso } from '../../src/portal-sso.js'
import { systemClock } from '../../src/time/clock.js'
import { refusal } from './bodies.ts'
import { Browser, type Native } from './browser.ts'
import { CUSTOMER } from './cell.ts'
import { type Outcome, openLink } from './columns.ts'
import { FaultServer, type Misbehave } from './fault-server.ts'
import { collectGarbage } from './garbage.ts'
import { toBytes } from './http-wire.ts'

const CLICKS = 200
const TIMEOUT_MS = 1_500

const NEVER: readonly { readonly name: string; readonly misbehave: Misbehave }[] = [
  { name: 'no headers', misbehave: () => {} },
  {
    name: 'no end of body',
    misbehave: async ({ socket, process }) => void socket.write(toBytes(await process()).subarray(0, -20)),
  },
]

/** What keeps this process alive, by kind; the test runner's own included. */
function resources(): { sockets: number; timers: number; connects: number } {
  const count: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) count[kind] = (count[kind] ?? 0) + 1
  return {
    sockets: count.TCPSocketWrap ?? 0,
    timers: count.Timeout ?? 0,
    connects: count.TCPConnectWrap ?? 0,
  }
}

/** With the deadline far away, so that a timer for it would still be there. */
const AT_ONCE: readonly { readonly name: string; readonly misbehave: Misbehave }[] = [
  {
    name: 'refused',
    misbehave: ({ socket }) => void socket.write(refusal(401, 'api_authentication_failed')),
  },
  { name: 'answered', misbehave: async ({ socket, process }) => void socket.write(toBytes(await process())) },
]

describe(`${CLICKS} clicks on a Chargebee that never answers`, () => {
  it.each(NEVER)('$name: all are answered, and nothing is left', async ({ misbehave }) => {
    const answers = await clickMany(misbehave, TIMEOUT_MS)
    for (const { status, headers } of answers) {
      expect([503, 504]).toContain(status)
      expect(headers).not.toHaveProperty('Location')
    }
  })

  it.each(AT_ONCE)('$name at once: nothing is left', async ({ misbehave }) => {
    const answers = await clickMany(misbehave, 60_000)
    expect(new Set(answers.map(({ status }) => status)).size).toBe(1)
  })
})

/** Has many customers click at once, and sees that nothing of it stays. */
async function clickMany(misbehave: Misbehave, timeoutMs: number): Promise<readonly Outcome[]> {
  const apiKey = `test_${randomBytes(12).toString('hex')}`
  const site = 'acme-test'
  const emulator = await startEmulator({ site, apiKey, customers: [{ id: CUSTOMER }] })
  const server = await FaultServer.start({
    behind: emulator.apiUrl,
    site,
    clock: systemClock,
    operations: { create: { misbehave, times: Number.POSITIVE_INFINITY } },
  })
  const before = resources()
  const sso = createPortalSso<Native>(
    {
      getCustomerId: () => CUSTOMER,
      baseUrl: 'https://host.example',
      site,
      apiKey,
      apiUrl: server.origin,
      portalUrl: emulator.portalUrl,
      rateLimit: false,
      timeoutMs,
      onEvent: false,
    },
    { env: {} },
  )
  const jar = createSessionJar({
    site,
    secrets: [randomBytes(32).toString('hex')],
    secure: true,
    maxSessions: 5,
    emit: () => {},
    now: Date.now,
  })

  const garbage = collectGarbage()
  const answers = await Promise.all(
    Array.from({ length: CLICKS }, () => openLink(sso, new Browser(jar))),
  ).finally(garbage.stop)
  expect(answers).toHaveLength(CLICKS)
  // Contract, section 7: what of these reaches Chargebee is bounded.
  expect(server.callsOf('create').length).toBeLessThanOrEqual(CLICKS)
  expect(server.mostConnections).toBeLessThanOrEqual(50)

  await until(() => resources().timers <= before.timers)
  if (answers.some(({ status }) => status === 504)) {
    await server.givenUp()
    // Both ends of every connection are in this process. One that is ready for the next click may stay.
    await until(() => resources().sockets <= before.sockets + 2 && resources().connects === 0)
  }
  await sso.close()
  await until(() => resources().sockets <= before.sockets)

  await server.close()
  await emulator.close()
  return answers
}

/** Waits as long as the test may. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setTimeout(20)
}
