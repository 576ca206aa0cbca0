import { describe, expect, it } from 'vitest'
import { digest } from '../../src/cookies/sealing.js'
import type { RememberedSession } from '../../src/cookies/session-jar.js'
import type { PortalRequest } from '../../src/http/http.js'
import { createLogins } from '../../src/state/login-keys.js'
import { testClock } from '../test-clock.ts'

const SITE = 'acme-test'

function loginsOf(getLoginId?: () => string) {
  return createLogins({
    site: SITE,
    timeoutMs: 1_000,
    clock: testClock(),
    getCustomerId: () => 'anna',
    getLoginId,
  })
}

function remembered(customerId: string, loginId: string): RememberedSession {
  const customer = digest(SITE, customerId)
  const times = { createdAt: 1, renewedAt: 1 }
  const rest = { ...times, isPending: false, isCurrent: true, cookieName: 'psso.x', size: 300 }
  return { sessionId: `of ${loginId}`, customer, loginId, ...rest }
}

const request = { native: [], isAnswered: () => false } as unknown as PortalRequest

describe('the ids of a login', () => {
  it('come from cookies of the same customer only, and stand alone', async () => {
    const jar = [remembered('anna', 'annas-id'), remembered('ben', 'bens-id')]
    const anna = await loginsOf().ofCreate(request, 'anna', jar)
    expect(anna).toMatchObject({ loginId: 'annas-id', isKnown: true, keys: { own: ['bannas-id'] } })
    const cleo = await loginsOf().ofCreate(request, 'cleo', jar)
    expect(cleo.isKnown).toBe(false)
    expect(cleo.keys.own).toEqual([`b${cleo.loginId}`])
    expect(['annas-id', 'bens-id']).not.toContain(cleo.loginId)
    expect(cleo.keys.customer).not.toBe(anna.keys.customer)
  })

  it('are all that cookies of the customer have, where several browsers came together', async () => {
    const jar = [remembered('anna', 'one'), remembered('anna', 'two'), remembered('anna', 'one')]
    const { keys, loginId } = await loginsOf().ofCreate(request, 'anna', jar)
    expect(keys.own).toEqual(['bone', 'btwo'])
    expect(loginId).toBe('one')
  })

  it('are the same for one login of the host, in any browser, and another for a colleague', async () => {
    const jar = [remembered('anna', 'earlier')]
    const ofHost = (login: string, customerId = 'anna') =>
      loginsOf(() => login).ofCreate(request, customerId, jar)
    const [one, again, colleague, other] = [
      await ofHost('one'),
      await ofHost('one'),
      await ofHost('two'),
      await ofHost('one', 'ben'),
    ]
    expect(again).toEqual(one)
    expect(one.loginId).toHaveLength(12)
    const ids = [one, colleague, other].map(({ loginId }) => loginId)
    expect(new Set([...ids, 'earlier']).size).toBe(4)
    expect(one.keys.own).not.toContain('bearlier')
    expect(one.keys.own.filter((owner) => colleague.keys.own.includes(owner))).toEqual([])
  })

  it('of a sign-in at Chargebee are its own, those of the customer, and no colleague’s', () => {
    const jar = [remembered('anna', 'annas-id'), remembered('ben', 'bens-id')]
    const anna = loginsOf().ofSignIn('state', 'anna', jar)
    expect(anna.loginId).toBe('annas-id')
    expect(anna.keys.own[0]).toBe('bannas-id')
    expect(anna.keys.own[1]).toMatch(/^t/)
    const cleo = loginsOf().ofSignIn('state', 'cleo', jar)
    expect(cleo.keys.own).toEqual([`b${cleo.loginId}`, anna.keys.own[1]])
    // Which of the host's logins it becomes, nobody has said yet.
    const withHost = loginsOf(() => 'one').ofSignIn('state', 'anna', jar)
    expect(withHost.keys.own).not.toContain('bannas-id')
  })
})
