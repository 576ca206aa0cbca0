import { expect } from 'vitest'
import { type CheckGroup, check, expectPrivate, newestSession, rememberedBy, until } from '../kit/check.js'
import { ALWAYS } from '../kit/fault-cases.js'
import { expectLoggedOut, expectNothingPending } from '../kit/logout-answers.js'
import { SHORT_MS } from '../kit/moments.js'
import { expectNobodyIn, expectNothingLeft, expectUsedUp } from './check.js'
import { LoginScene } from './scene.js'

/** CONTRACT section 8: an `onLogin` that fails, never ends or answers by itself. */
export const loginCallback: CheckGroup = {
  title: 'an onLogin that fails, never ends or answers by itself',
  checks: [
    check(
      'login-throws',
      "what onLogin throws MUST reach the host's error handler as it was thrown, and the activated session be ended",
      async (stage) => {
        const error = Object.assign(new RangeError('down'), { code: 'E_LOGIN', status: 418 })
        for (const onLogin of [() => throwIt(error), () => Promise.reject(error)]) {
          const host = await LoginScene.open(stage, { onLogin })
          const { scene } = host
          const visitor = host.visitor()
          const begun = await host.begin(visitor)
          const address = await host.signIn(begun)
          const answer = await host.arrive(visitor, address)
          expect(answer.status).toBe(500)
          expect(JSON.parse(answer.body)).toEqual({
            hostError: 'down',
            name: 'RangeError',
            code: 'E_LOGIN',
            status: 418,
          })
          expect(scene.host.errors).toHaveLength(1)
          expect(scene.host.errors[0]).toBe(error)
          expect(answer.headers.location).toBeUndefined()
          expect(newestSession(scene).status).toBe('logged_out')
          // The ended session is forgotten with the same answer.
          expect(visitor.remembered).toEqual([])
          expect(host.completed).toEqual([])
          await expectNothingLeft(host, visitor)
          visitor.jar.set(begun.cookie.name, begun.cookie.value)
          expectNobodyIn(await host.arrive(visitor, address), 400)
          expect((await visitor.host('GET', '/host/ping')).body).toBe('pong')
        }
      },
    ),

    check(
      'login-throws-anything',
      "a thrown value that is no Error MUST end in the host's error handler too",
      async (stage) => {
        let onLogin: () => unknown = () => undefined
        const host = await LoginScene.open(stage, { onLogin: () => onLogin() })
        // 'route' and 'router' are words that Express's next() takes for something else.
        for (const thrown of [undefined, null, 0, '', 'boom', 'route', 'router', { status: 200 }]) {
          for (const way of [() => Promise.reject(thrown), () => throwIt(thrown)]) {
            onLogin = way
            const answer = await host.logIn(host.visitor())
            expect(answer.status).toBe(500)
            expect(JSON.parse(answer.body)).toHaveProperty('hostError')
            expect(newestSession(host.scene).status).toBe('logged_out')
          }
        }
        expect(host.completed).toEqual([])
        expect((await host.visitor().host('GET', '/host/ping')).body).toBe('pong')
      },
    ),

    check(
      'login-throws-unended',
      'a session that can not be ended after onLogin threw MUST be reported, and ended by the next logout',
      async (stage) => {
        const host = await LoginScene.open(stage, {
          onLogin: () => Promise.reject(new Error('down')),
          options: { logoutTimeoutMs: SHORT_MS },
        })
        const mend = host.scene.emulator.fail({ operation: 'logout', times: ALWAYS, status: 401 })
        const visitor = host.visitor()
        const answer = await host.logIn(visitor)
        expect(answer.status).toBe(500)
        const { id } = newestSession(host.scene)
        const reports = () =>
          host.scene.events.filter(
            ({ type, sessionId }) =>
              (type === 'session.orphaned' || type === 'session.pending') && sessionId === id,
          )
        await until(() => reports().length > 0)
        expect(host.completed).toEqual([])
        mend()
        expectNothingPending(await visitor.logout())
        expect(newestSession(host.scene).status).toBe('logged_out')
      },
    ),

    check(
      'login-sets-cookies',
      'an onLogin that sets the header Set-Cookie anew MUST NOT cost the session its cookie, nor lose its own',
      async (stage) => {
        const host = await LoginScene.open(stage, { onLogin: (_, call) => call.replaceCookies('jwt=mine') })
        const visitor = host.visitor()
        const begun = await host.begin(visitor)
        const answer = await host.arrive(visitor, await host.signIn(begun))
        expect(answer.status).toBe(303)
        expectUsedUp(answer, begun)
        expect(visitor.jar.get('jwt')).toBe('mine')
        expect(visitor.remembered).toHaveLength(1)
        expect(new Set(answer.setCookies.map(({ name }) => name)).size).toBe(answer.setCookies.length)
        expectNothingPending(await visitor.logout())
        expect(newestSession(host.scene).status).toBe('logged_out')
      },
    ),

    check(
      'login-never',
      'an onLogin that never ends MUST be 504 at the deadline, and the session be ended',
      async (stage) => {
        const host = await LoginScene.open(stage, {
          onLogin: () => new Promise(() => {}),
          options: { timeoutMs: SHORT_MS },
        })
        const visitor = host.visitor()
        const begun = await host.begin(visitor)
        const answer = await host.arrive(visitor, await host.signIn(begun))
        expect(answer.status, answer.body).toBe(504)
        expectPrivate(answer)
        expect(answer.headers.location).toBeUndefined()
        expectUsedUp(answer, begun)
        expect(newestSession(host.scene).status).toBe('logged_out')
        expect(host.completed).toEqual([])
        await expectNothingLeft(host, visitor)
      },
    ),

    check(
      'login-answers',
      'after an onLogin that ended the response itself nothing more MUST be sent, and the session be remembered',
      async (stage) => {
        for (const way of ['end', 'render'] as const) {
          const host = await LoginScene.open(stage, {
            onLogin: (_session, call) => call[way](299, 'from the host'),
          })
          const visitor = host.visitor()
          const begun = await host.begin(visitor)
          const answer = await host.arrive(visitor, await host.signIn(begun))
          expect(answer.status).toBe(299)
          expect(answer.body).toBe('from the host')
          expect(answer.headers.location).toBeUndefined()
          expect(rememberedBy(answer)).toHaveLength(1)
          expectUsedUp(answer, begun)
          expect(host.scene.host.errors).toEqual([])
          expect(newestSession(host.scene).status).toBe('activated')
          expect(host.completed).toHaveLength(1)
          expectLoggedOut(await visitor.logout(), 1)
          expect((await visitor.host('GET', '/host/ping')).body).toBe('pong')
        }
      },
    ),

    check(
      'login-waits',
      'the answer MUST wait for onLogin, so that the host has signed the customer in by then',
      async (stage) => {
        let finish: () => void = () => {}
        const host = await LoginScene.open(stage, {
          onLogin: () =>
            new Promise<void>((resolve) => {
              finish = resolve
            }),
        })
        const visitor = host.visitor()
        const address = await host.signIn(await host.begin(visitor))
        let isAnswered = false
        const arrival = host.arrive(visitor, address).finally(() => {
          isAnswered = true
        })
        await until(() => host.logins.length === 1)
        for (let pings = 0; pings < 3; pings++) await host.visitor().host('GET', '/host/ping')
        expect(isAnswered).toBe(false)
        expect(host.completed).toEqual([])
        finish()
        expect((await arrival).status).toBe(303)
        expect(host.completed).toHaveLength(1)
      },
    ),
  ],
}

function throwIt(value: unknown): never {
  throw value
}
