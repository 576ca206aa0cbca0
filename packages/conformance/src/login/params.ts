import { expect } from 'vitest'
import { type CheckGroup, check } from '../kit/check.js'
import { expectNobodyIn, expectUsedUp, refusalsOf } from './check.js'
import { CALLBACK, LoginScene } from './scene.js'

const ID = 'portal___test__session'
const TOKEN = '__test__token'
const TOO_LONG = 'x'.repeat(71)

/** What is no id and no token, percent-encoded as it would stand in an address. */
const IMPOSSIBLE = [
  '',
  '..',
  '.',
  '../customers/x',
  '%2e%2e',
  '%2e%2e%2fcustomers%2fx',
  '%252e%252e',
  '..%2f',
  '..%5c',
  'a%2Fb',
  'a%3Fb',
  'a%23b',
  'a;b',
  'a.b',
  'a+b',
  'a%20b',
  '%20portal',
  'portal%20',
  'portal%0A',
  'a%00',
  'a%0D%0AHost:%20evil.example',
  'caf%C3%A9',
  '%EF%BC%8E%EF%BC%8E',
  '%E2%80%AE',
  '%F0%9F%98%80',
  '%C0%AE%C0%AE',
  '%',
  '%E0%A4%A',
  TOO_LONG,
  'x'.repeat(8000),
] as const

/** Queries that are not exactly one id and one token. */
const MISSHAPEN = [
  `?auth_session_id=${ID}`,
  `?auth_session_token=${TOKEN}`,
  `?auth_session_id=${ID}&auth_session_token`,
  `?auth_session_id&auth_session_token=${TOKEN}`,
  '?auth_session_id&auth_session_token',
  `?auth_session_id=${ID}&auth_session_id=${ID}&auth_session_token=${TOKEN}`,
  `?auth_session_id=${ID}&auth_session_token=${TOKEN}&auth_session_token=${TOKEN}`,
  `?auth_session_id=${ID}&auth_session_token=${TOKEN}&auth_session_id=`,
  `?auth_session_id=${ID}&auth_session_token=${TOKEN}&auth_session_token`,
  `?auth_session_id=${ID}&auth_session_token=${TOKEN}&auth%5Fsession_id=other`,
  `?auth_session_id[]=${ID}&auth_session_token=${TOKEN}`,
  `?auth_session_id=${ID}&auth_session_token[]=${TOKEN}`,
  `?auth_session_id[a]=${ID}&auth_session_token=${TOKEN}`,
  `?AUTH_SESSION_ID=${ID}&auth_session_token=${TOKEN}`,
  `?auth_session_id=${ID};auth_session_token=${TOKEN}`,
] as const

/** None of the two has its own name; no parameters at all is a cancelled login. */
const ARRAYS = [
  `?auth_session_id[]=${ID}&auth_session_token[]=${TOKEN}`,
  `?auth_session_id%5B%5D=${ID}&auth_session_token%5B%5D=${TOKEN}`,
  `?auth_session_id[0]=${ID}&auth_session_token[0]=${TOKEN}`,
] as const

/** CONTRACT: `/portal_callback/{state}`: what is not one id and one token reaches nobody. */
export const loginParams: CheckGroup = {
  title: 'the parameters with which Chargebee sends a browser back',
  checks: [
    check(
      'login-params-form',
      'an id or token of an impossible form MUST be 400 without a call, and use the login up',
      async (stage) => {
        const host = await LoginScene.open(stage)
        for (const text of IMPOSSIBLE) {
          await expectMalformed(host, `?auth_session_id=${text}&auth_session_token=${TOKEN}`)
          await expectMalformed(host, `?auth_session_id=${ID}&auth_session_token=${text}`)
        }
        expect(new Set(refusalsOf(host))).toEqual(new Set(['login_malformed']))
      },
    ),

    check(
      'login-params-once',
      'missing, doubled, empty and array parameters MUST be 400 without a call, and use the login up',
      async (stage) => {
        const host = await LoginScene.open(stage)
        for (const query of MISSHAPEN) await expectMalformed(host, query)
        expect(new Set(refusalsOf(host))).toEqual(new Set(['login_malformed']))
      },
    ),

    check(
      'login-params-arrays',
      'an id and a token that are both arrays MUST be 400, not a cancelled login, without a call',
      async (stage) => {
        const host = await LoginScene.open(stage)
        for (const query of ARRAYS) await expectMalformed(host, query)
      },
    ),

    check(
      'login-params-longest',
      'an id and a token of 70 characters of every allowed kind MUST be let through to Chargebee',
      async (stage) => {
        const host = await LoginScene.open(stage)
        const visitor = host.visitor()
        const { state } = await host.begin(visitor)
        const id = `a-Z_9${'x'.repeat(65)}`
        const query = `?auth_session_token=${id}&auth_session_id=${id}`
        expectNobodyIn(await host.arriveWith(visitor, state, query), [400, 502])
        expect(host.activations.map(({ path, params }) => [path, params])).toEqual([
          [`/api/v2/portal_sessions/${id}/activate`, { token: id }],
        ])
        expect(host.scene.logouts).toEqual([])
      },
    ),
  ],
}

async function expectMalformed(host: LoginScene, query: string): Promise<void> {
  const visitor = host.visitor()
  const begun = await host.begin(visitor)
  const answer = await visitor.request('GET', `${host.scene.path(CALLBACK)}/${begun.state}${query}`, {
    accept: 'text/html',
  })
  try {
    expectNobodyIn(answer, 400)
    expectUsedUp(answer, begun)
    host.expectUntouched()
  } catch (error) {
    throw new Error(`with ${query.slice(0, 100)}`, { cause: error })
  }
}
