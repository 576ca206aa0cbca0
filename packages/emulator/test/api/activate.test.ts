import { describe, expect, test } from 'vitest'
import type { LoginOptions } from '../../src/index.js'
import { callApi, emulate, jsonOf, rejectionOf, sdkFor } from '../helpers.js'
import { logIn } from '../login-helpers.js'

async function loggedIn(login?: LoginOptions) {
  const emulator = await emulate({ ...(login && { login }) })
  const { portalSession } = sdkFor(emulator)
  const { id, token } = await logIn(emulator)
  const activate = (with_ = token) => portalSession.activate(id, { token: with_ })
  const status = () => emulator.sessions()[0]?.status
  return { emulator, portalSession, id, token, activate, status }
}

const CONFLICT = { http_status_code: 409, api_error_code: 'invalid_state_for_request' }

describe('activation', () => {
  test('confirms the customer, once', async () => {
    const { emulator, activate, status, id, token } = await loggedIn()
    const { portal_session } = await activate()
    expect(portal_session).toMatchObject({ id, status: 'activated', customer_id: 'cus_ada' })
    expect(portal_session.linked_customers).toMatchObject([
      { customer_id: 'cus_ada', email: 'ada@example.com' },
    ])
    expect(await rejectionOf(activate())).toMatchObject(CONFLICT)
    expect(status()).toBe('activated')
    expect(emulator.calls()).toMatchObject([
      { operation: 'activate', params: { token }, status: 200 },
      { operation: 'activate', params: { token }, status: 409 },
    ])
  })

  test('secondActivate: accepted gives the activated session again, to the right token, until it is ended', async () => {
    const { activate, portalSession, id } = await loggedIn({ secondActivate: 'accepted' })
    const first = await activate()
    expect((await activate()).portal_session).toEqual(first.portal_session)
    expect(await rejectionOf(activate('another'))).toMatchObject({ http_status_code: 400 })
    await portalSession.logout(id)
    expect(await rejectionOf(activate())).toMatchObject(CONFLICT)
  })

  test.each([
    [undefined, 400, 'param_wrong_value'],
    [400, 400, 'param_wrong_value'],
    [401, 401, 'api_authentication_failed'],
    [404, 404, 'resource_not_found'],
    [409, 409, 'invalid_state_for_request'],
  ] as const)('wrongToken: %s', async (wrongToken, status, code) => {
    const { activate, ...session } = await loggedIn({ ...(wrongToken && { wrongToken }) })
    for (const token of ['another', `${session.token}x`, session.token.toLowerCase()]) {
      expect(await rejectionOf(activate(token))).toMatchObject({
        http_status_code: status,
        api_error_code: code,
        param: 'token',
      })
    }
    expect(session.status()).toBe('not_yet_activated')
    expect((await activate()).portal_session.status).toBe('activated')
  })

  test('the token of another session is a wrong token', async () => {
    const { emulator, activate } = await loggedIn()
    const other = await logIn(emulator)
    expect(await rejectionOf(activate(other.token))).toMatchObject({ http_status_code: 400 })
  })

  test.each<[string, LoginOptions | undefined, number]>([
    ['ten minutes', undefined, 600_000],
    ['as long as activationWindowMs says', { activationWindowMs: 1 }, 1],
    ['as long as activationWindowMs says', { activationWindowMs: 3_600_000 }, 3_600_000],
  ])('is possible for %s', async (_, login, windowMs) => {
    const { emulator, activate, status } = await loggedIn(login)
    emulator.advance(windowMs)
    expect(await rejectionOf(activate())).toMatchObject(CONFLICT)
    expect(status()).toBe('not_yet_activated')
    if (windowMs < 60_000) return
    const other = await loggedIn(login)
    other.emulator.advance(windowMs - 60_000)
    expect((await other.activate()).portal_session.status).toBe('activated')
  })

  test('activationWindowMs: Infinity never ends, nor does what was activated', async () => {
    const { emulator, activate, portalSession, id } = await loggedIn({ activationWindowMs: Infinity })
    emulator.advance(1e12)
    expect((await activate()).portal_session.status).toBe('activated')
    emulator.advance(1e12)
    expect((await portalSession.retrieve(id)).portal_session.status).toBe('activated')
  })

  test.each([true, false])(
    'a session can be ended (activated before: %s), and is not activated after',
    async (before) => {
      const { activate, portalSession, id, status } = await loggedIn()
      if (before) await activate()
      expect((await portalSession.logout(id)).portal_session.status).toBe('logged_out')
      expect(await rejectionOf(activate())).toMatchObject(CONFLICT)
      expect((await portalSession.logout(id)).portal_session.status).toBe('logged_out')
      expect(status()).toBe('logged_out')
    },
  )

  test('with one idempotency key is replayed, and with another not', async () => {
    const { emulator, id, token } = await loggedIn()
    const activate = (key: string) =>
      callApi(emulator, {
        path: `/portal_sessions/${id}/activate`,
        form: { token },
        headers: { 'chargebee-idempotency-key': key },
      })
    const [first, second, other] = [await activate('k1'), await activate('k1'), await activate('k2')]
    expect([first.status, second.status, other.status]).toEqual([200, 200, 409])
    expect(second.headers.get('chargebee-idempotency-replayed')).toBe('true')
    expect(await jsonOf(second)).toEqual(await jsonOf(first))
    expect(emulator.calls().map(({ replayed }) => replayed)).toEqual([false, true, false])
  })

  test('the access URL of a login opens nothing', async () => {
    const { emulator, activate } = await loggedIn()
    const accessUrl = emulator.sessions()[0]?.access_url ?? ''
    expect((await fetch(accessUrl)).status).toBe(401)
    await activate()
    expect((await fetch(accessUrl)).status).toBe(401)
  })
})
