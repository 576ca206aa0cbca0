import { type Emulator, startEmulator } from '@portal-sso/emulator'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Browser } from './crash/browser.ts'
import { type HostProcess, startHostProcess } from './crash/host-process.ts'
import { interpose } from './crash/interposer.ts'

const TWO_HOURS_IN_MS = 2 * 60 * 60 * 1000

describe('a host that is killed leaves no handed-out session that nobody can end', () => {
  test('killed when Chargebee has made the session and its answer is on the way', async () => {
    const emulator = await emulate()
    const browser = new Browser()
    let isDoomed = false
    const apiUrl = await interpose(emulator.apiUrl, () => {
      if (!isDoomed) return 'pass'
      void doomed.kill()
      return 'swallow'
    })
    const doomed = await startHostProcess(emulator, { apiUrl })
    expect(await browser.click(doomed.origin)).toMatchObject({ status: 303 })
    expect(await browser.fetchSession(doomed.origin)).toMatchObject({ status: 200 })
    isDoomed = true
    expect(await browser.click(doomed.origin)).toEqual({ body: '', isComplete: false })
    expect(await doomed.ended).toBe('SIGKILL')
    expect(emulator.sessions()).toHaveLength(3)

    const host = await startHostProcess(emulator)
    expect(await logOut(browser, host)).toEqual({ ended: 2, pending: 0 })
    expect(statuses(emulator)).toEqual(['logged_out', 'logged_out', 'created'])
    await expectNeverOpened(emulator, 1)
  })

  test('killed while the answer is being written', async () => {
    const emulator = await emulate()
    const cuts = [
      ...[0, 0.5, 0.99, 1].map((share) => ({ share, ask: 'click' as const })),
      ...[0.5, 0.9, 1].map((share) => ({ share, ask: 'fetchSession' as const })),
    ]
    const outcomes = await Promise.all(
      cuts.map(async ({ share, ask }) => {
        const browser = new Browser()
        const doomed = await startHostProcess(emulator)
        const received = await browser[ask](doomed.origin, { 'x-host-dies-after': String(share) })
        expect(await doomed.ended).toBe('SIGKILL')
        // Together or not at all: with the head comes the cookie, without it nothing that opens anything.
        expect(browser.jar.size, `${ask} ${share}`).toBe(received.status === undefined ? 0 : 1)
        return { share, ask, browser, received }
      }),
    )
    const whole = outcomes.filter(({ share }) => share === 1)
    expect(whole.map(({ received }) => [received.status, received.isComplete])).toEqual([
      [303, true],
      [200, true],
    ])
    expect(outcomes.filter(({ received }) => received.status === undefined).length).toBeGreaterThanOrEqual(3)

    const host = await startHostProcess(emulator)
    let ended = 0
    for (const { browser, received } of outcomes) {
      const result = await logOut(browser, host)
      expect(result).toEqual({ ended: received.status === undefined ? 0 : 1, pending: 0 })
      ended += result.ended
    }
    expect(emulator.sessions()).toHaveLength(cuts.length)
    expect(statuses(emulator).filter((status) => status === 'logged_out')).toHaveLength(ended)
    for (const { received } of outcomes) {
      if (received.location === undefined) continue
      const session = emulator.sessions().find(({ access_url }) => access_url === received.location)
      expect(session?.status).toBe('logged_out')
    }
    await expectNeverOpened(emulator, cuts.length - ended)
  })

  test('killed at the third of five logouts', async () => {
    const emulator = await emulate()
    const browser = new Browser()
    let logouts = 0
    const apiUrl = await interpose(emulator.apiUrl, ({ path }) => {
      if (!path.endsWith('/logout')) return 'pass'
      logouts += 1
      if (logouts < 3) return 'pass'
      void doomed.kill()
      return 'swallow'
    })
    const doomed = await startHostProcess(emulator, { apiUrl })
    for (let clicks = 0; clicks < 5; clicks++) await browser.click(doomed.origin)
    expect(await browser.logout(doomed.origin)).toEqual({ body: '', isComplete: false })
    expect(await doomed.ended).toBe('SIGKILL')
    expect(statuses(emulator).filter((status) => status === 'logged_out')).toHaveLength(3)
    expect(browser.jar.size).toBe(5)

    const host = await startHostProcess(emulator)
    expect(await logOut(browser, host)).toEqual({ ended: 5, pending: 0 })
    expect(new Set(statuses(emulator))).toEqual(new Set(['logged_out']))
    expect(browser.jar.size).toBe(0)
  })

  test('killed with ends that wait for another try', async () => {
    const emulator = await emulate()
    const browser = new Browser()
    const doomed = await startHostProcess(emulator)
    await browser.click(doomed.origin)
    await browser.click(doomed.origin)
    const mend = emulator.fail({ operation: 'logout', times: Number.POSITIVE_INFINITY, status: 401 })
    expect(await browser.logout(doomed.origin)).toMatchObject({ status: 503, retryAfter: expect.any(String) })
    await doomed.kill()
    mend()

    const host = await startHostProcess(emulator)
    expect(await logOut(browser, host)).toEqual({ ended: 2, pending: 0 })
    expect(statuses(emulator)).toEqual(['logged_out', 'logged_out'])
  })
})

