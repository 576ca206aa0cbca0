import { expect } from 'vitest'
import { type CheckGroup, check, newestSession } from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { expectLoggedOut } from '../kit/logout-answers.js'
import { enterPortal } from '../kit/moments.js'
import type { Stage } from '../kit/scene.js'
import { expectNobodyIn, expectSignedIn, expectUsedUp } from './check.js'
import { LoginScene } from './scene.js'

type Doubt = Readonly<Record<string, unknown>>

/** Not the session that the browser brought, or not activated: nothing in it was confirmed to this browser. */
const UNCONFIRMED: readonly Doubt[] = [
  { id: 'portal___test__another' },
  { id: undefined },
  { id: '' },
  { id: '../customers/x' },
  { id: 42 },
  { status: 'not_yet_activated' },
  { status: 'created' },
  { status: 'logged_in' },
  { status: 'logged_out' },
  { status: 'ACTIVATED' },
  { status: undefined },
  { status: ['activated'] },
]

/** The right session, but nobody can be told from it. */
const NOBODY: readonly Doubt[] = [
  { customer_id: undefined },
  { customer_id: null },
  { customer_id: '' },
  { customer_id: 42 },
  { customer_id: true },
  { customer_id: ['cust_ada'] },
  { customer_id: { id: 'cust_ada' } },
  { customer_id: 'x'.repeat(51) },
  { customer_id: 'cust\nada' },
  { customer_id: 'cust\u0000ada' },
]

/** CONTRACT: `/portal_callback/{state}`: the answer to Activate is checked before anybody is let in. */
export const loginAnswers: CheckGroup = {
  title: 'what is doubtful about the answer to Activate',
  checks: [
    check(
      'login-answer-unconfirmed',
      'an answer that is not activated, or about another id, MUST be 502, remember and log out nothing',
      async (stage) => {
        await Promise.all(
          UNCONFIRMED.map(async (doubt) => {
            const { host } = await expectDoubted(stage, doubt)
            expect(host.scene.logouts.map(({ path }) => path)).toEqual([])
          }),
        )
      },
    ),

    check(
      'login-answer-nobody',
      'an answer without a possible customer id MUST be 502, and nobody let in',
      async (stage) => {
        await Promise.all(
          NOBODY.map(async (doubt) => {
            const { host, id } = await expectDoubted(stage, doubt)
            // It was activated by this browser, so it may be ended; nothing else may.
            for (const { path } of host.scene.logouts)
              expect(path).toBe(`/api/v2/portal_sessions/${id}/logout`)
          }),
        )
      },
    ),

    check(
      'login-answer-foreign-id',
      'the id of a live session in the address, with any token, MUST NOT end that session',
      async (stage) => {
        for (const wrongToken of [400, 401, 404, 409] as const) {
          const host = await LoginScene.open(stage, { chargebee: { wrongToken } })
          const grace = host.visitor()
          await host.logIn(grace, 'grace@example.com')
          const ada = host.visitor('ada')
          const opened = await ada.click()
          await enterPortal(host.scene, opened.headers.location)
          const attacker = host.visitor()
          for (const { id, token } of host.scene.sessions) {
            for (const brought of ['wrong', token]) {
              const { state } = await host.begin(attacker)
              const query = `?auth_session_id=${id}&auth_session_token=${brought}`
              expectNobodyIn(await host.arriveWith(attacker, state, query), [400, 502])
            }
          }
          expect(host.scene.logouts).toEqual([])
          expect(host.scene.sessions.map(({ status }) => status)).toEqual(['activated', 'logged_in'])
          expectLoggedOut(await attacker.logout(), 0)
          expect(host.scene.logouts).toEqual([])
          expectLoggedOut(await grace.logout(), 1)
        }
      },
    ),

    check(
      'login-answer-second',
      'a session that Chargebee activates twice MUST let in only the browser that brings a login of its own',
      async (stage) => {
        for (const secondActivate of ['refused', 'accepted'] as const) {
          const host = await LoginScene.open(stage, { chargebee: { secondActivate } })
          const visitor = host.visitor()
          const address = await host.signIn(await host.begin(visitor))
          expectSignedIn(await host.arrive(visitor, address), host)
          const { state } = await host.begin(visitor)
          const again = await host.arriveWith(visitor, state, new URL(address).search)
          if (secondActivate === 'refused') {
            expectNobodyIn(again, [400, 502])
            expect(host.logins).toHaveLength(1)
          } else {
            expectSignedIn(again, host)
          }
          expect(newestSession(host.scene).status).toBe('activated')
          expect(host.scene.logouts).toEqual([])
          // The same session, however often it is remembered.
          const out = await visitor.logout()
          expect(out.status, out.body).toBe(200)
          expect(host.scene.logouts).toHaveLength(1)
          expect(visitor.remembered).toEqual([])
        }
      },
    ),
  ],
}

async function expectDoubted(stage: Stage, doubt: Doubt) {
  const host = await LoginScene.open(stage)
  const visitor = host.visitor()
  const begun = await host.begin(visitor)
  const address = await host.signIn(begun)
  const { forward_url: _, ...session } = newestSession(host.scene)
  const body = { portal_session: { ...session, status: 'activated', ...doubt } }
  host.scene.emulator.fail({ operation: 'activate', times: ALWAYS, status: 200, body })
  const answer = await host.arrive(visitor, address)
  try {
    expectNobodyIn(answer, 502)
    expectUsedUp(answer, begun)
    expect(host.logins).toEqual([])
    expect(host.completed).toEqual([])
    expect(visitor.remembered).toEqual([])
  } catch (error) {
    throw new Error(`with ${JSON.stringify(doubt)}`, { cause: error })
  }
  return { host, id: session.id }
}