describe('after close() the process ends by itself', () => {
  test('with kept-alive connections to Chargebee', async () => {
    const emulator = await emulate()
    const browser = new Browser()
    const host = await startHostProcess(emulator)
    await Promise.all([browser.click(host.origin), browser.click(host.origin)])
    await browser.logout(host.origin)
    await browser.click(host.origin)
    await host.close()
    expect(await host.ended).toBe(0)
  })

  test('with ends that wait for another try', async () => {
    const emulator = await emulate()
    const browser = new Browser()
    const host = await startHostProcess(emulator)
    await browser.click(host.origin)
    emulator.fail({ operation: 'logout', times: Number.POSITIVE_INFINITY, status: 401 })
    expect(await browser.logout(host.origin)).toMatchObject({ status: 503 })
    await host.close()
    expect(await host.ended).toBe(0)
    expect(browser.jar.size).toBe(1)
  })

  test('with a Chargebee that does not answer, and a sign-in that does not either', async () => {
    const emulator = await emulate()
    const host = await startHostProcess(emulator, { options: { timeoutMs: 3000, logoutTimeoutMs: 3000 } })
    const remembering = new Browser()
    await remembering.click(host.origin)
    emulator.fail({ operation: '*', times: Number.POSITIVE_INFINITY, kind: 'no-headers' })
    const answers = [
      new Browser().click(host.origin),
      new Browser().click(host.origin, { 'x-host-user': 'nobody-knows' }),
      remembering.logout(host.origin),
    ]
    while (emulator.calls().length < 3) await new Promise((resolve) => setTimeout(resolve, 5))
    await host.close()
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([504, 504, 503])
    expect(await host.ended).toBe(0)
    expect(remembering.jar.size).toBe(1)
  })
})

async function emulate(): Promise<Emulator> {
  const emulator = await startEmulator({ customers: [{ id: 'cus_ada' }] })
  onTestFinished(() => emulator.close())
  return emulator
}

async function logOut(browser: Browser, host: HostProcess): Promise<{ ended: number; pending: number }> {
  const answer = await browser.logout(host.origin)
  expect(answer.status, answer.body).toBe(200)
  return JSON.parse(answer.body)
}

function statuses(emulator: Emulator): string[] {
  return emulator.sessions().map(({ status }) => status)
}

/** What was made and never delivered: so many, nobody has opened one, and after its hour nobody can. */
async function expectNeverOpened(emulator: Emulator, count: number): Promise<void> {
  const undelivered = emulator.sessions().filter(({ status }) => status !== 'logged_out')
  expect(undelivered).toHaveLength(count)
  emulator.advance(TWO_HOURS_IN_MS)
  for (const { status, login_at, access_url } of undelivered) {
    expect(status).toBe('created')
    expect(login_at).toBeUndefined()
    expect((await fetch(access_url, { redirect: 'manual' })).status).toBe(401)
  }
}
